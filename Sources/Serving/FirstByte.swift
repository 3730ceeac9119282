import NIOCore

/// Tells TLS from clear text by the first byte on an https port. People type `nas:8443` and their browser may try
/// http: they get a redirect instead of an unreadable error.
final class FirstByte: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    private let setup: ConnectionSetup
    private let info: ConnectionInfo
    private let tls: TLSIdentityBox
    private let promise: EventLoopPromise<ConnectionSetup.Negotiated>
    private var isDecided = false

    init(
        setup: ConnectionSetup, info: ConnectionInfo, tls: TLSIdentityBox,
        promise: EventLoopPromise<ConnectionSetup.Negotiated>
    ) {
        self.setup = setup
        self.info = info
        self.tls = tls
        self.promise = promise
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        if !isDecided { promise.fail(ChannelError.eof) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = Self.unwrapInboundIn(data)
        guard !isDecided, let first = bytes.getInteger(at: bytes.readerIndex, as: UInt8.self) else {
            context.fireChannelRead(data)
            return
        }
        isDecided = true
        do {
            // A method begins with a capital; a TLS record of a handshake with 22.
            if (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(first) {
                try setup.addRedirect(context.channel, httpsPort: nil)
                promise.succeed(.handled)
            } else {
                try setup.addTLS(context.channel, info, tls).cascade(to: promise)
            }
        } catch {
            promise.fail(error)
            context.close(promise: nil)
            return
        }
        context.fireChannelRead(data)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}
