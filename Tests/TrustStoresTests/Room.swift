import Foundation
import Glibc
import HostSystem
import Kernel
import LocalCA

@testable import TrustStores

/// A machine whose /etc, /home and added programs are folders of the test, and whose programs are the real ones: each
/// runs in a mount namespace of its own, in which those folders lie over the host's. Nothing of the host is changed.
final class Room: Machine, Sendable {
    let folder: String
    private let inside: LiveMachine
    private let hidden: Set<String>

    static let isPossible = geteuid() == 0

    /// The folders that are laid over the host's.
    private static let covered = ["/etc", "/home", "/root", "/usr/local/share/ca-certificates", "/usr/local/sbin"]

    /// `hidden` programs are not found; `release` replaces os-release.
    init(hidden: Set<String> = [], release: String? = nil) async throws {
        folder = NSTemporaryDirectory() + "cb-trust-\(UUID().uuidString)"
        self.hidden = hidden
        for path in Self.covered where path != "/etc" {
            try FileManager.default.createDirectory(atPath: folder + path, withIntermediateDirectories: true)
        }
        try FileManager.default.createDirectory(atPath: "\(folder)/usr/lib", withIntermediateDirectories: true)
        inside = LiveMachine(root: folder)
        _ = try await LiveMachine().run(MachineCommand("cp", ["-a", "/etc", "\(folder)/etc"]))
        let local = "/usr/local/share/ca-certificates"
        _ = try await LiveMachine().run(MachineCommand("cp", ["-a", "\(local)/.", folder + local]))
        try prepare(release)
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func prepare(_ release: String?) throws {
        try? FileManager.default.removeItem(atPath: "\(folder)/etc/os-release")
        try put("/etc/os-release", release ?? "ID=debian\n")
        // The hook of ca-certificates-java goes through dpkg, whose database is the host's.
        for name in try inside.list("/etc/ca-certificates/update.d") {
            try inside.remove("/etc/ca-certificates/update.d/\(name)")
        }
        for name in ["firefox", "chromium", "circuit-breaker"] where try inside.exists("/etc/\(name)") {
            try inside.removeAll("/etc/\(name)")
        }
        for (name, id) in [("ada", 4711), ("bob", 4712)] {
            let passwd = try text("/etc/passwd") + "\(name):x:\(id):\(id)::/home/\(name):/bin/bash\n"
            try put("/etc/passwd", passwd)
            try put("/etc/group", try text("/etc/group") + "\(name):x:\(id):\n")
            try inside.makeDirectory("/home/\(name)", mode: 0o700, owner: FileOwner(name, name))
        }
    }

    func place(of path: String) throws -> String { try inside.place(of: path) }

    func put(_ path: String, _ text: String, mode: UInt32 = 0o644, owner: FileOwner = .root) throws {
        try inside.makeDirectories(String(path[..<(path.lastIndex(of: "/") ?? path.startIndex)]))
        try inside.write(Array(text.utf8), to: path, mode: mode, owner: owner)
    }

    func text(_ path: String) throws -> String { String(decoding: try inside.read(path), as: UTF8.self) }

    /// Every file with mode, owner and content, so that two moments can be compared.
    func manifest() throws -> [String] { try Self.covered.flatMap { try manifest(of: $0) } }

    /// What is not as it was; empty when everything is.
    func changes(since before: [String]) throws -> [String] {
        let now = try manifest()
        return before.filter { !now.contains($0) }.map { "- " + $0 }
            + now.filter { !before.contains($0) }.map { "+ " + $0 }
    }

    private func manifest(of path: String) throws -> [String] {
        guard let status = try inside.status(of: path) else { return [] }
        let line = "\(path) \(String(status.mode, radix: 8)) \(status.user):\(status.group) "
        switch status.kind {
        case .directory: return try [line + "directory"] + list(path).flatMap { try manifest(of: "\(path)/\($0)") }
        case .symlink(let target): return [line + "-> " + target]
        case .file: return [line + Digest.text(try inside.read(path))]
        case .other: return [line + "other"]
        }
    }

    func account(_ name: String) async throws -> TrustAccount { try await .named(name, on: self) }

    /// Runs as the person in the room; the output of both streams.
    @discardableResult
    func shell(_ script: String, as user: String = "root") async throws -> (status: Int32, text: String) {
        let words = user == "root" ? ["sh", "-c", script] : ["runuser", "-u", user, "--", "sh", "-c", script]
        let result = try await run(MachineCommand(words[0], Array(words.dropFirst())))
        return (result.status, String(decoding: result.output + result.complaint, as: UTF8.self))
    }

    let isLive = true
    func status(of path: String) throws -> FileStatus? {
        try inside.status(of: path)
    }
    func read(_ path: String) throws -> [UInt8] { try inside.read(path) }
    func list(_ directory: String) throws -> [String] {
        // The programs of other rooms have files of the same names open.
        try directory.hasPrefix("/proc") ? [] : inside.list(directory)
    }
    func write(_ bytes: [UInt8], to path: String, mode: UInt32, owner: FileOwner) throws {
        try inside.write(bytes, to: path, mode: mode, owner: owner)
    }
    func makeDirectory(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try inside.makeDirectory(path, mode: mode, owner: owner)
    }
    func makeSymlink(at path: String, to target: String) throws { try inside.makeSymlink(at: path, to: target) }
    func setMode(_ path: String, mode: UInt32, owner: FileOwner) throws {
        try inside.setMode(path, mode: mode, owner: owner)
    }
    func copy(from source: String, to path: String, mode: UInt32, owner: FileOwner) throws {
        try inside.copy(from: source, to: path, mode: mode, owner: owner)
    }
    func isCopy(of source: String, at path: String) throws -> Bool { try inside.isCopy(of: source, at: path) }
    func rename(_ path: String, to other: String) throws { try inside.rename(path, to: other) }
    func remove(_ path: String) throws { try inside.remove(path) }
    func accountNames(user: UInt32, group: UInt32) throws -> FileOwner {
        try inside.accountNames(user: user, group: group)
    }

    func find(_ program: String) -> String? {
        let name = program.split(separator: "/").last.map(String.init) ?? program
        if hidden.contains(name) { return nil }
        if (try? inside.exists("/usr/local/sbin/\(name)")) == true { return "/usr/local/sbin/\(name)" }
        return LiveMachine().find(program)
    }

    func run(_ command: MachineCommand) async throws -> CommandResult {
        guard let program = find(command.program) else { throw AppError.notFound("The program \(command.program)") }
        let mounts = Self.covered.map { "mount --bind \"$0\($0)\" \($0) && " }.joined()
        return try await LiveMachine().run(
            MachineCommand(
                "unshare",
                ["--mount", "--propagation", "private", "sh", "-c", mounts + "exec \"$@\"", folder, program]
                    + command.arguments,
                input: command.input, timeLimit: command.timeLimit))
    }

}

/// Two roots of one machine, as in the months of a roll-over, and what they sign.
struct Lab {
    let old: CertificateAuthority
    let new: CertificateAuthority
    let clock = SystemClock()

