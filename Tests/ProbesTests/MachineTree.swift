import Foundation
import Kernel

@testable import Probes

/// A folder with the files of a made-up machine, removed with the value's last reference.
final class MachineTree: Sendable {
    let root: String

    init(_ files: [String: String] = [:]) throws {
        root = NSTemporaryDirectory() + "cbmt-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: root, withIntermediateDirectories: true)
        for (path, text) in files { try write(path, text) }
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    var files: MachineFiles { MachineFiles(root: root + "/") }

    func write(_ path: String, _ text: String) throws { try write(path, bytes: Array(text.utf8)) }

    func write(_ path: String, bytes: [UInt8]) throws {
        let url = URL(fileURLWithPath: root + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func folder(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: root + path, withIntermediateDirectories: true)
    }

    func link(_ path: String, to target: String) throws {
        let url = URL(fileURLWithPath: root + path)
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(atPath: root + path, withDestinationPath: target)
    }

    /// A process with its control group and open sockets.
    func process(_ pid: Int, _ name: String, cgroup: String, arguments: [String] = [], inodes: [Int] = []) throws {
        try write("/proc/\(pid)/comm", name + "\n")
        try write("/proc/\(pid)/cgroup", "0::\(cgroup)\n")
        try write("/proc/\(pid)/cmdline", arguments.joined(separator: "\u{0}") + "\u{0}")
        try folder("/proc/\(pid)/fd")
        for (number, inode) in inodes.enumerated() {
            try link("/proc/\(pid)/fd/\(number + 3)", to: "socket:[\(inode)]")
        }
    }
}

/// Answers of rtnetlink recorded in a network namespace; see `Tests/Fixtures/rtnetlink`.
struct RecordedNetlink: NetlinkSource {
    var tables: [NetlinkTable: [UInt8]]

    init() throws {
        tables = [:]
        for table in NetlinkTable.allCases { tables[table] = try Self.bytes(table) }
    }

    static func bytes(_ table: NetlinkTable) throws -> [UInt8] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return Array(try Data(contentsOf: folder.appending(path: "Fixtures/rtnetlink/\(table.rawValue).bin")))
    }

    func dump(_ table: NetlinkTable) throws(NetlinkError) -> [[UInt8]] {
        guard let bytes = tables[table] else { throw .timedOut }
        return [bytes]
    }
}

struct FixedClock: WallClock {
    var now = Instant(milliseconds: 1_790_000_000_000)
}
