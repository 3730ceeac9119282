import HostSystem
import Kernel

/// The user and group that the daemon runs as.
struct AccountStep: Step {
    /// The shipped description for systemd-sysusers, on the machine the installer runs on; nil when it has none.
    let description: String?

    var summary: String { "make the user and group \(Layout.account)" }

    func isDone(on machine: any Machine) async throws -> Bool {
        try AccountText(machine).isComplete
    }

    /// The machine's own tool where it runs; in an image, or without one, the files themselves.
    func apply(to machine: any Machine) async throws {
        if machine.isLive, let description, machine.find("systemd-sysusers") != nil {
            let backups = try AccountText.backups.map { ($0, try Backup($0, machine)) }
            let result = try await machine.run(MachineCommand("systemd-sysusers", [description]))
            for (path, backup) in backups { try backup.restore(path, machine) }
            guard result.status == 0 else {
                throw AppError(.fault, "systemd-sysusers could not make the user: \(result.complaintText)")
            }
        }
        let text = try AccountText(machine)
        if !text.isComplete { try text.add(on: machine) }
    }

    func revert(on machine: any Machine) async throws {
        try AccountText(machine).remove(on: machine)
    }

    /// The tool keeps the account files of before as /etc/passwd- and so on, in the place of older ones. They are put
    /// back, so that a purge leaves the machine as it was.
    private struct Backup {
        private let status: FileStatus?
        private let bytes: [UInt8]

        init(_ path: String, _ machine: any Machine) throws {
            status = try machine.status(of: path)
            bytes = status == nil ? [] : try machine.read(path)
        }

        func restore(_ path: String, _ machine: any Machine) throws {
            guard let status else { return try machine.remove(path) }
            guard try !machine.exists(path) || machine.read(path) != bytes else { return }
            let owner = try machine.accountNames(user: status.user, group: status.group)
            try machine.write(bytes, to: path, mode: status.mode, owner: owner)
        }
    }
}

/// The lines of the account in /etc/passwd, group, shadow and gshadow.
struct AccountText {
    static let backups = ["/etc/passwd-", "/etc/group-", "/etc/shadow-", "/etc/gshadow-"]
    private static let files = ["/etc/group", "/etc/gshadow", "/etc/passwd", "/etc/shadow"]

    private let texts: [String: String]

    init(_ machine: any Machine) throws {
        var texts: [String: String] = [:]
        for path in Self.files where try machine.exists(path) {
            texts[path] = String(decoding: try machine.read(path), as: UTF8.self)
        }
        self.texts = texts
    }

    var isComplete: Bool {
        Self.files.allSatisfy { path in texts[path].map { line(in: $0) != nil } ?? !path.isRequired }
    }

    /// Whether any of the files names the account.
    var isPresent: Bool { texts.values.contains { line(in: $0) != nil } }

    /// The highest number below 1000 that neither a user nor a group has: the range of system accounts everywhere.
    func add(on machine: any Machine) throws {
        let taken = Set(["/etc/passwd", "/etc/group"].flatMap { numbers(in: texts[$0] ?? "") })
        let known = line(in: texts["/etc/group"] ?? "").flatMap { Self.number($0) }
        guard let group = known ?? (100..<1000).reversed().first(where: { !taken.contains($0) }) else {
            throw AppError(.conflict, "No number from 100 to 999 is free for the user \(Layout.account).")
        }
        let users = Set(numbers(in: texts["/etc/passwd"] ?? ""))
        let user = users.contains(group) ? (100..<1000).reversed().first { !taken.contains($0) } ?? group : group
        let lines = [
            "/etc/group": "\(Layout.account):x:\(group):", "/etc/gshadow": "\(Layout.account):!::",
            "/etc/passwd":
                "\(Layout.account):x:\(user):\(group):Circuit Breaker:\(Layout.state):/usr/sbin/nologin",
            "/etc/shadow": "\(Layout.account):!*:::::::",
        ]
        for path in Self.files {
            guard let text = texts[path] ?? (path.isRequired ? "" : nil), line(in: text) == nil else { continue }
            let closed = text.isEmpty || text.hasSuffix("\n") ? text : text + "\n"
            try rewrite(path, closed + (lines[path] ?? "") + "\n", on: machine)
        }
    }

    func remove(on machine: any Machine) throws {
        for path in Self.files.reversed() {
            guard let text = texts[path], line(in: text) != nil else { continue }
            let kept = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !Self.isOurs($0) }
            try rewrite(path, kept.joined(separator: "\n"), on: machine)
        }
    }

    private func rewrite(_ path: String, _ text: String, on machine: any Machine) throws {
        let before = try machine.status(of: path)
        let owner = try before.map { try machine.accountNames(user: $0.user, group: $0.group) } ?? .root
        try machine.write(Array(text.utf8), to: path, mode: before?.mode ?? 0o644, owner: owner)
    }

    private func line(in text: String) -> Substring? { text.split(separator: "\n").first(where: Self.isOurs) }

    private func numbers(in text: String) -> [Int] { text.split(separator: "\n").compactMap(Self.number) }

    private static func isOurs(_ line: Substring) -> Bool { line.hasPrefix("\(Layout.account):") }

    private static func number(_ line: Substring) -> Int? {
        let parts = line.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count > 2 ? Int(parts[2]) : nil
    }
}

extension String {
    fileprivate var isRequired: Bool { !hasSuffix("shadow") }
}

extension CommandResult {
    /// What the program said, in one line.
    var complaintText: String {
        let text = complaint.isEmpty ? output : complaint
        return String(decoding: text, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(3)
            .joined(separator: " ")
    }
}
