import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// Decides on an HTTP/1.1 connection's first request whether it stays HTTP or becomes a WebSocket, and puts later
/// requests into the form the rest relies on.
///
/// NIO's typed upgrade handler is not used: it cannot ask asynchronously and drops the head of what it declines.
final class FirstRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// What the connection turned into.
    enum Outcome: Sendable {
        case http(HTTPPartChannel)
        case webSocket(WebSocketChannel, UpgradeRequest, isCompressing: Bool, UpgradeDecision.Serve)
    }

    private enum State {
        case waiting
        case deciding([HTTPServerRequestPart])
        /// Bytes behind the handshake, to be given to the WebSocket.
        case upgrading([NIOAny])
        case open
    }

    private let setup: ConnectionSetup
    private let info: ConnectionInfo
    private let promise: EventLoopPromise<Outcome>
    private var state = State.waiting
    private var isSettled = false

    init(setup: ConnectionSetup, info: ConnectionInfo, promise: EventLoopPromise<Outcome>) {
        self.setup = setup
        self.info = info
        self.promise = promise
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        settle(.failure(ChannelError.eof))
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .upgrading(let bytes):
            state = .upgrading(bytes + [data])
        case .deciding(let parts):
            state = .deciding(parts + [Self.unwrapInboundIn(data)])
        case .waiting:
            let part = Self.unwrapInboundIn(data)
            if case .head(let head) = part, let decide = setup.decideUpgrade, Self.isHandshake(head) {
                ask(decide, head, context)
            } else {
                openHTTP(context)
                pass(part, context)
            }
        case .open:
            pass(Self.unwrapInboundIn(data), context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        if case .waiting = state { openHTTP(context) }
        context.fireErrorCaught(error)
    }

    private func settle(_ result: Result<Outcome, any Error>) {
        guard !isSettled else { return }
        isSettled = true
        promise.completeWith(result)
    }
}

// MARK: HTTP
extension FirstRequest {
    private func openHTTP(_ context: ChannelHandlerContext) {
        state = .open
        do {
            let pipeline = context.pipeline.syncOperations
            pipeline.endPrelude()
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: info.isTLS))
            settle(.success(.http(try setup.wrapHTTP(context.channel, isStream: false))))
        } catch {
            settle(.failure(error))
            context.close(promise: nil)
        }
    }

    /// The parser keeps a connection's state to itself, so what the next handlers must know goes into the head: that
    /// the connection ends, and that nothing is to be upgraded.
    private func pass(_ part: HTTPServerRequestPart, _ context: ChannelHandlerContext) {
        guard case .head(var head) = part else {
            context.fireChannelRead(Self.wrapInboundOut(part))
            return
        }
        guard head.headers[canonicalForm: "host"].count == 1 || head.version != .http1_1 else {
            context.fireErrorCaught(RequestFault.malformed)
            return
        }
        // The parser stops after a request with `Upgrade`: whatever follows would wait for ever.
        if !head.isKeepAlive || head.headers.contains(name: "upgrade") {
            head.headers.remove(name: "upgrade")
            head.headers.replaceOrAdd(name: "connection", value: "close")
        }
        if head.version == .http1_1, head.headers.first(name: "expect")?.lowercased() == "100-continue" {
            let go = HTTPResponseHead(version: .http1_1, status: .continue)
            context.writeAndFlush(Self.wrapOutboundOut(.head(go)), promise: nil)
        }
        context.fireChannelRead(Self.wrapInboundOut(.head(head)))
    }
}

// MARK: WebSocket
extension FirstRequest {
    /// RFC 6455 §4.2.1. Anything else with an `Upgrade` field is ordinary HTTP, as RFC 9110 §7.8 allows.
    static func isHandshake(_ head: HTTPRequestHead) -> Bool {
        head.method == .GET && head.version == .http1_1
            && head.headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
            && head.headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && head.headers["sec-websocket-key"].count == 1
            && head.headers.first(name: "sec-websocket-key")?.utf8.count == 24
            && head.headers["sec-websocket-version"] == ["13"]
            && head.headers[canonicalForm: "host"].count == 1
    }

