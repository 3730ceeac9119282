import AsyncHTTPClient
import Crypto
import Foundation
import Kernel
import NIOCore
import NIOHTTP1
import NIOSSL

/// One exchange after the other with a store, each signed. Path style: the bucket is the first part of the path, which
/// every store understands and needs no names of its own.
struct S3Client: Sendable {
    /// How long a server may keep silent.
    struct Patience: Sendable {
        var connect = TimeAmount.seconds(10)
        var silence = TimeAmount.seconds(60)
        /// Before the first and the second repetition.
        var pauses: [Duration] = [.milliseconds(500), .seconds(3)]
    }

    struct Ask: Sendable {
        var method: HTTPMethod = .GET
        /// Behind the bucket; nil for the bucket itself.
        var key: String?
        var query: [(name: String, value: String)] = []
        var headers: [(name: String, value: String)] = []
        var body: ByteBuffer?
    }

    struct Answer: Sendable {
        let headers: HTTPHeaders
        let body: ByteBuffer

        var text: String { String(buffer: body) }
    }

    /// A piece of a backup is the largest that is asked for.
    private static let largestAnswer = 16 << 20

    let place: S3Place
    let patience: Patience
    private let client: HTTPClient
    private let clock: any WallClock

    /// Calls `body` with a client whose connections end with it.
    static func use<Value: Sendable>(
        _ place: S3Place, patience: Patience, clock: any WallClock,
        _ body: (S3Client) async throws(TargetFailure) -> Value
    ) async throws(TargetFailure) -> Value {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.timeout = .init(connect: patience.connect, read: patience.silence, write: patience.silence)
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        if let authorities = place.authorities {
            guard let found = try? NIOSSLCertificate.fromPEMBytes(Array(authorities.utf8)), !found.isEmpty else {
                throw TargetFailure(.untrusted, "The certificate authority of this target cannot be read as PEM.")
            }
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.trustRoots = .certificates(found)
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(configuration: configuration)
        let outcome: Result<Value, TargetFailure>
        do {
            outcome = .success(try await body(S3Client(place: place, patience: patience, client: client, clock: clock)))
        } catch {
            outcome = .failure(error)
        }
        // What it would complain of is an exchange that was given up, which is told already.
        try? await client.shutdown()
        return try outcome.get()
    }

    private init(place: S3Place, patience: Patience, client: HTTPClient, clock: any WallClock) {
        self.place = place
        self.patience = patience
        self.client = client
        self.clock = clock
    }

    /// The answer, read whole. What may succeed a moment later is tried again: every request of ours may be repeated.
    func send(_ ask: Ask) async throws(TargetFailure) -> Answer {
        try await repeating { () async throws(TargetFailure) in
            try await exchange(ask)
        }
    }

    private func repeating<Value: Sendable>(
        _ work: () async throws(TargetFailure) -> Value
    ) async throws(TargetFailure) -> Value {
        for pause in patience.pauses {
            do {
                return try await work()
            } catch {
                guard error.isTemporary, !Task.isCancelled else { throw error }
            }
            // Cancellation ends the sleep and then the next try.
            try? await Task.sleep(for: pause)
        }
        return try await work()
    }

    private func exchange(_ ask: Ask) async throws(TargetFailure) -> Answer {
        do {
            let response = try await client.execute(signed(ask), deadline: .distantFuture)
            let body = try await response.body.collect(upTo: Self.largestAnswer)
            guard (200..<300).contains(response.status.code) else {
                throw S3Failure.failure(status: Int(response.status.code), text: String(buffer: body), place: place)
            }
            return Answer(headers: response.headers, body: body)
        } catch let failure as TargetFailure {
            throw failure
        } catch {
            throw S3Failure.failure(error, place: place)
        }
    }

    private func signed(_ ask: Ask) -> HTTPClientRequest {
        let path = "/\(place.bucket)" + (ask.key.map { "/\($0)" } ?? "")
        let time = SignatureV4.time(clock.now)
        let bodyHash = ask.body.map { SignatureV4.hash($0.readableBytesView) } ?? SignatureV4.emptyBody
        let headers =
            ask.headers + [("host", place.host), ("x-amz-content-sha256", bodyHash), ("x-amz-date", time)]
        let signer = SignatureV4(keyID: place.keyID, secret: place.secret, region: place.region, service: "s3")
        let authorization = signer.authorization(
            .init(method: ask.method.rawValue, path: path, query: ask.query, headers: headers, bodyHash: bodyHash),
            time: time)
        let query = ask.query.map { "\(SignatureV4.escaped($0.name))=\(SignatureV4.escaped($0.value))" }
            .joined(separator: "&")
        var request = HTTPClientRequest(
            url: place.endpoint + SignatureV4.escapedPath(path) + (query.isEmpty ? "" : "?\(query)"))
        request.method = ask.method
        for (name, value) in headers { request.headers.replaceOrAdd(name: name, value: value) }
        request.headers.add(name: "authorization", value: authorization)
        request.headers.add(name: "user-agent", value: "circuit-breaker")
        if let body = ask.body { request.body = .bytes(body) }
        return request
    }
}

extension SignatureV4 {
    static func hash(_ bytes: ByteBufferView) -> String {
        var digest = SHA256()
        bytes.withUnsafeBytes { digest.update(bufferPointer: $0) }
        return hex(digest.finalize())
    }
}
