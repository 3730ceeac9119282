import AsyncHTTPClient
import JSONKit
import Kernel
import NIOCore
import NIOFoundationEssentialsCompat
import NIOHTTP1
import NIOSSL

/// Talks to a daemon: over its Unix socket where that answers, over HTTPS otherwise.
///
/// The answer is read whole within `timeLimit` and up to `largest` bytes. Nothing is sent twice: the next place is tried
/// only where no connection came about. Redirects are not followed.
package struct ControlClient: Sendable {
    /// In the order in which they are tried.
    package var places: [DaemonPlace]
    package var token: Secret<String>?
    /// Certificates in PEM that are trusted beside the system's, for HTTPS.
    package var authorities: [UInt8]
    package var timeLimit: Duration
    package var largest: Int

    package init(
        places: [DaemonPlace], token: Secret<String>? = nil, authorities: [UInt8] = [],
        timeLimit: Duration = .seconds(30), largest: Int = 16 << 20
    ) {
        self.places = places
        self.token = token
        self.authorities = authorities
        self.timeLimit = timeLimit
        self.largest = largest
    }

    /// The answer, whatever its status; an error where none came.
    package func ask(_ request: ControlRequest) async throws(ControlError) -> ControlAnswer {
        var unreachable: [ConnectionTrouble] = []
        for place in places {
            do {
                return try await ask(request, at: place)
            } catch {
                switch error {
                case .noConnection(let trouble): unreachable.append(trouble)
                case .broken(let error): throw error
                }
            }
        }
        throw ConnectionTrouble.notReachable(unreachable)
    }

    /// The answer, if the daemon did what it was asked.
    package func send(_ request: ControlRequest) async throws(ControlError) -> ControlAnswer {
        let answer = try await ask(request)
        guard (200..<300).contains(answer.status) else {
            throw ControlError(answer, hadToken: token != nil)
        }
        return answer
    }

    private func ask(_ request: ControlRequest, at place: DaemonPlace) async throws(ExchangeFailure) -> ControlAnswer {
        do {
            let limit = timeLimit
            return try await withThrowingTaskGroup(of: ControlAnswer?.self) { group in
                group.addTask { try await exchange(request, at: place) }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() ?? nil else { throw HTTPClientError.deadlineExceeded }
                return answer
            }
        } catch {
            throw ConnectionTrouble.explain(error, at: place, timeLimit: timeLimit, largest: largest)
        }
    }

    private func exchange(_ request: ControlRequest, at place: DaemonPlace) async throws -> ControlAnswer {
        var sent = HTTPClientRequest(url: Self.url(place, "/api/v1/\(request.path)"))
        sent.method = HTTPMethod(rawValue: request.method.rawValue)
        if case .socket = place { sent.headers.add(name: "host", value: "localhost") }
        sent.headers.add(name: "accept", value: "application/json")
        sent.headers.add(name: "user-agent", value: "cb")
        if let token {
            guard Self.isPrivate(place) else {
                throw ControlError(
                    .failed, "The token is not sent to \(place) in the clear.", hints: ["use an https:// address"])
            }
            sent.headers.add(name: "authorization", value: "Bearer \(token.reveal())")
        }
        if let body = request.body {
            sent.headers.add(name: "content-type", value: "application/json")
            sent.body = .bytes(ByteBuffer(string: body.text))
        }
        let (largest, limit) = (largest, TimeAmount(timeLimit))
        return try await HTTPClient.withHTTPClient(configuration: try configuration(for: place)) { [sent] client in
            let response = try await client.execute(sent, timeout: limit)
            let body = try await response.body.collect(upTo: largest)
            return ControlAnswer(
                status: Int(response.status.code),
                headers: response.headers.map { (name: $0.name.lowercased(), value: $0.value) },
                bytes: Array(body.readableBytesView), place: place)
        }
    }

    /// Whether nobody else can listen in on the way.
    private static func isPrivate(_ place: DaemonPlace) -> Bool {
        guard case .server(let address) = place, !address.isTLS else { return true }
        let target = address.connectTo ?? address.host
        return target == "localhost" || target == "::1" || target.hasPrefix("127.")
    }

    private func configuration(for place: DaemonPlace) throws -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.httpVersion = .http1Only
        configuration.timeout.connect = .seconds(5)
        configuration.connectionPool.retryConnectionEstablishment = false
        guard case .server(let address) = place else { return configuration }
        if let other = address.connectTo { configuration.dnsOverride = [address.host: other] }
        if address.isTLS {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.minimumTLSVersion = .tlsv12
            if !authorities.isEmpty {
                tls.additionalTrustRoots = [.certificates(try NIOSSLCertificate.fromPEMBytes(authorities))]
            }
            configuration.tlsConfiguration = tls
        }
        return configuration
    }

    private static func url(_ place: DaemonPlace, _ path: String) -> String {
        switch place {
        case .server: "\(place)\(path)"
        case .socket(let socket): "http+unix://\(percentEncoded(socket))\(path)"
        }
    }

    private static func percentEncoded(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
        return text.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}

extension TimeAmount {
    init(_ duration: Duration) {
        self = .milliseconds(duration.milliseconds)
    }
}
