import HTTPTypes
import Logging
import NIOCore
import NIOWebSocket

struct WebSocketChannel: Sendable {
    let messages: NIOAsyncChannel<RawMessage, Never>
    let queue: OutboundQueue
}

package enum WebSocketMessage: Sendable, Equatable {
    case text(String)
    case binary(ByteBuffer)
}

/// A message made once for any number of sockets: the compressed form is shared by all that agreed to compression.
package struct PreparedMessage: Sendable {
    /// Below this compression costs more than it saves.
    private static let worthCompressing = 256

    let opcode: WebSocketOpcode
    let plain: ByteBuffer
    let compressed: ByteBuffer?

    package init(text: String) { self.init(opcode: .text, ByteBuffer(string: text), isCompressing: true) }

    /// `text` must be UTF-8.
    package init(text: ByteBuffer) { self.init(opcode: .text, text, isCompressing: true) }

    package init(binary: ByteBuffer) { self.init(opcode: .binary, binary, isCompressing: true) }

    init(opcode: WebSocketOpcode, _ payload: ByteBuffer, isCompressing: Bool) {
        self.opcode = opcode
        plain = payload
        guard isCompressing, payload.readableBytes >= Self.worthCompressing else {
            compressed = nil
            return
        }
        // A message that cannot be compressed is sent as it is.
        compressed = try? Deflate.compress(payload)
    }
}

/// One open socket. Any task may send; one task reads `messages`.
///
/// Sending never waits: what a slow reader leaves in the queue is bounded, and past the bound the socket is closed
/// with 1013 and the sender told.
package final class WebSocketConnection: Sendable {
    /// The socket is closed or closing; `reason` says why.
    package struct Closed: Error {
        package let reason: CloseReason
    }

    /// The handshake: path, query, header fields, and the peer.
    package let request: UpgradeRequest
    package let messages: WebSocketMessages
    private let channel: any Channel
    private let queue: OutboundQueue
    private let isCompressing: Bool

    init(
        request: UpgradeRequest, channel: any Channel, queue: OutboundQueue, isCompressing: Bool,
        inbound: NIOAsyncChannelInboundStream<RawMessage>, limit: Int
    ) {
        self.request = request
        self.channel = channel
        self.queue = queue
        self.isCompressing = isCompressing
        messages = WebSocketMessages(inbound: inbound, channel: channel, limit: limit)
    }

    /// Set once the socket is closing or lost.
    package var closeReason: CloseReason? { queue.ending }

    /// The reader has not taken everything yet.
    package var isBusy: Bool { !queue.isEmpty }

    package func send(text: String) throws(Closed) {
        try send(PreparedMessage(opcode: .text, ByteBuffer(string: text), isCompressing: isCompressing))
    }

    package func send(binary: ByteBuffer) throws(Closed) {
        try send(PreparedMessage(opcode: .binary, binary, isCompressing: isCompressing))
    }

    package func send(_ message: PreparedMessage) throws(Closed) {
        channel.writeAndFlush(try queued(message), promise: nil)
    }

    /// Sends and waits until the kernel has taken it, and with it all that was sent before: for a long answer at the
    /// reader's pace.
    package func deliver(_ message: PreparedMessage) async throws {
        let frame = try queued(message)
        do {
            try await channel.writeAndFlush(frame).get()
        } catch {
            throw Closed(reason: queue.ending ?? .lost)
        }
    }

    private func queued(_ message: PreparedMessage) throws(Closed) -> WebSocketFrame {
        var frame = WebSocketFrame(fin: true, opcode: message.opcode, data: message.plain)
        if isCompressing, let compressed = message.compressed {
            frame.data = compressed
            frame.rsv1 = true
        }
        switch queue.add(frame.data.readableBytes) {
        case .accepted: return frame
        case .closed: throw Closed(reason: queue.ending ?? .lost)
        case .full:
            close(.slow)
            throw Closed(reason: .slow)
        }
    }

    /// Starts the closing handshake and ends `messages`; the first reason counts.
    package func close(_ reason: CloseReason) {
        guard queue.end(reason) else { return }
        channel.triggerUserOutboundEvent(CloseRequest(reason: reason), promise: nil)
    }
}

/// The messages of one socket, to be read once. They end when either side closes. While nobody reads, only a few are
/// held and the peer is not read from.
package struct WebSocketMessages: AsyncSequence, Sendable {
    package typealias Element = WebSocketMessage

    let inbound: NIOAsyncChannelInboundStream<RawMessage>
    let channel: any Channel
    let limit: Int

    package struct AsyncIterator: AsyncIteratorProtocol {
        var inbound: NIOAsyncChannelInboundStream<RawMessage>.AsyncIterator
        let channel: any Channel
        let limit: Int

        package mutating func next() async throws -> WebSocketMessage? {
            guard let raw = try await inbound.next() else { return nil }
            do throws(Deflate.Failure) {
                let payload = raw.isCompressed ? try Deflate.decompress(raw.payload, limit: limit) : raw.payload
                guard raw.isText else { return .binary(payload) }
                if let text = String(validating: payload.readableBytesView, as: UTF8.self) { return .text(text) }
                end(.notUTF8)
            } catch {
                end(error == .tooLarge ? .tooLarge : .notDeflate)
            }
            return nil
        }

        private func end(_ reason: CloseReason) {
            channel.triggerUserOutboundEvent(CloseRequest(reason: reason), promise: nil)
        }
    }

    package func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(inbound: inbound.makeAsyncIterator(), channel: channel, limit: limit)
    }
}

extension WebSocketChannel {
    /// Runs the application's part and sees the socket closed afterwards.
    func serve(
        _ request: UpgradeRequest, isCompressing: Bool, limit: Int, logger: Logger, by serve: UpgradeDecision.Serve
    ) async {
        let channel = messages.channel
        do {
            try await messages.executeThenClose { inbound in
                let connection = WebSocketConnection(
                    request: request, channel: channel, queue: queue, isCompressing: isCompressing, inbound: inbound,
                    limit: limit)
                do {
                    try await serve(connection)
                    connection.close(.normal)
                } catch is WebSocketConnection.Closed {
                    // The reason is known; the log line below tells it.
                } catch {
                    logger.debug("the WebSocket's owner failed", metadata: ["error": "\(error)"])
                    connection.close(.failed)
                }
                try await channel.closeFuture.get()
            }
        } catch {
            logger.trace("the WebSocket ended", metadata: ["error": "\(error)"])
        }
        let reason = queue.ending ?? .lost
        logger.debug(
            "WebSocket closed",
            metadata: ["path": "\(request.path)", "code": "\(reason.code)", "reason": "\(reason.text)"])
    }
}
