import Foundation
import Glibc
import Testing

@testable import Probes

@Suite("Sockets of container engines")
struct ContainerSocketTests {
    private static let path = "/run/docker.sock"

    @Test("an engine that answers is asked once and believed")
    func answers() throws {
        let tree = try MachineTree()
        let engine = try EngineStub(tree: tree, path: Self.path)
        engine.answer(
            "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n[{\"Id\":\"abc\",\"Names\":[\"/web\"],\"State\":\"running\"}]"
        )

        let containers = try ContainerSocket(files: tree.files, path: Self.path, engine: "docker").containers()

        #expect(containers.map(\.name) == ["web"])
        #expect(engine.heard.hasPrefix("GET /containers/json?all=true HTTP/1.0\r\n"))
    }

    @Test("an engine that says nothing is left after the time given")
    func silence() throws {
        let tree = try MachineTree()
        let engine = try EngineStub(tree: tree, path: Self.path)
        engine.answer(nil)

        #expect(throws: ContainerSocket.Failure.timedOut) {
            try ContainerSocket(files: tree.files, path: Self.path, engine: "docker", timeout: .milliseconds(60))
                .containers()
        }
    }

    @Test("a socket nobody serves and a refusal are told apart")
    func refusals() throws {
        let tree = try MachineTree()
        try tree.write(Self.path, "")
        let refusing = try MachineTree()
        let engine = try EngineStub(tree: refusing, path: Self.path)
        engine.answer("HTTP/1.1 403 Forbidden\r\n\r\n")

        #expect(throws: ContainerSocket.Failure.unreachable) {
            try ContainerSocket(files: tree.files, path: Self.path, engine: "docker").containers()
        }
        #expect(throws: ContainerSocket.Failure.refused(status: 403)) {
            try ContainerSocket(files: refusing.files, path: Self.path, engine: "docker").containers()
        }
    }

    @Test("altered answers never crash")
    func fuzz() {
        let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2a\r\n[{\"Id\":\"abc\",\"Ports\":[{\"PrivatePort\":80}]}]\r\n0\r\n\r\n"
        var random = SystemRandomNumberGenerator()
        for _ in 0..<5000 {
            var bytes = Array(answer.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 2)
            // Refusing is right as well; only a trap would be wrong.
            guard let read = try? PlainHTTPAnswer(bytes) else { continue }
            _ = try? ContainerSocket.decode(read, engine: "docker")
        }
    }
}

/// Serves one connection on a Unix socket below a tree.
private final class EngineStub: @unchecked Sendable {
    // Written by the serving thread before it signals, read after waiting for the signal.
    private var request = ""
    private let listener: Int32
    private let done = DispatchSemaphore(value: 0)

    struct Failed: Error {}

    init(tree: MachineTree, path: String) throws {
        try tree.folder("/run")
        listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array((tree.root + path).utf8)) }
        let descriptor = listener
        let isListening = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(descriptor, name, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0 && listen(descriptor, 1) == 0
            }
        }
        guard isListening else { throw Failed() }
    }

    deinit { close(listener) }

    var heard: String {
        done.wait()
        return request
    }

    /// Nil keeps the connection open and silent until the caller leaves.
    func answer(_ text: String?) {
        Thread.detachNewThread { [self] in
            defer { done.signal() }
            let connection = accept(listener, nil, nil)
            var buffer = [UInt8](repeating: 0, count: 4096)
            let count = recv(connection, &buffer, buffer.count, 0)
            request = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
            if let text {
                send(connection, text, text.utf8.count, Int32(MSG_NOSIGNAL))
            } else {
                recv(connection, &buffer, 1, 0)
            }
            close(connection)
        }
    }
}
