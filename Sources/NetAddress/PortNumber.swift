/// A TCP, UDP or SCTP port: 1–65535. Zero means "any" to the kernel and names no service.
package struct PortNumber: Hashable, Sendable, RawRepresentable {
    package let rawValue: UInt16

    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case outOfRange(Substring)

        package var description: String { "A port is a number from 1 to 65535." }
    }

    package init?(rawValue: UInt16) {
        guard rawValue > 0 else { return nil }
        self.rawValue = rawValue
    }

    package init(parsing text: some StringProtocol) throws(ParseError) {
        guard let port = text.plainNumber.flatMap({ UInt16(exactly: $0) }).flatMap(PortNumber.init(rawValue:)) else {
            throw .outOfRange(Substring(text))
        }
        self = port
    }
}

extension PortNumber: LosslessStringConvertible, NumberCodable {
    static let textNoun = "a port number"

    package init?(_ description: String) {
        guard let port = try? PortNumber(parsing: description) else { return nil }
        self = port
    }

    package var description: String { String(rawValue) }
}

extension PortNumber: Comparable {
    package static func < (left: PortNumber, right: PortNumber) -> Bool { left.rawValue < right.rawValue }
}

package enum TransportProtocol: String, Sendable, Codable, CaseIterable, Comparable, LosslessStringConvertible {
    case tcp
    case udp
    case sctp

    package init?(_ description: String) { self.init(rawValue: description.lowercased()) }

    package var description: String { rawValue }

    package static func < (left: Self, right: Self) -> Bool { left.rawValue < right.rawValue }
}

/// One port or a run of ports, both ends included: `443`, `8000-8010`.
package struct PortRange: Hashable, Sendable {
    package let first: PortNumber
    package let last: PortNumber

    package enum ParseError: Error, Hashable, CustomStringConvertible {
        case badPort(Substring)
        case disordered

        package var description: String {
            switch self {
            case .badPort: "Ports are numbers from 1 to 65535, such as 443 or 8000-8010."
            case .disordered: "The range of ports ends at or after its start."
            }
        }
    }

    package init(_ first: PortNumber, _ last: PortNumber) throws(ParseError) {
        guard first <= last else { throw .disordered }
        self.first = first
        self.last = last
    }

    package init(_ port: PortNumber) {
        first = port
        last = port
    }

    package init(parsing text: some StringProtocol) throws(ParseError) {
        let parts = Substring(text).split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        var ports: [PortNumber] = []
        for part in parts {
            guard let port = PortNumber(String(part)) else { throw .badPort(part) }
            ports.append(port)
        }
        guard let first = ports.first, let last = ports.last else { throw .badPort(Substring(text)) }
        try self.init(first, last)
    }

    package func contains(_ port: PortNumber) -> Bool { first <= port && port <= last }

    package func overlaps(_ range: PortRange) -> Bool { first <= range.last && range.first <= last }

    package var count: Int { Int(last.rawValue) - Int(first.rawValue) + 1 }
}

extension PortRange: LosslessStringConvertible, TextCodable {
    static let textNoun = "a range of ports"

    package init?(_ description: String) {
        guard let range = try? PortRange(parsing: description) else { return nil }
        self = range
    }

    package var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}

extension PortRange: Comparable {
    package static func < (left: PortRange, right: PortRange) -> Bool {
        (left.first, left.last) < (right.first, right.last)
    }
}
