import Glibc
import Kernel

/// Secrets come from the terminal, without an echo, or from standard input, one a line. Never from an argument, which
/// every user of the machine can read.
enum SecretInput {
    /// More than any password or key has.
    private static let longest = 4096

    static var isTerminal: Bool { isatty(STDIN_FILENO) == 1 }

    /// A secret that exists already.
    static func existing(_ what: String) throws -> Secret<String> {
        let text = try isTerminal ? prompted("\(what): ") : line(of: what)
        guard !text.isEmpty else { throw Failure(.usage, "No \(lowered(what)) was given.") }
        return Secret(text)
    }

    /// A new one: somebody who types blindly is asked twice.
    static func chosen(_ what: String) throws -> Secret<String> {
        let first = try existing(what)
        guard isTerminal else { return first }
        guard try prompted("\(what) again: ") == first.reveal() else {
            throw Failure(.usage, "The two are not the same, so nothing was done.")
        }
        return first
    }

    private static func line(of what: String) throws -> String {
        guard let text = try read() else {
            throw Failure(
                .usage, "No \(lowered(what)) was given.",
                hints: ["run this at a terminal, or give it as a line on standard input"])
        }
        return text
    }

    private static func lowered(_ what: String) -> String { what.prefix(1).lowercased() + what.dropFirst() }

    /// With the terminal's echo off. Ctrl-C ends the line instead of the program, so that the echo comes back.
    private static func prompted(_ text: String) throws -> String {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw Failure(.failed, "The terminal cannot be asked.") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO | ISIG)
        withUnsafeMutableBytes(of: &silent.c_cc) { $0[Int(VEOL)] = 3 }
        guard tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent) == 0 else {
            throw Failure(.failed, "The terminal's echo cannot be switched off.")
        }
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Console.write(bytes: [0x0A], to: STDERR_FILENO)
        }
        Console.write(bytes: Array(text.utf8), to: STDERR_FILENO)
        guard let answer = try read(), answer.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Failure(.failed, "Stopped.")
        }
        return answer
    }

    /// Byte by byte, so that the next line is still there for whoever asks next. Nil at the end of the input.
    private static func read() throws -> String? {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        var isOver = false
        while true {
            let count = Glibc.read(STDIN_FILENO, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                isOver = true
                break
            }
            if byte == 0x0A { break }
            bytes.append(byte)
            if byte == 3 { break }
            guard bytes.count <= longest else { throw Failure(.usage, "This is longer than \(longest) bytes.") }
        }
        if isOver, bytes.isEmpty { return nil }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Failure(.usage, "This is no text in UTF-8.")
        }
        return text
    }
}
