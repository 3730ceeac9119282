import Glibc
import InstallerCore
import JSONKit
import Kernel

/// What the person sees. With --json the data goes to standard output and the talk to standard error.
struct Console: Sendable {
    let isJSON: Bool

    /// There is somebody to ask.
    var canAsk: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    func say(_ line: String) { Self.write(line, to: isJSON ? STDERR_FILENO : STDOUT_FILENO) }

    func complain(_ line: String) { Self.write("installer: \(line)", to: STDERR_FILENO) }

    func show(_ survey: [(summary: String, isDone: Bool)]) {
        say("Plan:")
        for (index, step) in survey.enumerated() {
            say("  \(index + 1). \(step.summary)\(step.isDone ? " (done)" : "")")
        }
    }

    func tell(_ event: PlanEvent) {
        switch event {
        case .begun(let summary): say("… \(summary)")
        case .done: break
        case .failed(let summary): complain("could not \(summary)")
        case .reverted(let summary): say("taken back: \(summary)")
        case .notReverted(let summary, let reason): complain("could not take back: \(summary): \(reason)")
        }
    }

    func report(_ value: JSONValue) {
        if isJSON { Self.write(value.text, to: STDOUT_FILENO) }
    }

    func confirm(_ question: String) -> Bool {
        Self.write(bytes: Array("\(question) [y/N] ".utf8), to: STDERR_FILENO)
        guard let answer = readLine() else { return false }
        return ["y", "yes"].contains(answer.lowercased())
    }

    /// Typed without being shown.
    func secret(_ question: String) -> Secret<String>? {
        var before = termios()
        guard tcgetattr(STDIN_FILENO, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
        defer {
            tcsetattr(STDIN_FILENO, TCSAFLUSH, &before)
            Self.write("", to: STDERR_FILENO)
        }
        Self.write(bytes: Array("\(question): ".utf8), to: STDERR_FILENO)
        return readLine().map { Secret($0) }
    }

    static func write(_ text: String, to descriptor: Int32) {
        write(bytes: Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: descriptor)
    }

    private static func write(bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // The reader is gone: there is nobody left to tell.
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}
