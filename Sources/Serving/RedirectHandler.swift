import HTTPTypes
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

/// Answers every request with 308 to the same host over https, and closes. It serves nothing else, so that no cookie
/// and no page ever travels in clear text.
final class RedirectHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// Nil keeps the port the client named: it spoke clear text to the https port itself.
    private let httpsPort: Int?
    private let refusals: Refusals
    private var isAnswered = false

    init(httpsPort: Int?, refusals: Refusals) {
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
    static func location(for head: HTTPRequestHead, httpsPort: Int?) -> String? {
        let hosts = head.headers[canonicalForm: "host"]
        guard hosts.count == 1, let (host, port) = split(hosts[0]), head.uri.hasPrefix("/") else { return nil }
        let target = httpsPort ?? port ?? 443
        return "https://\(host)\(target == 443 ? "" : ":\(target)")\(head.uri)"
    }

    /// A `Host` field as a name, an IPv4 address or an IPv6 address in brackets, and its port if it has one.
    static func split(_ field: Substring) -> (host: Substring, port: Int?)? {
        let isBracketed = field.hasPrefix("[")
        guard let end = isBracketed ? field.firstIndex(of: "]").map(field.index(after:)) : hostEnd(field) else {
            return nil
        }
        let (host, rest) = (field[..<end], field[end...])
        guard isBracketed ? isAddress(host.dropFirst().dropLast()) : isName(host) else { return nil }
        guard !rest.isEmpty else { return (host, nil) }
        guard rest.hasPrefix(":"), let port = UInt16(rest.dropFirst()) else { return nil }
        return (host, Int(port))
    }

    private static func hostEnd(_ field: Substring) -> Substring.Index? { field.firstIndex(of: ":") ?? field.endIndex }

    private static func isAddress(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }
    }

    private static func isName(_ text: Substring) -> Bool {
        !text.isEmpty && text.utf8.count <= 253
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
                    true
                default: false
                }
            }
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
