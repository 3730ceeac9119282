import Glibc
import Kernel

/// Where a command takes a passphrase from: a file, the terminal, or whatever is piped in. Never an argument, which others
/// on the machine can see.
struct PassphraseInput: Sendable {
    static let shortest = 12
    private static let longest = 4 << 10

    /// A file; `-` is standard input.
    let file: String?

    /// `isNew`: it is typed twice, and has to be long enough.
    func read(isNew: Bool) throws -> Secret<String> {
        let passphrase =
            switch file {
            case "-"?: try firstLine(of: STDIN_FILENO, named: "standard input")
            case let path?: try fromFile(path)
            case nil:
                try isatty(STDIN_FILENO) == 1
                    ? typed(twice: isNew) : firstLine(of: STDIN_FILENO, named: "standard input")
            }
        guard !isNew || passphrase.reveal().count >= Self.shortest else {
            throw UsageProblem(
                "Give a passphrase of at least \(Self.shortest) characters: whoever gets hold of the backup can try as many "
                    + "as he likes.")
        }
        return passphrase
    }

    private func fromFile(_ path: String) throws -> Secret<String> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw UsageProblem("\(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        return try firstLine(of: descriptor, named: path)
    }

    private func firstLine(of descriptor: Int32, named name: String) throws -> Secret<String> {
        var bytes: [UInt8] = []
        var byte: UInt8 = 0
        while bytes.count <= Self.longest {
            let count = Glibc.read(descriptor, &byte, 1)
            if count < 0, errno == EINTR { continue }
            guard count == 1, byte != UInt8(ascii: "\n") else { break }
            bytes.append(byte)
        }
        if bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        guard !bytes.isEmpty, bytes.count <= Self.longest, let text = String(validating: bytes, as: UTF8.self) else {
            throw UsageProblem(
                "There is no passphrase in the first line of \(name). Use --passphrase-file, or type it.")
        }
        return Secret(text)
    }

    private func typed(twice: Bool) throws -> Secret<String> {
        let first = try ask("Passphrase of the backup")
        guard twice else { return first }
        guard try ask("The same once more").reveal() == first.reveal() else {
            throw UsageProblem("The two passphrases differ. Try again.")
        }
        return first
    }

    private func ask(_ question: String) throws -> Secret<String> {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { throw UsageProblem("The terminal cannot be used.") }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Program.write("", to: STDERR_FILENO)
        }
        let prompt = Array("\(question): ".utf8)
        _ = Glibc.write(STDERR_FILENO, prompt, prompt.count)
        guard let line = readLine(), !line.isEmpty else { throw UsageProblem("No passphrase was given.") }
        return Secret(line)
    }
}

/// Wrong usage, found after the command line was read: exit code 2.
struct UsageProblem: Error {
    let message: String

    init(_ message: String) {
        self.message = message
    }
}
