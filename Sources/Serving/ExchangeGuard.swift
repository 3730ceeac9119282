import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTP2
import NIOHTTPTypes
import NIOHTTPTypesHTTP1

/// Keeps one HTTP/1.1 connection or one HTTP/2 stream within its limits: idle and stalled peers end, faults are
/// answered with a refusal, and a stop lets the request at hand finish.
final class ExchangeGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let limits: Limits
    private let refusals: Refusals
    /// An HTTP/2 stream has no idle time of its own and no `Connection` field.
    private let isStream: Bool

    private var timer: DeadlineTimer?
    /// Requests whose response has not ended; more than one when the client pipelines.
    private var unanswered = 0
    private var isReceiving = false
    private var isAnswering = false
    private var isReadWanted = false
    private var closesAfterResponse = false
    private var unreadBytes = 0
    /// Nothing is passed on any more in either direction; the peer gets a moment to read the last answer.
    private var isLingering = false

    init(limits: Limits, refusals: Refusals, isStream: Bool) {
        self.limits = limits
        self.refusals = refusals
        self.isStream = isStream
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = DeadlineTimer(eventLoop: context.eventLoop) { [unowned self] in expired(context) }
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isLingering else { return }
        let part = Self.unwrapInboundIn(data)
        switch part {
        case .head(let head):
            unanswered += 1
            unreadBytes = 0
            isReceiving = true
            if !isStream, head.headerFields[.connection] == "close" { closesAfterResponse = true }
        case .body(let bytes) where unanswered == 0:
            // The answer is out; the rest of the body has no reader.
            unreadBytes += bytes.readableBytes
            if unreadBytes > limits.unreadBodyBytes { linger(context) }
            return
        case .body: break
        case .end: isReceiving = false
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReadWanted = false
        updateDeadline(context)
        context.fireChannelReadComplete()
    }

    func read(context: ChannelHandlerContext) {
        isReadWanted = true
        context.read()
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        updateDeadline(context)
        context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isLingering else {
            promise?.fail(ChannelError.outputClosed)
            return
        }
        switch Self.unwrapOutboundIn(data) {
        case .head(var head) where head.status.kind != .informational:
            isAnswering = true
            guard closesAfterResponse, !isStream else { break }
            head.headerFields[.connection] = "close"
            context.write(Self.wrapOutboundOut(.head(head)), promise: promise)
            return
        case .end:
            isAnswering = false
            unanswered -= 1
            updateDeadline(context)
            guard closesAfterResponse, unanswered == 0, !isStream else { break }
            context.writeAndFlush(data, promise: promise)
            linger(context)
            return
        default: break
        }
        context.write(data, promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case is ChannelShouldQuiesceEvent:
            closesAfterResponse = true
            if unanswered == 0, !isLingering { context.close(promise: nil) }
        case ChannelEvent.inputClosed where isLingering: context.close(promise: nil)
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case HTTPParserError.headerOverflow: refuse(context, .requestHeaderFieldsTooLarge)
        case HTTPParserError.invalidEOFState, HTTPParserError.closedConnection: context.close(promise: nil)
        case is HTTPParserError, is HTTP1TypeConversionError, is RequestFault: refuse(context, .badRequest)
        case is any NIOHTTP2Error: context.close(promise: nil)
        // What is left on a stream is a head that cannot be turned into a request.
        default: isStream ? refuse(context, .badRequest) : context.close(promise: nil)
        }
    }
}

extension ExchangeGuard {
    private func updateDeadline(_ context: ChannelHandlerContext) {
        guard !isLingering else { return }
        if !context.channel.isWritable {
            timer?.set(.now() + limits.writeTimeout)
        } else if isReceiving {
            timer?.set(.now() + limits.bodyTimeout)
        } else if unanswered == 0, !isStream {
            timer?.set(.now() + limits.idleTimeout)
        } else {
            timer?.set(nil)
        }
    }

    private func expired(_ context: ChannelHandlerContext) {
        guard !isLingering, isReceiving, context.channel.isWritable else {
            context.close(promise: nil)
            return
        }
        if isReadWanted {
            refuse(context, .requestTimeout)
        } else {
            updateDeadline(context)  // It is the application that is not reading.
        }
    }

    /// Answers in the application's stead, unless its own answer has begun.
    private func refuse(_ context: ChannelHandlerContext, _ status: HTTPResponse.Status) {
        guard !isLingering else { return }
        guard !isAnswering, unanswered <= (isReceiving ? 1 : 0) else {
            context.close(promise: nil)
            return
        }
        var (head, body) = refusals.response(status)
        if !isStream { head.headerFields[.connection] = "close" }
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        context.write(Self.wrapOutboundOut(.body(body)), promise: nil)
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil)), promise: nil)
        linger(context)
    }

    /// Closing with unread bytes in the socket would reset it and destroy the answer on its way (RFC 9112 §9.6).
    private func linger(_ context: ChannelHandlerContext) {
        guard !isLingering else { return }
        isLingering = true
        timer?.set(.now() + limits.lingerTimeout)
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        guard !isStream else {
            context.close(promise: nil)
            return
        }
        context.close(mode: .output, promise: nil)
        context.read()
    }
}
