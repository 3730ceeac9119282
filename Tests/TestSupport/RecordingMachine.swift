import HostSystem
import Kernel
import Synchronization

/// A folder that passes for a running machine: files are real, programs are answered by the test and written down. A
/// program the test has no answer for fails.
package final class RecordingMachine: Machine {
    package typealias Answer = @Sendable (MachineCommand) throws -> CommandResult?

    package let files: LiveMachine
    private let programs: Set<String>
    private let answer: Answer
    private let log = Mutex<[MachineCommand]>([])

    package init(root: String, programs: Set<String>, answer: @escaping Answer) {
        files = LiveMachine(root: root)
        self.programs = programs
        self.answer = answer
    }

    /// What was run so far, as a person would type it.
    package var commands: [String] {
        log.withLock { $0.map { ([$0.program] + $0.arguments).joined(separator: " ") } }
    }

    package var isLive: Bool { true }
    package func place(of path: String) throws -> String { try files.place(of: path) }
    package func status(of path: String) throws -> FileStatus? { try files.status(of: path) }
    package func read(_ path: String) throws -> [UInt8] { try files.read(path) }
    package func list(_ directory: String) throws -> [String] { try files.list(directory) }
    package func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: FileOwner) throws {
        try files.write(bytes, to: path, mode: mode, owner: owner)
    }
    package func makeDirectory(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try files.makeDirectory(path, mode: mode, owner: owner)
    }
    package func makeSymlink(at path: String, to target: String) throws {
        try files.makeSymlink(at: path, to: target)
    }
    package func setMode(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try files.setMode(path, mode: mode, owner: owner)
    }
    package func copy(from source: String, to path: String, mode: UInt32, owner: FileOwner) throws {
        try files.copy(from: source, to: path, mode: mode, owner: owner)
    }
    package func isCopy(of source: String, at path: String) throws -> Bool {
        try files.isCopy(of: source, at: path)
    }
    package func rename(_ path: String, to other: String) throws { try files.rename(path, to: other) }
    package func remove(_ path: String) throws { try files.remove(path) }
    package func accountNames(user: UInt32, group: UInt32) throws -> FileOwner {
        try files.accountNames(user: user, group: group)
    }

    package func find(_ program: String) -> String? { programs.contains(program) ? "/usr/bin/\(program)" : nil }

    package func run(_ command: MachineCommand) async throws -> CommandResult {
        log.withLock { $0.append(command) }
        guard let result = try answer(command) else {
            throw AppError(.fault, "The test has no answer for \(command.program) \(command.arguments).")
        }
        return result
    }
}
