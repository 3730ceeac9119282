import Glibc
import HostSystem
import Kernel
import TestSupport
import Testing

@Suite("The files of a machine")
struct LiveMachineTests {
    let folder: TemporaryFolder
    let machine: LiveMachine

    init() throws {
        folder = try TemporaryFolder()
        machine = LiveMachine(root: folder.path + "/")
        for directory in ["/etc", "/usr", "/usr/lib"] { mkdir(folder.path + directory, 0o755) }
        try put("root:x:0:0::/root:/bin/sh\nbroken\nlab:x:4242:4343::/:/bin/false\n", "/etc/passwd")
        try put("root:x:0:\nlab:x:4343:\n", "/etc/group")
    }

    private func put(_ text: String, _ path: String) throws {
        try machine.write(Array(text.utf8), to: path, mode: 0o644, owner: .root)
    }

    private func text(_ path: String) throws -> String { String(decoding: try machine.read(path), as: UTF8.self) }

    @Test("a file has the bytes, the mode and the owner that were asked for, and no draft stays beside it")
    func write() throws {
        try machine.write(Array("one".utf8), to: "/etc/a", mode: 0o640, owner: FileOwner("root", "lab"))

        let status = try #require(try machine.status(of: "/etc/a"))
        #expect(
            status == FileStatus(kind: .file, mode: 0o640, user: 0, group: 4343, size: 3, modified: status.modified))
        #expect(abs((SystemClock().now - status.modified).milliseconds) < 60_000)
        #expect(try machine.place(of: "/etc/a") == folder.path + "/etc/a")
        #expect(try machine.accountNames(user: status.user, group: status.group) == FileOwner("root", "lab"))
        #expect(try machine.accountNames(user: 77, group: 78) == FileOwner("77", "78"))
        #expect(try machine.list("/etc") == ["a", "group", "passwd"])
    }

    @Test("what a killed run left behind is used up, even a link that points elsewhere")
    func leftDraft() throws {
        try put("old", "/etc/a")
        try put("victim", "/etc/victim")
        symlink("victim", folder.path + "/etc/.a.new")

        try put("new", "/etc/a")

        #expect(try text("/etc/a") == "new")
        #expect(try text("/etc/victim") == "victim")
        #expect(try machine.list("/etc") == ["a", "group", "passwd", "victim"])
    }

    @Test("an owner the machine does not have is refused by name, and the old file stays")
    func unknownOwner() throws {
        try put("old", "/etc/a")

        let error = #expect(throws: AppError.self) {
            try machine.write([1], to: "/etc/a", mode: 0o644, owner: FileOwner("nobody-here", "root"))
        }
        try machine.write([1], to: "/usr/b", mode: 0o644, owner: FileOwner("77", "78"))
        #expect(try machine.status(of: "/usr/b")?.user == 77)

        #expect(error?.message.contains("nobody-here") == true)
        #expect(try text("/etc/a") == "old")
        #expect(try machine.list("/etc") == ["a", "group", "passwd"])
    }

    @Test("links of an image lead to places in the image, never out of it")
    func linksStayInside() throws {
        try machine.makeSymlink(at: "/lib", to: "/usr/lib")
        try machine.makeSymlink(at: "/usr/up", to: "../../../../etc")

        try put("x", "/lib/x")
        try put("y", "/usr/up/y")

        #expect(try text("/usr/lib/x") == "x")
        #expect(try text("/etc/y") == "y")
        #expect(try machine.status(of: "/lib")?.kind == .symlink(target: "/usr/lib"))
    }

    @Test("a file is written through the link that stands for it")
    func linkedFile() throws {
        try put("old", "/usr/real")
        try machine.makeSymlink(at: "/etc/linked", to: "/usr/real")

        try put("new", "/etc/linked")

        #expect(try text("/usr/real") == "new")
        #expect(try machine.status(of: "/etc/linked")?.kind == .symlink(target: "/usr/real"))
    }

    @Test("links in a circle are refused")
    func circle() throws {
        try machine.makeSymlink(at: "/usr/a", to: "b")
        try machine.makeSymlink(at: "/usr/b", to: "a")

        #expect(throws: AppError.self) { try machine.read("/usr/a") }
        #expect(throws: AppError.self) { try put("", "/usr/a/file") }
    }

    @Test("what is missing is nil, an empty list, or an error that names it")
    func missing() throws {
        #expect(try machine.status(of: "/nowhere/file") == nil)
        #expect(try machine.status(of: "/etc/passwd/file") == nil)
        #expect(try machine.list("/nowhere") == [])
        try machine.remove("/nowhere/file")
        let error = #expect(throws: AppError.self) { try machine.read("/etc/nothing") }
        #expect(error?.kind == .notFound)
        #expect(error?.message.contains("/etc/nothing") == true)
        #expect(throws: AppError.self) { try machine.read("/etc") }
        #expect(throws: AppError.self) { try machine.status(of: "etc/passwd") }
    }

    @Test("a copy is a copy, and another file is not", arguments: [0, 1, 262_144, 262_145, 900_000])
    func copies(size: Int) throws {
        let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 / 251) }
        let source = folder.path + "/source"
        try machine.write(bytes, to: "/source", mode: 0o600, owner: .root)

        try machine.copy(from: source, to: "/usr/copy", mode: 0o755, owner: .root)

        #expect(try machine.read("/usr/copy") == bytes)
        #expect(try machine.status(of: "/usr/copy")?.mode == 0o755)
        #expect(try machine.isCopy(of: source, at: "/usr/copy"))
        #expect(try !machine.isCopy(of: source, at: "/usr/none"))
        try machine.write(bytes + [0], to: "/usr/copy", mode: 0o755, owner: .root)
        #expect(try !machine.isCopy(of: source, at: "/usr/copy"))
        if let last = bytes.last {
            try machine.write(bytes.dropLast() + [last ^ 1], to: "/usr/copy", mode: 0o755, owner: .root)
            #expect(try !machine.isCopy(of: source, at: "/usr/copy"))
        }
    }

    @Test("directories are made, corrected and removed; a full one is not removed unless all is meant")
    func directories() throws {
        try machine.makeDirectories("/srv/one/two")
        try machine.makeDirectory("/srv/one", mode: 0o2750, owner: FileOwner("lab", "lab"))
        try machine.makeSymlink(at: "/srv/one/out", to: "/etc")

        let status = try #require(try machine.status(of: "/srv/one"))
        #expect(status.mode == 0o2750)
        #expect(status.user == 4242)
        #expect(throws: AppError.self) { try machine.remove("/srv/one") }
        try machine.removeAll("/srv")
        #expect(try !machine.exists("/srv"))
        #expect(try machine.exists("/etc/passwd"))
    }

    @Test("a mode is not set through a link")
    func modeOfLink() throws {
        try machine.makeSymlink(at: "/usr/link", to: "/etc/passwd")

        #expect(throws: AppError.self) { try machine.setMode("/usr/link", mode: 0o777, owner: .root) }

        #expect(try machine.status(of: "/etc/passwd")?.mode == 0o644)
    }
}
