import Testing

/// The head of a handshake. `fields` are further lines.
package func webSocketHandshake(path: String = "/echo", extensions: String? = nil, fields: [String] = []) -> String {
    let extra = ((extensions.map { ["Sec-WebSocket-Extensions: \($0)"] } ?? []) + fields).map { $0 + "\r\n" }.joined()
    return "GET \(path) HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\(extra)\r\n"
}

/// One frame as a client sends it: masked.
package func clientFrame(_ first: UInt8, _ payload: [UInt8], isMasked: Bool = true) -> [UInt8] {
    var frame = [first]
    let flag: UInt8 = isMasked ? 0x80 : 0
    switch payload.count {
    case ..<126: frame.append(flag | UInt8(payload.count))
    case ..<65_536: frame += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xff)]
    default: frame += [flag | 127] + (0..<8).reversed().map { UInt8((payload.count >> ($0 * 8)) & 0xff) }
    }
    guard isMasked else { return frame + payload }
    let mask: [UInt8] = [1, 2, 3, 4]
    return frame + mask + payload.enumerated().map { $1 ^ mask[$0 % 4] }
}

extension RawClient {
    /// The next frame of the server: its first byte and payload.
    package func frame() async throws -> (first: UInt8, payload: [UInt8]) {
        let head = try await read(2)
        var length = Int(head[1] & 0x7f)
        if length >= 126 {
            length = try await read(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) }
        }
        return (head[0], try await read(length))
    }

    /// The code and reason of the close frame that must come next.
    package func closeFrame() async throws -> (code: Int, reason: String) {
        let frame = try await frame()
        #expect(frame.first == 0x88)
        guard frame.payload.count >= 2 else { return (1005, "") }
        return (
            Int(frame.payload[0]) << 8 | Int(frame.payload[1]),
            String(decoding: frame.payload.dropFirst(2), as: UTF8.self)
        )
    }

    package func upgrade(
        path: String = "/echo", extensions: String? = nil, fields: [String] = []
    ) async throws -> String {
        try await send(webSocketHandshake(path: path, extensions: extensions, fields: fields))
        return try await read(until: "\r\n\r\n")
    }
}
