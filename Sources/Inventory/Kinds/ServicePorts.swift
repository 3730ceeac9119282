import NetAddress

/// What a service listens on: `443/tcp, 53/udp, 10.0.0.5:8080/tcp, 6000-6010/tcp`. Without a protocol TCP is meant.
package struct ServicePorts: Equatable, Sendable, CustomStringConvertible {
    package struct Entry: Hashable, Sendable, CustomStringConvertible {
        /// Nil listens on every address of the host.
        package let address: IPAddress?
        package let ports: ClosedRange<Int>
        package let transport: String

        package var description: String {
            let range =
                ports.lowerBound == ports.upperBound
                ? "\(ports.lowerBound)" : "\(ports.lowerBound)-\(ports.upperBound)"
            guard let address else { return "\(range)/\(transport)" }
            return address.family == .v6 ? "[\(address)]:\(range)/\(transport)" : "\(address):\(range)/\(transport)"
        }

        func meets(_ other: Entry) -> Bool {
            guard transport == other.transport, ports.overlaps(other.ports) else { return false }
            guard let address, let theirs = other.address else { return true }
            return address == theirs
        }
    }

    package struct ParseError: Error {
        let reason: String
    }

    static let transports = ["tcp", "udp", "sctp"]

    package let entries: [Entry]

    package init(parsing text: String) throws(ParseError) {
        var found: [Entry] = []
        for part in text.split(whereSeparator: { $0 == "," || $0 == ";" || $0 == "\n" }) {
            let word = part.trimmed
            guard !word.isEmpty else { continue }
            let entry = try Self.entry(word)
            if !found.contains(entry) { found.append(entry) }
        }
        entries = found
    }

    package var description: String { entries.map(\.description).joined(separator: ", ") }

    private static func entry(_ word: String) throws(ParseError) -> Entry {
        let halves = word.split(separator: "/", omittingEmptySubsequences: false)
        let transport = halves.count == 2 ? halves[1].trimmed.lowercased() : "tcp"
        guard halves.count <= 2, transports.contains(transport) else {
            throw ParseError(reason: "“\(word.prefix(40))” is not a port; write 443/tcp or 53/udp.")
        }
        let (address, range) = try split(halves[0].trimmed)
        let ends = range.split(separator: "-", omittingEmptySubsequences: false).map { Int($0.trimmed) }
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1],
            (1...65_535).contains(first), (first...65_535).contains(last)
        else {
            throw ParseError(reason: "“\(word.prefix(40))” is not a port from 1 to 65535.")
        }
        return Entry(address: address, ports: first...last, transport: transport)
    }

    /// The address before the last colon, where there is one.
    private static func split(_ text: String) throws(ParseError) -> (IPAddress?, Substring) {
        guard let colon = text.lastIndex(of: ":") else { return (nil, text[...]) }
        let host = text[..<colon].drop { $0 == "[" }
        let bare = host.last == "]" ? host.dropLast() : host
        if bare.isEmpty || bare == "*" { return (nil, text[text.index(after: colon)...]) }
        guard let address = IPAddress(String(bare)) else {
            throw ParseError(reason: "“\(bare.prefix(40))” is not an address.")
        }
        return (address.isUnspecified ? nil : address, text[text.index(after: colon)...])
    }
}

extension StringProtocol {
    /// Without white space at its ends.
    var trimmed: String {
        let plain: ClosedRange<UInt8> = 0x21...0x7E
        if let first = utf8.first, let last = utf8.suffix(1).first, plain.contains(first), plain.contains(last) {
            return String(self)
        }
        var rest = self[...]
        while let first = rest.first, first.isWhitespace { rest = rest.dropFirst() }
        while let last = rest.last, last.isWhitespace { rest = rest.dropLast() }
        return String(rest)
    }
}
