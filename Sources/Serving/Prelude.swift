import NIOCore

/// Watches a connection until it has said what it wants: ends it when the TLS handshake or the first request's head
/// takes too long, when something breaks before then, or when the listener stops.
final class Prelude: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = NIOAny

    private let timeout: TimeAmount
    private var timer: DeadlineTimer?

    init(timeout: TimeAmount) {
        self.timeout = timeout
    }

    func handlerAdded(context: ChannelHandlerContext) {
        timer = DeadlineTimer(eventLoop: context.eventLoop) { context.close(promise: nil) }
        restart(timeout)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        timer = nil
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func restart(_ timeout: TimeAmount) {
        timer?.set(.now() + timeout)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        let isGone = event is ChannelShouldQuiesceEvent || (event as? ChannelEvent) == .inputClosed
        if isGone { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
