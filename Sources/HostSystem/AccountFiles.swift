import Kernel

/// Names and numbers of accounts as /etc/passwd and /etc/group say. An image has its own, so the C library, which
/// asks the machine underneath, is of no use.
struct AccountFiles: Sendable {
    private var users: [String: UInt32] = ["root": 0]
    private var groups: [String: UInt32] = ["root": 0]

    init(passwd: String, group: String) {
        for (name, number) in Self.entries(passwd) { users[name] = number }
        for (name, number) in Self.entries(group) { groups[name] = number }
    }

    /// A number stands for itself, as for `chown`.
    func numbers(of owner: FileOwner, for path: String) throws -> (user: UInt32, group: UInt32) {
        guard let user = users[owner.user] ?? UInt32(owner.user) else { throw unknown("user", owner.user, path) }
        guard let group = groups[owner.group] ?? UInt32(owner.group) else { throw unknown("group", owner.group, path) }
        return (user, group)
    }

    /// A number without a name stands for itself, as `ls` shows it.
    func names(user: UInt32, group: UInt32) -> FileOwner {
        FileOwner(
            users.filter { $0.value == user }.keys.min() ?? String(user),
            groups.filter { $0.value == group }.keys.min() ?? String(group))
    }

    private func unknown(_ kind: String, _ name: String, _ path: String) -> AppError {
        AppError(
            .invalid, "\(path) is to belong to the \(kind) \(name), which this machine does not have. Make it first.")
    }

    /// `name:password:number:…`; a line of another form is somebody else's (NIS writes such).
    private static func entries(_ text: String) -> [(String, UInt32)] {
        text.split(separator: "\n").compactMap { line in
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count > 2, let number = UInt32(parts[2]), !parts[0].isEmpty else { return nil }
            return (String(parts[0]), number)
        }
    }
}
