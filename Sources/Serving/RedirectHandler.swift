import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Answers every request with 308 to the same host over https, and closes. It serves nothing else, so that no cookie
/// and no page ever travels in clear text.
final class RedirectHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let httpsPort: Int
    private let refusals: Refusals
    private var isAnswered = false

    init(httpsPort: Int, refusals: Refusals) {
        self.httpsPort = httpsPort
        self.refusals = refusals
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .head(let head) = Self.unwrapInboundIn(data), !isAnswered else { return }
        if let location = Self.location(for: head, httpsPort: httpsPort) {
            let fields: HTTPHeaders = ["location": location, "content-length": "0", "connection": "close"]
            answer(.init(version: .http1_1, status: .permanentRedirect, headers: fields), nil, context)
        } else {
            refuse(.badRequest, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError, !isAnswered else {
            context.close(promise: nil)
            return
        }
        let isTooLarge = (error as? HTTPParserError) == .headerOverflow
        refuse(isTooLarge ? .requestHeaderFieldsTooLarge : .badRequest, context)
    }

    /// Nil when the request names no host that could stand in a URL, or the target is not a path.
    static func location(for head: HTTPRequestHead, httpsPort: Int) -> String? {
        let hosts = head.headers[canonicalForm: "host"]
        guard hosts.count == 1, let host = hostName(String(hosts[0])), head.uri.hasPrefix("/") else { return nil }
        return "https://\(host)\(httpsPort == 443 ? "" : ":\(httpsPort)")\(head.uri)"
    }

    /// The host of a `Host` field without its port: a name, an IPv4 address, or an IPv6 address in brackets.
    static func hostName(_ field: String) -> String? {
        var name = field[...]
        if name.hasPrefix("[") {
            guard let end = name.firstIndex(of: "]") else { return nil }
            let rest = name[name.index(after: end)...]
            guard rest.isEmpty || isPort(rest) else { return nil }
            name = name[...end]
            let digits = name.dropFirst().dropLast()
            let isAddress = !digits.isEmpty && digits.utf8.allSatisfy { isHex($0) || $0 == 0x3a || $0 == 0x2e }
            return isAddress ? String(name) : nil
        }
        if let colon = name.firstIndex(of: ":") {
            guard isPort(name[colon...]) else { return nil }
            name = name[..<colon]
        }
        let isName =
            !name.isEmpty && name.utf8.count <= 253
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
        return isName ? String(name) : nil
    }

    private static func isPort(_ text: Substring) -> Bool {
        text.hasPrefix(":") && UInt16(text.dropFirst()) != nil
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "f"), UInt8(ascii: "A")...UInt8(ascii: "F"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }

    private func refuse(_ status: HTTPResponse.Status, _ context: ChannelHandlerContext) {
        let (head, body) = refusals.response(status)
        var old = HTTPResponseHead(head)
        old.headers.replaceOrAdd(name: "connection", value: "close")
        answer(old, body, context)
    }

    private func answer(_ head: HTTPResponseHead, _ body: ByteBuffer?, _ context: ChannelHandlerContext) {
        isAnswered = true
        context.write(Self.wrapOutboundOut(.head(head)), promise: nil)
        if let body { context.write(Self.wrapOutboundOut(.body(.byteBuffer(body))), promise: nil) }
        context.writeAndFlush(Self.wrapOutboundOut(.end(nil))).assumeIsolated().whenComplete { _ in
            // The Prelude still watches: a peer that does not close is closed when its time is over.
            context.close(mode: .output, promise: nil)
        }
    }
}
