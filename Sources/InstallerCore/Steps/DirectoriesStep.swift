import HostSystem
import Kernel

/// The directories that are entirely the product's, with the modes the daemon counts on.
struct DirectoriesStep: Step {
    struct Wanted: Sendable, Equatable {
        let path: String
        let mode: UInt32
        let owner: FileOwner
    }

    let wanted: [Wanted]

    init(state: String) {
        let group = FileOwner("root", Layout.account)
        wanted = [
            Wanted(path: Layout.configuration, mode: 0o750, owner: group),
            Wanted(path: Layout.certificates, mode: 0o750, owner: group),
            Wanted(path: state, mode: 0o700, owner: FileOwner(Layout.account, Layout.account)),
        ]
    }

    var summary: String { "make the directories \(wanted.map(\.path).joined(separator: ", "))" }

    func isDone(on machine: any Machine) async throws -> Bool {
        try wanted.allSatisfy { try isRight($0, on: machine) }
    }

    func apply(to machine: any Machine) async throws {
        for directory in wanted where try !isRight(directory, on: machine) {
            try machine.makeDirectories(directory.path.parent)
            if case .symlink = try machine.status(of: directory.path)?.kind {
                throw AppError(
                    .conflict, "\(directory.path) is a link. Put the directory itself there, or mount it.")
            }
            try machine.makeDirectory(directory.path, mode: directory.mode, owner: directory.owner)
        }
    }

    private func isRight(_ wanted: Wanted, on machine: any Machine) throws -> Bool {
        guard let status = try machine.status(of: wanted.path), status.kind == .directory, status.mode == wanted.mode
        else { return false }
        return try machine.accountNames(user: status.user, group: status.group) == wanted.owner
    }
}
