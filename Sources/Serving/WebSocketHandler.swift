import NIOCore
import NIOWebSocket

/// Asks the handler to start the closing handshake.
struct CloseRequest: Sendable {
    let reason: CloseReason
}

/// The socket's side of RFC 6455 that must not wait for the application: control frames, pings, the closing
/// handshake, and dropping a peer that reads nothing.
final class WebSocketHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = RawMessage
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private let limits: WebSocketLimits
    private let queue: OutboundQueue
    private var assembler: FrameAssembler
    private var ticker: DeadlineTimer?
    private var waitingWrites = 0
    private var lastWritten = NIODeadline.now()
    private var lastHeard = NIODeadline.now()
    /// Set while a ping waits for any sign of life.
    private var pingedAt: NIODeadline?
    private var closeDeadline: NIODeadline?

    init(limits: WebSocketLimits, isCompressing: Bool, queue: OutboundQueue) {
        self.limits = limits
        self.queue = queue
        assembler = FrameAssembler(limit: limits.messageBytes, isCompressing: isCompressing)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        let pause = min(limits.pingInterval, limits.writeTimeout, limits.closeTimeout).halved
        ticker = DeadlineTimer(eventLoop: context.eventLoop) { [unowned self] in
            ticker?.set(.now() + pause)
            tick(context)
        }
        ticker?.set(.now() + pause)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        ticker?.cancel()
        ticker = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        queue.end(.lost)
        ticker?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastHeard = .now()
        pingedAt = nil
        switch assembler.receive(Self.unwrapInboundIn(data)) {
        case .nothing, .pong: break
        case .ping(let payload): send(.init(fin: true, opcode: .pong, data: payload), context)
        case .message(let message):
            guard closeDeadline == nil else { return }
            context.fireChannelRead(Self.wrapInboundOut(message))
        case .close(let reason):
            guard closeDeadline == nil else { return context.close(promise: nil) }
            startClosing(reason ?? CloseReason(1005), context, isAnswer: true)
        case .violation(let reason): startClosing(reason, context)
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let size = Self.unwrapOutboundIn(data).data.readableBytes
        guard closeDeadline == nil else {
            queue.remove(size)
            promise?.fail(ChannelError.outputClosed)
            return
        }
        let done = promise ?? context.eventLoop.makePromise()
        if waitingWrites == 0 { lastWritten = .now() }
        waitingWrites += 1
        done.futureResult.assumeIsolated().whenComplete { _ in
            self.queue.remove(size)
            self.waitingWrites -= 1
            self.lastWritten = .now()
        }
        context.write(data, promise: done)
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard let request = event as? CloseRequest else {
            context.triggerUserOutboundEvent(event, promise: promise)
            return
        }
        startClosing(request.reason, context)
        promise?.succeed()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent: startClosing(.goingAway, context)
        case ChannelEvent.inputClosed: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    /// Errors of the frame decoder, which stops there, or of the transport.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength: startClosing(.tooLarge, context)
        case is NIOWebSocketError:
            startClosing(CloseReason(1002, "the control frame is not valid"), context)
        default: context.close(promise: nil)
        }
    }
}

extension WebSocketHandler {
    private func tick(_ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        if let closeDeadline {
            if now >= closeDeadline { context.close(promise: nil) }
        } else if waitingWrites > 0, now - lastWritten >= limits.writeTimeout {
            startClosing(.slow, context)
        } else if let pingedAt {
            guard now - pingedAt >= limits.pingInterval else { return }
            queue.end(.silent)
            context.close(promise: nil)
        } else if now - lastHeard >= limits.pingInterval, context.channel.isWritable {
            pingedAt = now
            send(.init(fin: true, opcode: .ping, data: ByteBuffer()), context)
        }
    }

    private func send(_ frame: WebSocketFrame, _ context: ChannelHandlerContext) {
        guard closeDeadline == nil, context.channel.isWritable else { return }
        context.writeAndFlush(Self.wrapOutboundOut(frame), promise: nil)
    }

    /// Sends our close frame once; the messages end for the application. When the peer asked first that is the end,
    /// else it has `closeTimeout` to answer.
    private func startClosing(_ reason: CloseReason, _ context: ChannelHandlerContext, isAnswer: Bool = false) {
        guard closeDeadline == nil else { return }
        queue.end(reason)
        closeDeadline = .now() + limits.closeTimeout
        var payload = ByteBuffer()
        payload.writeInteger(FrameAssembler.isSendable(reason.code) ? reason.code : 1000)
        payload.writeString(reason.text)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, data: payload)
        let written = context.writeAndFlush(Self.wrapOutboundOut(frame)).assumeIsolated()
        if isAnswer { written.whenComplete { _ in context.close(promise: nil) } }
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        context.read()
    }
}

extension TimeAmount {
    fileprivate var halved: TimeAmount { .nanoseconds(max(1, nanoseconds / 2)) }
}
