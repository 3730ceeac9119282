import Glibc
import HostSystem
import Kernel
import TestSupport
import Testing

@Suite("The programs of a machine")
struct ProgramTests {
    let machine = LiveMachine()

    private func shell(_ text: String, input: [UInt8] = [], limit: Duration = .seconds(20)) async throws
        -> CommandResult
    {
        try await machine.run(MachineCommand("sh", ["-c", text], input: input, timeLimit: limit))
    }

    @Test("status, output and complaint are told apart")
    func result() async throws {
        let result = try await shell("echo out; echo err >&2; exit 3")

        #expect(result == CommandResult(status: 3, output: Array("out\n".utf8), complaint: Array("err\n".utf8)))
    }

    @Test("a signal is 128 and its number")
    func signals() async throws {
        #expect(try await shell("kill -TERM $$").status == 128 + 15)
    }

    @Test("input arrives whole, also where the output is as large")
    func input() async throws {
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0) }

        #expect(try await shell("cat", input: bytes).output == bytes)
        #expect(try await shell("exec <&-; sleep 0.1; echo done", input: bytes).output == Array("done\n".utf8))
    }

    @Test("output without end is read, and its first megabyte kept")
    func boundedOutput() async throws {
        let result = try await shell("head -c 5000000 /dev/zero; echo after >&2")

        #expect(result.output.count == 1 << 20)
        #expect(result.complaint == Array("after\n".utf8))
    }

    @Test("at the time limit the program and its children are killed")
    func timeLimit() async throws {
        let folder = try TemporaryFolder()
        // Held open by the child alone: it hangs up the moment the child is gone, however busy the machine is.
        let pipe = "\(folder.path)/child"
        try #require(mkfifo(pipe, 0o600) == 0)
        var end = pollfd(fd: open(pipe, O_RDONLY | O_NONBLOCK | O_CLOEXEC), events: 0, revents: 0)
        try #require(end.fd >= 0)
        defer { close(end.fd) }
        let start = ContinuousClock.now

        let error = await #expect(throws: AppError.self) {
            try await shell("sleep 60 > \(pipe) & wait", limit: .seconds(2))
        }

        #expect(error?.message.contains("sh did not end within") == true)
        #expect(ContinuousClock.now - start < .seconds(15))
        #expect(poll(&end, 1, 15_000) == 1)
        #expect(end.revents == Int16(POLLHUP))
    }

    @Test("a program that closes its output and stays is killed as well")
    func silentStay() async throws {
        await #expect(throws: AppError.self) {
            try await shell("exec >&- 2>&-; sleep 60", limit: .milliseconds(300))
        }
    }

    @Test("nothing of this process's surroundings is handed on")
    func cleanEnvironment() async throws {
        setenv("CB_TEST_LEAK", "1", 1)

        let result = try await shell("env")

        let lines = Set(String(decoding: result.output, as: UTF8.self).split(separator: "\n").map(String.init))
        #expect(!lines.contains("CB_TEST_LEAK=1"))
        #expect(lines.contains("LC_ALL=C.UTF-8"))
    }

    @Test("a program that is not installed is named")
    func missing() async throws {
        let error = await #expect(throws: AppError.self) { try await machine.run(MachineCommand("no-such-program")) }

        #expect(error?.kind == .notFound)
        #expect(error?.message.contains("no-such-program") == true)
        #expect(machine.find("no-such-program") == nil)
        #expect(machine.find("sh") != nil)
    }

    @Test("an image's programs run inside of the image, and the machine's are not taken for them")
    func image() async throws {
        let folder = try TemporaryFolder()
        let image = LiveMachine(root: folder.path)
        #expect(image.find("busybox") == nil)
        await #expect(throws: AppError.self) { try await image.run(MachineCommand("sh", ["-c", "true"])) }
        try image.makeDirectories("/usr/bin")
        try await link("/usr/bin/ls", into: image)

        let result = try await image.run(MachineCommand("ls", ["/"]))

        #expect(result.status == 0)
        #expect(String(decoding: result.output, as: UTF8.self).split(separator: "\n").contains("usr"))
        #expect(!String(decoding: result.output, as: UTF8.self).contains("proc"))
    }

    /// Copies a program with the libraries it names.
    private func link(_ program: String, into image: LiveMachine) async throws {
        let listed = try await machine.run(MachineCommand("ldd", [program]))
        let libraries = String(decoding: listed.output, as: UTF8.self).split(whereSeparator: \.isWhitespace)
            .filter { $0.hasPrefix("/") }.map(String.init)
        for file in [program] + libraries {
            let folder = file.split(separator: "/").dropLast().joined(separator: "/")
            try image.makeDirectories("/" + folder)
            try image.copy(from: file, to: file, mode: 0o755, owner: .root)
        }
    }
}
