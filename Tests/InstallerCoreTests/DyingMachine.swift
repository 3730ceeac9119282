import HostSystem
import Kernel
import Synchronization

/// Lets a number of changes through and then fails: for good, as if the process had been killed, or once.
final class DyingMachine: Machine {
    struct Died: Error {}

    private let machine: any Machine
    private let isForGood: Bool
    private let left: Mutex<Int>

    init(_ machine: any Machine, after changes: Int, isForGood: Bool) {
        self.machine = machine
        self.isForGood = isForGood
        left = Mutex(changes)
    }

    /// Whether it came to the failure.
    var hasFailed: Bool { left.withLock { $0 < 0 } }

    private func change(_ body: () throws -> Void) throws {
        let number = left.withLock { left in
            left -= 1
            return left
        }
        if number == -1 || (isForGood && number < 0) { throw Died() }
        try body()
    }

    var isLive: Bool { machine.isLive }
    func place(of path: String) throws -> String { try machine.place(of: path) }
    func status(of path: String) throws -> FileStatus? { try machine.status(of: path) }
    func read(_ path: String) throws -> [UInt8] { try machine.read(path) }
    func list(_ directory: String) throws -> [String] { try machine.list(directory) }
    func find(_ program: String) -> String? { machine.find(program) }
    func run(_ command: MachineCommand) async throws -> CommandResult { try await machine.run(command) }
    func isCopy(of source: String, at path: String) throws -> Bool { try machine.isCopy(of: source, at: path) }
    func accountNames(user: UInt32, group: UInt32) throws -> FileOwner {
        try machine.accountNames(user: user, group: group)
    }
    func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: FileOwner) throws {
        try change { try machine.write(bytes, to: path, mode: mode, owner: owner) }
    }
    func makeDirectory(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try change { try machine.makeDirectory(path, mode: mode, owner: owner) }
    }
    func makeSymlink(at path: String, to target: String) throws {
        try change { try machine.makeSymlink(at: path, to: target) }
    }
    func setMode(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try change { try machine.setMode(path, mode: mode, owner: owner) }
    }
    func copy(from source: String, to path: String, mode: UInt32, owner: FileOwner) throws {
        try change { try machine.copy(from: source, to: path, mode: mode, owner: owner) }
    }
    func rename(_ path: String, to other: String) throws { try change { try machine.rename(path, to: other) } }
    func remove(_ path: String) throws { try change { try machine.remove(path) } }
}
