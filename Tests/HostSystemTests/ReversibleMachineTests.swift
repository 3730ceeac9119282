import HostSystem
import Kernel
import TestSupport
import Testing

@Suite("Changes that can be given back")
struct ReversibleMachineTests {
    let folder: TemporaryFolder
    let machine: LiveMachine

    init() throws {
        folder = try TemporaryFolder()
        machine = LiveMachine(root: folder.path)
        try machine.makeDirectories("/etc")
        try machine.write(Array("root:x:0:0::/:/bin/sh\n".utf8), to: "/etc/passwd", mode: 0o644, owner: .root)
        try machine.write(Array("root:x:0:\n".utf8), to: "/etc/group", mode: 0o644, owner: .root)
    }

    /// Path, kind, mode, owner and bytes of everything.
    private func manifest(_ path: String = "/") throws -> [String] {
        try machine.list(path).flatMap { name -> [String] in
            let inside = path == "/" ? "/\(name)" : "\(path)/\(name)"
            let status = try #require(try machine.status(of: inside))
            let bytes = status.kind == .file ? try machine.read(inside) : []
            let line = "\(inside) \(status.kind) \(status.mode) \(status.user) \(status.group) \(bytes.hashValue)"
            return [line] + (status.kind == .directory ? try manifest(inside) : [])
        }
    }

    @Test("everything is as before, also what is large, a link, a directory or gone")
    func undo() throws {
        let large = [UInt8](repeating: 7, count: 3 << 20)
        try machine.write(Array("small".utf8), to: "/small", mode: 0o640, owner: FileOwner("12", "13"))
        try machine.write(large, to: "/large", mode: 0o755, owner: .root)
        try machine.write([1], to: "/other", mode: 0o600, owner: .root)
        try machine.makeSymlink(at: "/link", to: "small")
        try machine.makeDirectory("/empty", mode: 0o711, owner: .root)
        let before = try manifest()
        let reversible = ReversibleMachine(machine)

        try reversible.write([9], to: "/small", mode: 0o600, owner: .root)
        try reversible.write([9], to: "/large", mode: 0o600, owner: .root)
        try reversible.write([9], to: "/large", mode: 0o600, owner: .root)
        try reversible.makeSymlink(at: "/link", to: "large")
        try reversible.remove("/empty")
        try reversible.makeDirectories("/new/deep")
        try reversible.write([9], to: "/new/deep/file", mode: 0o600, owner: .root)
        try reversible.setMode("/other", mode: 0o777, owner: FileOwner("5", "5"))
        try reversible.rename("/other", to: "/small")
        try reversible.makeDirectory("/etc", mode: 0o700, owner: .root)
        #expect(try manifest() != before)
        let problems = reversible.undo()

        #expect(problems == [])
        #expect(try manifest() == before)
        #expect(!reversible.hasChanged)
    }

    @Test("a directory that somebody else has filled stays")
    func filledDirectory() throws {
        let reversible = ReversibleMachine(machine)
        try reversible.makeDirectory("/new", mode: 0o755, owner: .root)
        try machine.write([1], to: "/new/theirs", mode: 0o600, owner: .root)

        #expect(reversible.undo() == [])

        #expect(try machine.read("/new/theirs") == [1])
    }

    @Test("what cannot be given back is said, and the rest is given back")
    func partial() throws {
        try machine.makeDirectories("/a")
        try machine.write([1], to: "/a/file", mode: 0o600, owner: .root)
        try machine.write([1], to: "/b", mode: 0o600, owner: .root)
        let reversible = ReversibleMachine(machine)
        try reversible.write([2], to: "/b", mode: 0o600, owner: .root)
        try reversible.write([2], to: "/a/file", mode: 0o600, owner: .root)
        try machine.removeAll("/a")

        let problems = reversible.undo()

        #expect(problems.count == 1)
        #expect(problems.first?.contains("/a/file") == true)
        #expect(try machine.read("/b") == [1])
    }
}
