import Glibc
import Kernel
import NIOCore
import Testing

@testable import Backups

/// The rest of what can go wrong with a store is tried against a real one, end to end.
@Suite("A store that misbehaves")
struct S3FailureTests {
    /// Takes connections, as the kernel does, and never says a word.
    private final class SilentServer: Sendable {
        let port: UInt16
        private let descriptor: Int32

        init() throws {
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            self.descriptor = descriptor
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_addr.s_addr = inet_addr("127.0.0.1")
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let size = length
            let isBound = withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, size) == 0 && listen(descriptor, 8) == 0
                        && getsockname(descriptor, $0, &length) == 0
                }
            }
            try #require(isBound)
            port = UInt16(bigEndian: address.sin_port)
        }

        deinit { close(descriptor) }
    }

    private func target(_ port: UInt16) -> S3Target {
        var patience = S3Client.Patience()
        patience.silence = .milliseconds(200)
        patience.pauses = []
        return S3Target(
            S3Place(
                endpoint: "http://127.0.0.1:\(port)", region: "us-east-1", bucket: "b-b-b", folder: "", keyID: "k",
                secret: Secret("s"), authorities: nil), patience: patience, clock: SystemClock())
    }

    @Test("one that says nothing is slow")
    func slow() async throws {
        let server = try SilentServer()

        let failure = await #expect(throws: TargetFailure.self) { try await target(server.port).list() }

        #expect(failure?.kind == .slow && failure?.sentence.contains("took too long") == true)
    }

    @Test(
        "each answer of a store is a sentence of its own",
        arguments: [
            ("InvalidAccessKeyId", 403, TargetFailure.Kind.wrongKey), ("SignatureDoesNotMatch", 403, .wrongSecret),
            ("NoSuchBucket", 404, .noBucket), ("NoSuchKey", 404, .missing), ("RequestTimeTooSkewed", 403, .clock),
            ("AuthorizationHeaderMalformed", 400, .wrongRegion), ("AccessDenied", 403, .refused),
            ("SlowDown", 503, .serverTrouble), ("InternalError", 500, .serverTrouble),
            ("XMinioStorageFull", 507, .full), ("SomethingNew", 400, .serverTrouble),
        ])
    func codes(_ code: String, _ status: Int, _ kind: TargetFailure.Kind) {
        let text = "<?xml version=\"1.0\"?><Error><Code>\(code)</Code><Region>eu-1</Region></Error>"

        let failure = S3Failure.failure(status: status, text: text, place: target(9).place)

        #expect(failure.kind == kind && failure.sentence.hasSuffix("."))
    }

    @Test("what is no store at all is told", arguments: [("<html></html>", 404), ("", 404)])
    func notAStore(_ text: String, _ status: Int) {
        #expect(S3Failure.failure(status: status, text: text, place: target(9).place).kind == .notS3)
    }
}
