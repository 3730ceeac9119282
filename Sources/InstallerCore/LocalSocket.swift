import Glibc
import Kernel

/// One request over the daemon's Unix socket. Short answers only, whole or an error; nothing is kept open.
struct LocalSocket: Sendable {
    let path: String

    private static let largest = 1 << 20
    private static let seconds = 10

    /// The status and the body. Blocks for ten seconds at most for each read.
    func ask(
        _ method: String, _ target: String, token: Secret<String>? = nil, json: String? = nil
    ) throws -> (status: Int, body: [UInt8]) {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw unreachable() }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var limit = timeval(tv_sec: Self.seconds, tv_usec: 0)
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size))
        }
        guard connect(descriptor) else { throw unreachable() }
        var head = "\(method) \(target) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let token { head += "Authorization: Bearer \(token.reveal())\r\n" }
        if let json { head += "Content-Type: application/json\r\nContent-Length: \(json.utf8.count)\r\n" }
        try send(Array((head + "\r\n" + (json ?? "")).utf8), to: descriptor)
        return try Self.parse(receive(from: descriptor))
    }

    private func connect(_ descriptor: Int32) -> Bool {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return false }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }

    private func send(_ bytes: [UInt8], to descriptor: Int32) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw unreachable() }
            rest = rest.dropFirst(count)
        }
    }

    private func receive(from descriptor: Int32) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < Self.largest {
            let count = read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw unreachable() }
            guard count > 0 else { break }
            bytes += buffer.prefix(count)
        }
        return bytes
    }

    /// The body as it was sent, also in chunks.
    static func parse(_ bytes: [UInt8]) throws -> (status: Int, body: [UInt8]) {
        guard let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) else { throw garbled() }
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self).components("\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw garbled() }
        let isChunked = lines.contains { $0.lowercased().replacing(" ", with: "") == "transfer-encoding:chunked" }
        let rest = bytes[end.upperBound...]
        return (status, isChunked ? try joined(rest) : Array(rest))
    }

    private static func joined(_ bytes: ArraySlice<UInt8>) throws -> [UInt8] {
        var rest = bytes
        var body: [UInt8] = []
        while let line = rest.firstRange(of: Array("\r\n".utf8)) {
            let digits = String(decoding: rest[..<line.lowerBound].prefix { $0 != UInt8(ascii: ";") }, as: UTF8.self)
            guard let size = Int(digits, radix: 16), size >= 0 else { throw garbled() }
            if size == 0 { return body }
            let chunk = rest[line.upperBound...].prefix(size)
            guard chunk.count == size else { throw garbled() }
            body += chunk
            rest = rest[line.upperBound...].dropFirst(size + 2)
        }
        throw garbled()
    }

    private static func garbled() -> AppError {
        AppError(.unavailable, "The service gave an answer that cannot be read. Look with `cb status`.")
    }

    private func unreachable() -> AppError {
        AppError(.unavailable, "The service does not answer on \(path). Look with `systemctl status circuit-breaker`.")
    }
}

extension String {
    fileprivate func components(_ separator: String) -> [String] { split(separator: separator).map(String.init) }
}