    private func ask(
        _ decide: @escaping UpgradeDecision.Decide, _ head: HTTPRequestHead, _ context: ChannelHandlerContext
    ) {
        guard let request = try? HTTPRequest(head, secure: info.isTLS, splitCookie: false) else {
            openHTTP(context)
            context.fireErrorCaught(RequestFault.malformed)
            return
        }
        state = .deciding([.head(head)])
        // Whatever the client sends before it has an answer may stay in the socket.
        setReading(false, context)
        let upgrade = UpgradeRequest(head: request, connection: info)
        let answer = context.eventLoop.makeFutureWithTask { await decide(upgrade) }
        answer.assumeIsolated().whenSuccess { decision in
            guard context.channel.isActive, case .deciding(let parts) = self.state else { return }
            self.decided(decision, upgrade, head, parts, context)
        }
    }

    private func decided(
        _ decision: UpgradeDecision, _ request: UpgradeRequest, _ head: HTTPRequestHead,
        _ parts: [HTTPServerRequestPart], _ context: ChannelHandlerContext
    ) {
        switch decision {
        case .serve(let serve): accept(serve, request, head, context)
        case .refuse(let response, let body): refuse(response, body, context)
        case .passOn:
            openHTTP(context)
            for part in parts { pass(part, context) }
            context.fireChannelReadComplete()
            setReading(true, context)
        }
    }

    private func setReading(_ isOn: Bool, _ context: ChannelHandlerContext) {
        // Fails only on a channel that is closed already.
        try? context.channel.syncOptions?.setOption(.autoRead, value: isOn)
    }

    private func refuse(_ response: HTTPResponse, _ body: ByteBuffer, _ context: ChannelHandlerContext) {
        var head = HTTPResponseHead(response)
        head.headers.replaceOrAdd(name: "connection", value: "close")
        head.headers.replaceOrAdd(name: "content-length", value: String(body.readableBytes))
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            context.close(promise: nil)
        }
    }

    private func accept(
        _ serve: @escaping UpgradeDecision.Serve, _ request: UpgradeRequest, _ head: HTTPRequestHead,
        _ context: ChannelHandlerContext
    ) {
        var fields = HTTPHeaders()
        let isCompressing = Deflate.isOffered(in: head.headers[canonicalForm: "sec-websocket-extensions"])
        if isCompressing { fields.add(name: "sec-websocket-extensions", value: Deflate.agreement) }
        state = .upgrading([])
        let upgrader = NIOTypedWebSocketServerUpgrader<Void>(
            shouldUpgrade: { [fields] channel, _ in channel.eventLoop.makeSucceededFuture(fields) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() })
        upgrader.buildUpgradeResponse(channel: context.channel, upgradeRequest: head, initialResponseHeaders: [:])
            .assumeIsolated()
            .flatMap { fields in
                let head = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: fields)
                context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
                context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
                return self.removeHTTP(context)
            }
            .whenComplete { result in
                do {
                    try result.get()
                    context.pipeline.syncOperations.endPrelude()
                    let channel = try self.setup.wrapWebSocket(context.channel, isCompressing: isCompressing)
                    self.settle(.success(.webSocket(channel, request, isCompressing: isCompressing, serve)))
                    self.leave(context)
                } catch {
                    self.settle(.failure(error))
                    context.close(promise: nil)
                }
            }
    }

    private func removeHTTP(_ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
        let pipeline = context.pipeline.syncOperations
        do {
            let encoder = try pipeline.context(handlerType: HTTPResponseEncoder.self)
            let decoder = try pipeline.context(handlerType: ByteToMessageHandler<HTTPRequestDecoder>.self)
            return pipeline.removeHandler(context: encoder).and(pipeline.removeHandler(context: decoder)).map { _ in }
        } catch {
            return context.eventLoop.makeFailedFuture(error)
        }
    }

    private func leave(_ context: ChannelHandlerContext) {
        guard case .upgrading(let bytes) = state else { return }
        for data in bytes { context.fireChannelRead(data) }
        context.fireChannelReadComplete()
        setReading(true, context)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

extension ChannelPipeline.SynchronousOperations {
    func endPrelude() {
        if let prelude = try? handler(type: Prelude.self) { removeHandler(prelude, promise: nil) }
    }
}