    init() throws {
        let names = try Self.names()
        old = try .create(
            subject: .init(machineID: "a"), constraints: NameConstraints(covering: names), at: clock.now)
        new = try .create(
            subject: .init(machineID: "a"), constraints: NameConstraints(covering: names), curve: .p384,
            at: clock.now)
    }

    static func names() throws -> ServerNames { try ServerNames(hostName: "lab", addresses: []) }

    /// A server certificate of the older root: the chain and the key as files in a folder.
    func pair(in folder: String) throws -> (certificate: String, key: String) {
        let key = try PrivateKey.generate(.p256)
        let leaf = try old.issueLeaf(names: Self.names(), key: key, at: clock.now)
        try Data(try leaf.pem()).write(to: URL(filePath: "\(folder)/leaf.pem"))
        try Data(try key.pem()).write(to: URL(filePath: "\(folder)/leaf.key"))
        return ("\(folder)/leaf.pem", "\(folder)/leaf.key")
    }
}

/// `openssl s_server` with a certificate of the lab, for handshakes that count.
final class LabServer {
    let port: UInt16
    private let process = Process()

    init(_ lab: Lab, in folder: String) throws {
        let pair = try lab.pair(in: folder)
        port = try Self.freePort()
        process.executableURL = URL(filePath: "/usr/bin/openssl")
        process.arguments = [
            "s_server", "-accept", "127.0.0.1:\(port)", "-cert", pair.certificate, "-key", pair.key, "-www",
        ]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        while process.isRunning, !Self.answers(port) { usleep(5000) }
    }

    private static func answers(_ port: UInt16) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return withAddress(port) { connect(descriptor, $0, $1) } == 0
    }

    private static func freePort() throws -> UInt16 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var name = sockaddr_in()
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let found = withUnsafeMutablePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                withAddress(0) { bind(descriptor, $0, $1) } == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard found else { throw AppError(.unavailable, "There is no free port.") }
        return UInt16(bigEndian: name.sin_port)
    }

    private static func withAddress(_ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_port = port.bigEndian
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &name) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }

    deinit {
        // It inherits signals that are blocked, so it has to be this one.
        kill(process.processIdentifier, SIGKILL)
    }
}
