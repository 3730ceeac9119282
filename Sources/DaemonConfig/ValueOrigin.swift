/// Where a value came from, so that a person can find it and change it there.
package enum ValueOrigin: Sendable, Equatable, CustomStringConvertible {
    case fallback
    /// Line and column count from 1.
    case file(path: String, line: Int, column: Int)
    case environmentFile(path: String, line: Int, name: String)
    case environment(name: String)
    /// The content of a file that `NAME_FILE` or a `…-file` flag points at.
    case secretFile(named: String, path: String)
    case credential(path: String)
    case flag(String)

    package var description: String {
        switch self {
        case .fallback: "default"
        case .file(let path, let line, let column): "\(path):\(line):\(column)"
        case .environmentFile(let path, let line, let name): "\(path):\(line) (\(name))"
        case .environment(let name): "environment variable \(name)"
        case .secretFile(let name, let path): "\(path) (named by \(name))"
        case .credential(let path): "systemd credential \(path)"
        case .flag(let name): "flag \(name)"
        }
    }
}

/// One thing that is wrong, where it is, and what would be right. Never holds the value of a secret.
package struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    /// `FILE:LINE:COLUMN`, a variable or a flag; empty where the combination of values is at fault.
    package let place: String
    package let message: String

    init(_ origin: ValueOrigin, _ message: String) {
        self.init(place: origin.description, message)
    }

    init(place: String, _ message: String) {
        self.place = place
        self.message = message
    }

    package var description: String { place.isEmpty ? message : "\(place): \(message)" }
}

/// Everything that keeps the daemon from starting with this configuration.
package struct ConfigurationErrors: Error, Sendable, Equatable, CustomStringConvertible {
    package let problems: [ConfigurationProblem]

    init(_ problems: [ConfigurationProblem]) {
        self.problems = problems
    }

    package var description: String { problems.map(\.description).joined(separator: "\n") }
}
