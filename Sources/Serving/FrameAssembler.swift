import NIOCore
import NIOWebSocket

/// A whole message as it came over the wire: still compressed where `isCompressed`, text not yet checked.
struct RawMessage: Sendable {
    let isText: Bool
    let isCompressed: Bool
    let payload: ByteBuffer
}

/// Why a socket is closed: the code of RFC 6455 §7.4 (or 4000–4999 for our own) and a sentence of at most 123 bytes.
package struct CloseReason: Sendable, Equatable {
    package let code: UInt16
    package let text: String

    package init(_ code: UInt16, _ text: String = "") {
        var text = text
        while text.utf8.count > 123 { text.removeLast() }
        self.code = code
        self.text = text
    }

    static let normal = CloseReason(1000)
    static let goingAway = CloseReason(1001, "the server is stopping")
    static let slow = CloseReason(1013, "the reader is too slow; connect again")
    static let tooLarge = CloseReason(1009, "the message is too large")
    static let notUTF8 = CloseReason(1007, "the text is not UTF-8")
    static let notDeflate = CloseReason(1007, "the compressed data is damaged")
    static let failed = CloseReason(1011, "the server failed")
    static let silent = CloseReason(1006, "no answer to pings")
    static let lost = CloseReason(1006, "the connection was lost")
}

/// The rules of RFC 6455 §5 as a pure machine: frames in, messages and control out.
struct FrameAssembler {
    enum Step {
        case nothing
        case message(RawMessage)
        case ping(ByteBuffer)
        case pong
        case close(CloseReason?)
        case violation(CloseReason)
    }

    private struct Partial {
        let isText: Bool
        let isCompressed: Bool
        var payload: ByteBuffer
    }

    let limit: Int
    let isCompressing: Bool
    private var partial: Partial?

    init(limit: Int, isCompressing: Bool) {
        self.limit = limit
        self.isCompressing = isCompressing
    }

    mutating func receive(_ frame: WebSocketFrame) -> Step {
        guard frame.maskKey != nil else { return .violation(.init(1002, "frames from a client are masked")) }
        guard !frame.rsv2, !frame.rsv3 else { return .violation(.init(1002, "reserved bits are set")) }
        switch frame.opcode {
        case .text, .binary: return first(frame)
        case .continuation: return next(frame)
        default:
            guard !frame.rsv1 else { return .violation(.init(1002, "control frames are not compressed")) }
            return control(frame)
        }
    }

    private mutating func first(_ frame: WebSocketFrame) -> Step {
        guard partial == nil else { return .violation(.init(1002, "a message is not finished")) }
        guard !frame.rsv1 || isCompressing else { return .violation(.init(1002, "compression was not agreed")) }
        partial = Partial(isText: frame.opcode == .text, isCompressed: frame.rsv1, payload: ByteBuffer())
        return append(frame)
    }

    private mutating func next(_ frame: WebSocketFrame) -> Step {
        guard partial != nil else { return .violation(.init(1002, "there is no message to continue")) }
        guard !frame.rsv1 else { return .violation(.init(1002, "reserved bits are set")) }
        return append(frame)
    }

    private mutating func append(_ frame: WebSocketFrame) -> Step {
        guard var whole = partial else { return .nothing }
        partial = nil
        var data = frame.unmaskedData
        guard whole.payload.readableBytes + data.readableBytes <= limit else { return .violation(.tooLarge) }
        if whole.payload.readableBytes == 0 {
            whole.payload = data
        } else {
            whole.payload.writeBuffer(&data)
        }
        guard frame.fin else {
            partial = whole
            return .nothing
        }
        return .message(RawMessage(isText: whole.isText, isCompressed: whole.isCompressed, payload: whole.payload))
    }

    private func control(_ frame: WebSocketFrame) -> Step {
        switch frame.opcode {
        case .ping: return .ping(frame.unmaskedData)
        case .pong: return .pong
        case .connectionClose: return closing(frame.unmaskedData)
        default: return .violation(.init(1002, "the opcode is unknown"))
        }
    }

    private func closing(_ payload: ByteBuffer) -> Step {
        var payload = payload
        guard payload.readableBytes > 0 else { return .close(nil) }
        guard let code = payload.readInteger(as: UInt16.self), Self.isSendable(code) else {
            return .violation(.init(1002, "the close code is not valid"))
        }
        guard let text = String(validating: payload.readableBytesView, as: UTF8.self) else {
            return .violation(.notUTF8)
        }
        return .close(CloseReason(code, text))
    }

    /// RFC 6455 §7.4: 1004 to 1006 and 1015 never appear on the wire.
    static func isSendable(_ code: UInt16) -> Bool {
        switch code {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}
