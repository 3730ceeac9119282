import HTTPTypes
import JSONKit
import Kernel
import LocalCA
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOPosix
import NIOSSL
import Synchronization

/// No connection came about: nothing was sent.
struct ConnectFailure: Error {
    let reason: any Error
}

/// The other end closed the connection in the middle of its answer, or before it.
struct EarlyEnd: Error {}

/// One request and its answer, over a connection of their own.
///
/// The certificate is judged by OpenSSL and not by NIO's TLS: BoringSSL does not know the name constraints for
/// addresses that the local CA carries, and refuses every certificate below it.
struct Exchange: Sendable {
    private typealias Wire = NIOAsyncChannel<HTTPResponsePart, HTTPRequestPart>

    let place: DaemonPlace
    let request: ControlRequest
    let token: Secret<String>?
    let authorities: [Certificate]
    let largest: Int

    func run() async throws -> ControlAnswer {
        // What goes wrong below HTTP is often only seen as "closed" above it: the first reason is kept.
        let first = FirstTrouble()
        let wire: Wire
        do {
            wire = try await connect(first)
        } catch {
            throw ConnectFailure(reason: error)
        }
        do {
            return try await wire.executeThenClose { inbound, outbound in
                // A server may answer and close before it has read everything (RFC 9112 section 9.6): what it
                // said counts then, and not that the rest could not be sent.
                try? await outbound.write(contentsOf: parts)
                return try await answer(from: inbound)
            }
        } catch {
            throw first.error ?? error
        }
    }

    private var parts: [HTTPRequestPart] {
        let bytes = request.bytes.map { ByteBuffer(bytes: $0) } ?? request.body.map { ByteBuffer(string: $0.text) }
        return [.head(head)] + (bytes.map { [.body($0)] } ?? []) + [.end(nil)]
    }

    private var head: HTTPRequest {
        var authority = "localhost"
        if case .server(let address) = place { authority = address.authority }
        var fields: HTTPFields = [.accept: "application/json", .userAgent: "cb", .connection: "close"]
        if let token { fields[.authorization] = "Bearer \(token.reveal())" }
        if let range = request.range { fields[.range] = range }
        if let bytes = request.bytes {
            fields[.contentType] = "application/octet-stream"
            fields[.contentLength] = String(bytes.count)
        } else if let body = request.body {
            fields[.contentType] = "application/json"
            fields[.contentLength] = String(body.text.utf8.count)
        }
        return HTTPRequest(
            method: .init(rawValue: request.method.rawValue) ?? .get, scheme: "http", authority: authority,
            path: "/api/v1/\(request.path)", headerFields: fields)
    }

    private func answer(from inbound: NIOAsyncChannelInboundStream<HTTPResponsePart>) async throws -> ControlAnswer {
        var head: HTTPResponse?
        var bytes: [UInt8] = []
        for try await part in inbound {
            switch part {
            case .head(let found):
                // Interim answers announce the real one.
                if found.status.code >= 200 { head = found }
            case .body(let chunk):
                guard bytes.count + chunk.readableBytes <= largest else {
                    throw NIOTooManyBytesError(maxBytes: largest)
                }
                bytes.append(contentsOf: chunk.readableBytesView)
            case .end:
                guard let head else { continue }
                return ControlAnswer(
                    status: head.status.code,
                    headers: head.headerFields.map { (name: $0.name.canonicalName, value: $0.value) }, bytes: bytes,
                    place: place)
            }
        }
        throw EarlyEnd()
    }

    private func connect(_ first: FirstTrouble) async throws -> Wire {
        let bootstrap = ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton).connectTimeout(.seconds(5))
        switch place {
        case .socket(let path):
            return try await bootstrap.connect(unixDomainSocketPath: path) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.pipeline(channel, nil, first) }
            }
        case .server(let address):
            let context = address.isTLS ? try Self.context() : nil
            let authorities = authorities
            return try await bootstrap.connect(host: address.connectTo ?? address.host, port: address.port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try context.map { try Self.tls($0, address.host, authorities, first) }
                    return try Self.pipeline(channel, tls, first)
                }
            }
        }
    }

    private static func pipeline(
        _ channel: any Channel, _ tls: NIOSSLClientHandler?, _ first: FirstTrouble
    ) throws -> Wire {
        let pipeline = channel.pipeline.syncOperations
        if let tls { try pipeline.addHandler(tls) }
        try pipeline.addHandler(TroubleHandler(first))
        try pipeline.addHTTPClientHandlers()
        try pipeline.addHandler(HTTP1ToHTTPClientCodec())
        return try Wire(wrappingChannelSynchronously: channel)
    }

    private static func context() throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        // Never asked: the verification below takes its place.
        configuration.trustRoots = .certificates([])
        return try NIOSSLContext(configuration: configuration)
    }

    private static func tls(
        _ context: NIOSSLContext, _ name: String, _ authorities: [Certificate], _ first: FirstTrouble
    ) throws -> NIOSSLClientHandler {
        // An address is no name to ask for (RFC 6066 section 3); it is verified all the same.
        let isAddress = (try? SocketAddress(ipAddress: name, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : name) { chain, promise in
            do {
                let chain = try chain.map { try Certificate(der: $0.toDERBytes()) }
                try ServerTrust(authorities).judge(chain, for: name)
                promise.succeed(.certificateVerified)
            } catch {
                first.note(error)
                promise.succeed(.failed)
            }
        }
    }
}

/// The first thing that went wrong on a connection.
final class FirstTrouble: Sendable {
    private let kept = Mutex<(any Error)?>(nil)

    func note(_ error: any Error) { kept.withLock { if $0 == nil { $0 = error } } }

    var error: (any Error)? { kept.withLock { $0 } }
}

private final class TroubleHandler: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let first: FirstTrouble

    init(_ first: FirstTrouble) { self.first = first }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A peer that closes without the TLS goodbye has said all it wanted; HTTP knows whether that was enough.
        if case .uncleanShutdown? = error as? NIOSSLError { return }
        first.note(error)
        context.fireErrorCaught(error)
    }
}
