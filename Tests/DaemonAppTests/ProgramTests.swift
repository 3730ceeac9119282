import Foundation
import Kernel
import Synchronization
import Testing

@testable import DaemonApp

@Suite("Program")
struct ProgramTests {
    let bench: DaemonBench

    init() throws {
        bench = try DaemonBench()
    }

    /// What a command printed, by stream.
    private final class Said: Sendable {
        let out = Mutex("")
        let complaints = Mutex("")

        var text: String { out.withLock { $0 } }
        var talk: String { complaints.withLock { $0 } }
    }

    private func program(_ arguments: [String], _ said: Said) -> Program {
        Program(
            ["--config=\(bench.path)/config.yaml"] + arguments, environment: [:],
            say: { line in said.out.withLock { $0 += line + "\n" } },
            complain: { line in said.complaints.withLock { $0 += line + "\n" } })
    }

    @Test("a wrong configuration ends with 2 and names place and cure, to standard error")
    func wrongConfiguration() async throws {
        try bench.write("config.yaml", "server:\n  prot: 8443\n")
        let said = Said()

        #expect(await program([], said).serve() == 2)
        #expect(said.talk.contains("config.yaml:2:"))
        #expect(said.talk.contains("port"))
        #expect(said.text.isEmpty)
    }

    @Test("a configuration that fits is described on standard output")
    func rightConfiguration() throws {
        try bench.write("config.yaml", "server:\n  port: 9443\n")
        let said = Said()

        #expect(program([], said).checkConfiguration() == 0)
        #expect(said.text.contains("server.port = 9443"))
        #expect(said.talk.isEmpty)
    }

    @Test("a pair that does not fit together is found by the check already")
    func pair() throws {
        try bench.write("config.yaml", "")
        try bench.write("server.crt", "nonsense")
        try bench.write("server.key", "nonsense")
        let said = Said()

        let code = program(
            ["--tls-cert-file=\(bench.path)/server.crt", "--tls-key-file=\(bench.path)/server.key"], said
        ).checkConfiguration()

        #expect(code == 2)
        #expect(said.talk.contains("server.crt"))
    }

    @Test("the OpenAPI document names every route and needs no database")
    func openAPI() async throws {
        let said = Said()

        #expect(await Program([], environment: [:], say: { line in said.out.withLock { $0 = line } }).openAPI() == 0)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(said.text.utf8)) as? [String: Any])
        let paths = try #require(document["paths"] as? [String: Any])
        #expect(paths["/api/v1/health"] != nil)
        #expect(paths["/api/v1/openapi.json"] != nil)
    }
}

@Suite("DataDirectory")
struct DataDirectoryTests {
    let bench: DaemonBench

    init() throws {
        bench = try DaemonBench()
    }

    @Test("folders above are made, and only the owner may enter")
    func made() throws {
        try DataDirectory(path: "\(bench.path)/a/b").prepare()

        #expect(try bench.mode("a/b") == 0o700)
    }

    @Test("one that everybody may enter is closed")
    func closed() throws {
        try FileManager.default.createDirectory(
            atPath: "\(bench.path)/open", withIntermediateDirectories: false, attributes: [.posixPermissions: 0o755])

        try DataDirectory(path: "\(bench.path)/open").prepare()

        #expect(try bench.mode("open") == 0o700)
    }

    @Test("a file in the way is named")
    func file() throws {
        try bench.write("data", "x")

        #expect { try DataDirectory(path: "\(bench.path)/data").prepare() } throws: { error in
            (error as? AppError)?.message.contains("\(bench.path)/data") == true
        }
    }
}
