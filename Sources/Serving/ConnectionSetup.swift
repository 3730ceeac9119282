import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP2
import NIOSSL
import NIOTLS
import NIOWebSocket

typealias HTTPPartChannel = NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>
typealias HTTP2Connection = NIOHTTP2Handler.AsyncStreamMultiplexer<HTTPPartChannel>

/// Builds the pipeline of one accepted connection: TLS, ALPN, then HTTP/2, HTTP/1.1 or a WebSocket.
struct ConnectionSetup: Sendable {
    enum Negotiated: Sendable {
        case http1(EventLoopFuture<FirstRequest.Outcome>)
        case http2(HTTP2Connection)
        /// Answered by handlers alone; no task is needed.
        case handled
    }

    struct Value: Sendable {
        let channel: any Channel
        let info: ConnectionInfo
        let negotiated: EventLoopFuture<Negotiated>
    }

    let limits: Limits
    let refusals: Refusals
    let decideUpgrade: UpgradeDecision.Decide?

    /// Clear text: HTTP/1.1 only.
    func setUpClear(_ channel: any Channel) -> EventLoopFuture<Value> {
        ConnectionInfo.reading(channel, isTLS: false).flatMapThrowing { info in
            try channel.pipeline.syncOperations.addHandler(Prelude(timeout: limits.headTimeout))
            let outcome = try addHTTP1(channel, info)
            return Value(
                channel: channel, info: info, negotiated: channel.eventLoop.makeSucceededFuture(.http1(outcome)))
        }
    }

    /// TLS with HTTP/2 or HTTP/1.1 by ALPN. Who speaks clear text to this port is sent to https.
    func setUpTLS(_ channel: any Channel, _ tls: TLSIdentityBox) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let info = ConnectionInfo(channel: channel, isTLS: true)
            let promise = channel.eventLoop.makePromise(of: Negotiated.self)
            do {
                try channel.pipeline.syncOperations.addHandlers([
                    Prelude(timeout: limits.handshakeTimeout),
                    FirstByte(setup: self, info: info, tls: tls, promise: promise),
                ])
            } catch {
                promise.fail(error)
                throw error
            }
            return Value(channel: channel, info: info, negotiated: promise.futureResult)
        }
    }

    func addTLS(_ channel: any Channel, _ info: ConnectionInfo, _ tls: TLSIdentityBox) throws
        -> EventLoopFuture<Negotiated>
    {
        let negotiation = NIOTypedApplicationProtocolNegotiationHandler<Negotiated> { result, channel in
            channel.eventLoop.makeCompletedFuture {
                switch result {
                case .negotiated("h2"): return .http2(try addHTTP2(channel))
                case .negotiated, .fallback:
                    try? channel.pipeline.syncOperations.handler(type: Prelude.self).restart(limits.headTimeout)
                    return .http1(try addHTTP1(channel, info))
                }
            }
        }
        let pipeline = channel.pipeline.syncOperations
        try pipeline.addHandler(NIOSSLServerHandler(context: tls.context))
        try pipeline.addHandler(negotiation)
        return negotiation.protocolNegotiationResult
    }

    func addRedirect(_ channel: any Channel, httpsPort: Int?) throws {
        try channel.pipeline.syncOperations.addHandlers([
            HTTPResponseEncoder(), ByteToMessageHandler(makeDecoder()),
            RedirectHandler(httpsPort: httpsPort, refusals: refusals),
        ])
    }

    func setUpRedirect(_ channel: any Channel, httpsPort: Int) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            try channel.pipeline.syncOperations.addHandler(Prelude(timeout: limits.headTimeout))
            try addRedirect(channel, httpsPort: httpsPort)
            let info = ConnectionInfo(channel: channel, isTLS: false)
            return Value(channel: channel, info: info, negotiated: channel.eventLoop.makeSucceededFuture(.handled))
        }
    }

    private func makeDecoder() -> HTTPRequestDecoder {
        var bounds = NIOHTTPDecoderLimitConfiguration()
        bounds.maxHeaderFieldSize = limits.headerFieldBytes
        bounds.maxHeaderListSize = limits.headerBytes
        bounds.maxHeaderFieldCount = limits.headerFields
        return HTTPRequestDecoder(
            leftOverBytesStrategy: .forwardBytes, informationalResponseStrategy: .drop, limitConfiguration: bounds)
    }

    private func addHTTP1(_ channel: any Channel, _ info: ConnectionInfo) throws -> EventLoopFuture<
        FirstRequest.Outcome
    > {
        let promise = channel.eventLoop.makePromise(of: FirstRequest.Outcome.self)
        let first = FirstRequest(setup: self, info: info, promise: promise)
        let pipeline = channel.pipeline.syncOperations
        do {
            try pipeline.addHandlers([HTTPResponseEncoder(), ByteToMessageHandler(makeDecoder()), first])
        } catch {
            promise.fail(error)
            throw error
        }
        return promise.futureResult
    }

    private func addHTTP2(_ channel: any Channel) throws -> HTTP2Connection {
        let pipeline = channel.pipeline.syncOperations
        pipeline.endPrelude()
        // Rapid resets, control frame floods, continuation floods and empty frames are bounded by NIOHTTP2's defaults.
        var configuration = NIOHTTP2Handler.Configuration()
        configuration.connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: limits.streamsPerConnection),
            HTTP2Setting(parameter: .maxHeaderListSize, value: limits.headerBytes),
        ]
        configuration.stream.outboundBufferSizeHighWatermark = 64 * 1024
        configuration.stream.outboundBufferSizeLowWatermark = 32 * 1024
        let connection = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server,
            connectionManagerConfiguration: .init(
                maxIdleTime: limits.idleTimeout, maxAge: nil, maxGraceTime: limits.writeTimeout,
                keepalive: .init(pingInterval: limits.idleTimeout, ackTimeout: limits.headTimeout)),
            http2HandlerConfiguration: configuration
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                return try wrapHTTP(stream, isStream: true)
            }
        }
        try pipeline.addHandler(HTTP2Guard())
        return connection
    }

    func wrapHTTP(_ channel: any Channel, isStream: Bool) throws -> HTTPPartChannel {
        try channel.pipeline.syncOperations.addHandler(
            ExchangeGuard(limits: limits, refusals: refusals, isStream: isStream))
        return try HTTPPartChannel(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: !isStream))
    }

    func wrapWebSocket(_ channel: any Channel, isCompressing: Bool) throws -> WebSocketChannel {
        let pipeline = channel.pipeline.syncOperations
        let queue = OutboundQueue(limits: limits.webSocket)
        try pipeline.addHandlers([
            WebSocketFrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.webSocket.messageBytes)),
            WebSocketHandler(limits: limits.webSocket, isCompressing: isCompressing, queue: queue),
        ])
        let messages = try NIOAsyncChannel<RawMessage, Never>(
            wrappingChannelSynchronously: channel,
            configuration: .init(backPressureStrategy: .init(lowWatermark: 1, highWatermark: 4)))
        return WebSocketChannel(messages: messages, queue: queue)
    }
}

/// Runs requests of one connection through Hummingbird's request loop, which serves HTTP/1.1 connections and HTTP/2
/// streams alike once they speak the shared HTTP types.
struct Exchange: HTTPChannelHandler {
    typealias Value = HTTPPartChannel

    let responder: Responder

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<HTTPPartChannel> {
        channel.eventLoop.makeCompletedFuture { try HTTPPartChannel(wrappingChannelSynchronously: channel) }
    }

    func handle(value: HTTPPartChannel, logger: Logger) async {
        await handleHTTP(asyncChannel: value, logger: logger)
    }
}
