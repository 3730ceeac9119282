import FoundationEssentials
import Glibc
import NetAddress

/// Asks Docker or Podman over its Unix socket which containers there are. One request, bounded in time and size.
struct ContainerSocket {
    /// Where the engines listen. The daemon sees them only if an administrator let it into their group.
    static let known: [(path: String, engine: String)] = [
        ("/run/docker.sock", "docker"), ("/run/podman/podman.sock", "podman"),
    ]

    let files: MachineFiles
    let path: String
    let engine: String
    /// For the whole conversation.
    var timeout: Duration = .seconds(2)

    static let sizeLimit = 8 * 1024 * 1024

    enum Failure: Error, Equatable, CustomStringConvertible {
        case notPermitted, unreachable, timedOut, tooLarge, notUnderstood
        case refused(status: Int)

        var description: String {
            switch self {
            case .notPermitted: "the daemon may not read this socket."
            case .unreachable: "nobody answers on this socket."
            case .timedOut: "no complete answer in time."
            case .tooLarge: "the answer is too long."
            case .notUnderstood: "the answer is not understood."
            case .refused(let status): "answered with HTTP status \(status)."
            }
        }
    }

    func containers() throws(Failure) -> [WorkloadFacts] {
        // HTTP/1.0 asks for an answer that ends when the connection does.
        let request = "GET /containers/json?all=true HTTP/1.0\r\nHost: localhost\r\nAccept: application/json\r\n\r\n"
        return try Self.decode(try PlainHTTPAnswer(try exchange(Array(request.utf8))), engine: engine)
    }

    private func exchange(_ request: [UInt8]) throws(Failure) -> [UInt8] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw .unreachable }
        defer { close(descriptor) }
        try connect(descriptor)
        guard send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count else {
            throw .unreachable
        }
        let deadline = Deadline(after: timeout)
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard !deadline.hasPassed, poll(&waiting, 1, 50) >= 0 || errno == EINTR else { throw .timedOut }
            let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
            if count < 0, errno == EAGAIN || errno == EINTR { continue }
            guard count >= 0 else { throw .unreachable }
            if count == 0 { return answer }
            answer.append(contentsOf: chunk[..<count])
            guard answer.count <= Self.sizeLimit else { throw .tooLarge }
        }
    }

    private func connect(_ descriptor: Int32) throws(Failure) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let path = Array(files.path(self.path).utf8)
        guard path.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .unreachable }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path) }
        let size = socklen_t(MemoryLayout<sockaddr_un>.size)
        let result = withUnsafeBytes(of: &address) { bytes in
            bytes.baseAddress.map { Glibc.connect(descriptor, $0.assumingMemoryBound(to: sockaddr.self), size) } ?? -1
        }
        guard result == 0 else { throw errno == EACCES || errno == EPERM ? .notPermitted : .unreachable }
    }

    static func decode(_ answer: PlainHTTPAnswer, engine: String) throws(Failure) -> [WorkloadFacts] {
        guard answer.status == 200 else { throw .refused(status: answer.status) }
        guard let list = try? JSONDecoder().decode([Container].self, from: Data(answer.body)) else {
            throw .notUnderstood
        }
        return list.prefix(WorkloadReader.limit).compactMap { $0.facts(engine: engine) }
    }
}

/// One element of `/containers/json`, the part of it we use.
private struct Container: Decodable {
    var id: String
    var names: [String]?
    var image: String?
    var state: String?
    var labels: [String: String]?
    var ports: [PortMapping]?
    var networkSettings: NetworkSettings?

    struct PortMapping: Decodable {
        var privatePort: Int?
        var publicPort: Int?
        var type: String?

        enum CodingKeys: String, CodingKey {
            case privatePort = "PrivatePort"
            case publicPort = "PublicPort"
            case type = "Type"
        }
    }

    struct NetworkSettings: Decodable {
        var networks: [String: Attachment]?
        enum CodingKeys: String, CodingKey { case networks = "Networks" }
    }

    struct Attachment: Decodable {
        var address: String?
        var address6: String?

        enum CodingKeys: String, CodingKey {
            case address = "IPAddress"
            case address6 = "GlobalIPv6Address"
        }
    }

    enum CodingKeys: String, CodingKey {
        case id = "Id"
        case names = "Names"
        case image = "Image"
        case state = "State"
        case labels = "Labels"
        case ports = "Ports"
        case networkSettings = "NetworkSettings"
    }

    func facts(engine: String) -> WorkloadFacts? {
        guard let id = PlainText.clean(id) else { return nil }
        let name = names?.first.flatMap { PlainText.clean($0.drop { $0 == "/" }) }
        var facts = WorkloadFacts(kind: .container, engine: engine, id: id, name: name)
        facts.image = image.flatMap { PlainText.clean($0) }
        facts.isRunning = state?.lowercased() == "running"
        facts.project = labels?["com.docker.compose.project"].flatMap { PlainText.clean($0) }
        let attachments = (networkSettings?.networks ?? [:]).values
        facts.addresses = Set(
            attachments.flatMap { [$0.address, $0.address6] }.compactMap { $0.flatMap { IPAddress($0) } }
        )
        .sorted()
        let ports = Set((ports ?? []).prefix(1000).compactMap(published))
        facts.ports = ports.sorted {
            ($0.target, $0.published?.rawValue ?? 0) < ($1.target, $1.published?.rawValue ?? 0)
        }
        return facts
    }

    private func published(_ port: PortMapping) -> WorkloadFacts.PublishedPort? {
        guard let target = port.privatePort.flatMap({ PortNumber(String($0)) }),
            let proto = TransportProtocol(port.type ?? "tcp")
        else { return nil }
        return .init(proto: proto, published: port.publicPort.flatMap { PortNumber(String($0)) }, target: target)
    }
}

/// The status and body of a small HTTP answer. Understands `Transfer-Encoding: chunked`, which some engines send
/// whatever was asked for.
struct PlainHTTPAnswer {
    let status: Int
    let body: [UInt8]

    init(_ bytes: [UInt8]) throws(ContainerSocket.Failure) {
        let mark = Array("\r\n\r\n".utf8)
        let end = bytes.prefix(64 * 1024).indices.first { bytes[$0...].starts(with: mark) }
        guard let end else { throw .notUnderstood }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
        let words = (lines.first ?? "").split(separator: " ")
        guard words.count >= 2, words[0].hasPrefix("HTTP/1."), let status = Int(words[1]) else { throw .notUnderstood }
        self.status = status
        let isChunked = lines.dropFirst().contains { line in
            line.lowercased().hasPrefix("transfer-encoding:") && line.lowercased().hasSuffix("chunked")
        }
        let rest = bytes[(end + 4)...]
        body = isChunked ? try Self.joined(rest) : Array(rest)
    }

    private static func joined(_ bytes: ArraySlice<UInt8>) throws(ContainerSocket.Failure) -> [UInt8] {
        var rest = bytes
        var body: [UInt8] = []
        while let newline = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let head = String(decoding: rest[..<newline], as: UTF8.self).prefix { $0.isHexDigit }
            guard let length = Int(head, radix: 16), length >= 0 else { throw .notUnderstood }
            rest = rest[(newline + 1)...]
            if length == 0 { return body }
            guard rest.count >= length else { throw .notUnderstood }
            body.append(contentsOf: rest.prefix(length))
            rest = rest.dropFirst(length).drop { $0 == 13 || $0 == 10 }
        }
        throw .notUnderstood
    }
}
