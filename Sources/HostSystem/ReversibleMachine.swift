import Glibc
import Kernel
import Synchronization

/// A machine that remembers what every change to a file took away, so that it can be given back. What was replaced is
/// kept in memory, or as an open file when it is large: nothing of it is left on the disk when the process dies.
package final class ReversibleMachine: Machine {
    private let machine: any Machine
    private let changes = Mutex<[Change]>([])

    private static let largestInMemory = 1 << 20

    package init(_ machine: any Machine) {
        self.machine = machine
    }

    /// Whether any file was changed.
    package var hasChanged: Bool { changes.withLock { !$0.isEmpty } }

    /// Gives back, newest first. What cannot be given back is said in the sentences returned; the rest is.
    package func undo() -> [String] {
        let all = changes.withLock { changes in
            defer { changes = [] }
            return changes
        }
        return all.reversed().compactMap { change in
            do {
                try undo(change)
                return nil
            } catch {
                return (error as? AppError)?.message ?? "\(error)"
            }
        }
    }

    /// Keeps what is there now, because somebody else is about to change it behind this machine's back.
    package func keep(_ path: String) throws {
        let before = try content(of: path)
        changes.withLock { $0.append(.content(path, before)) }
    }

    package var isLive: Bool { machine.isLive }
    package func place(of path: String) throws -> String { try machine.place(of: path) }
    package func status(of path: String) throws -> FileStatus? { try machine.status(of: path) }
    package func read(_ path: String) throws -> [UInt8] { try machine.read(path) }
    package func list(_ directory: String) throws -> [String] { try machine.list(directory) }
    package func find(_ program: String) -> String? { machine.find(program) }
    package func run(_ command: MachineCommand) async throws -> CommandResult { try await machine.run(command) }
    package func isCopy(of source: String, at path: String) throws -> Bool {
        try machine.isCopy(of: source, at: path)
    }
    package func accountNames(user: UInt32, group: UInt32) throws -> FileOwner {
        try machine.accountNames(user: user, group: group)
    }

    package func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: FileOwner) throws {
        try remember(path) { try machine.write(bytes, to: path, mode: mode, owner: owner) }
    }

    package func copy(from source: String, to path: String, mode: UInt32, owner: FileOwner) throws {
        try remember(path) { try machine.copy(from: source, to: path, mode: mode, owner: owner) }
    }

    package func makeSymlink(at path: String, to target: String) throws {
        try remember(path) { try machine.makeSymlink(at: path, to: target) }
    }

    package func makeDirectory(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try remember(path) { try machine.makeDirectory(path, mode: mode, owner: owner) }
    }

    package func setMode(_ path: String, mode: UInt32, owner: FileOwner) throws {
        let before = try machine.status(of: path)
        try machine.setMode(path, mode: mode, owner: owner)
        if let before { changes.withLock { $0.append(.mode(path, before)) } }
    }

    package func rename(_ path: String, to other: String) throws {
        let replaced = try content(of: other)
        try machine.rename(path, to: other)
        changes.withLock { $0.append(.renamed(path, to: other, over: replaced)) }
    }

    package func remove(_ path: String) throws {
        try remember(path) { try machine.remove(path) }
    }
}

extension ReversibleMachine {
    private enum Change {
        case content(String, Content?)
        case mode(String, FileStatus)
        case renamed(String, to: String, over: Content?)
    }

    private struct Content {
        enum Bytes {
            case memory([UInt8])
            case descriptor(HeldFile)
            case none
        }

        let status: FileStatus
        let owner: FileOwner
        let bytes: Bytes
    }

    /// First what is there, then the change: a change that failed half-way is given back as well.
    private func remember(_ path: String, _ change: () throws -> Void) throws {
        let before = try content(of: path)
        changes.withLock { $0.append(.content(path, before)) }
        try change()
    }

    private func content(of path: String) throws -> Content? {
        guard let status = try machine.status(of: path) else { return nil }
        let bytes: Content.Bytes =
            switch status.kind {
            case .file where status.size <= Self.largestInMemory: .memory(try machine.read(path))
            case .file: .descriptor(try HeldFile(machine.place(of: path), named: path))
            case .directory, .symlink, .other: .none
            }
        return Content(
            status: status, owner: try machine.accountNames(user: status.user, group: status.group), bytes: bytes)
    }

    private func undo(_ change: Change) throws {
        switch change {
        case .content(let path, let before): try put(before, at: path)
        case .mode(let path, let before):
            let owner = try machine.accountNames(user: before.user, group: before.group)
            try machine.setMode(path, mode: before.mode, owner: owner)
        case .renamed(let path, let other, let replaced):
            try machine.rename(other, to: path)
            if let replaced { try put(replaced, at: other) }
        }
    }

    private func put(_ content: Content?, at path: String) throws {
        guard let content else {
            // A directory that others have filled meanwhile stays: it is no longer only ours.
            if try machine.status(of: path)?.kind == .directory, try !machine.list(path).isEmpty { return }
            return try machine.remove(path)
        }
        switch (content.status.kind, content.bytes) {
        case (.directory, _): try machine.makeDirectory(path, mode: content.status.mode, owner: content.owner)
        case (.symlink(let target), _): try machine.makeSymlink(at: path, to: target)
        case (_, .memory(let bytes)):
            try machine.write(bytes, to: path, mode: content.status.mode, owner: content.owner)
        case (_, .descriptor(let file)):
            try machine.copy(from: file.place, to: path, mode: content.status.mode, owner: content.owner)
        case (.file, .none), (.other, .none): break
        }
    }
}

/// An open file outlives its name: what was renamed over can still be read here.
private final class HeldFile: Sendable {
    private let descriptor: Int32

    init(_ place: String, named name: String) throws {
        descriptor = open(place, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw OpenFile.failure("open", name) }
    }

    deinit { close(descriptor) }

    var place: String { "/proc/self/fd/\(descriptor)" }
}
