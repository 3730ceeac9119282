import NIOCore

/// Ends an HTTP/2 connection that broke the protocol (NIO has sent GOAWAY by then and leaves the rest to us), or whose
/// peer closed its side: nothing more can be asked on it.
final class HTTP2Guard: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }
}
