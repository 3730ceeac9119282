import NetAddress

/// Turns rtnetlink messages into facts. Pure: bytes in, values out; what does not fit is left out.
enum RouteTables {
    /// Most entries kept of one table.
    static let entryLimit = 20_000

    static func entries(_ datagrams: [[UInt8]], of table: NetlinkTable) -> [NetlinkMessage] {
        var found: [NetlinkMessage] = []
        for datagram in datagrams {
            for message in NetlinkMessage.split(datagram) where message.type == table.entryType {
                guard found.count < entryLimit else { return found }
                found.append(message)
            }
        }
        return found
    }

    static func addresses(_ datagrams: [[UInt8]]) -> [Int: [InterfaceAddress]] {
        var result: [Int: [InterfaceAddress]] = [:]
        for message in entries(datagrams, of: .addresses) {
            guard let (index, address) = address(message) else { continue }
            result[index, default: []].append(address)
        }
        return result.mapValues { $0.sorted { $0.address < $1.address } }
    }

    private static func address(_ message: NetlinkMessage) -> (Int, InterfaceAddress)? {
        var cursor = ByteCursor(message.body)
        guard let family = cursor.integer(UInt8.self), let prefix = cursor.integer(UInt8.self),
            let shortFlags = cursor.integer(UInt8.self), let scope = cursor.integer(UInt8.self),
            let index = cursor.integer(UInt32.self)
        else { return nil }
        let attributes = NetlinkAttributes(cursor.rest)
        // IFA_LOCAL is ours; IFA_ADDRESS is the far end of a point-to-point link, and ours where LOCAL is missing.
        guard let bytes = attributes.bytes(2) ?? attributes.bytes(1), let address = ipAddress(bytes, family: family),
            Int(prefix) <= address.family.width
        else { return nil }
        let flags = attributes.integer(8, UInt32.self) ?? UInt32(shortFlags)
        let reach: InterfaceAddress.Scope =
            switch scope {
            case 254: .machine
            case 253: .link
            case 200: .site
            default: .global
            }
        return (
            Int(index),
            InterfaceAddress(
                address: address, prefix: Int(prefix), scope: reach, isDynamic: flags & 0x80 == 0,
                isTemporary: address.family == .v6 && flags & 0x01 != 0)
        )
    }

    static func routes(_ datagrams: [[UInt8]], names: [Int: String]) -> [RouteFacts] {
        var routes: [RouteFacts] = []
        for message in entries(datagrams, of: .routes) {
            routes += self.routes(message, names: names)
        }
        return routes.sorted {
            ($0.destination, $0.metric ?? 0, $0.gateway?.bits ?? 0) < (
                $1.destination, $1.metric ?? 0, $1.gateway?.bits ?? 0
            )
        }
    }

    /// One entry per next hop. Only ordinary routes of the main table count.
    private static func routes(_ message: NetlinkMessage, names: [Int: String]) -> [RouteFacts] {
        var cursor = ByteCursor(message.body)
        guard let head = cursor.take(12).map(Array.init) else { return [] }
        let (family, length, shortTable, origin, type) = (head[0], head[1], head[4], head[5], head[7])
        let attributes = NetlinkAttributes(cursor.rest)
        let table = attributes.integer(15, UInt32.self) ?? UInt32(shortTable)
        guard table == 254, type == 1, let zero = anyAddress(family) else { return [] }
        let base = attributes.bytes(1).flatMap { ipAddress($0, family: family) } ?? zero
        guard let destination = CIDRBlock(base, prefix: Int(length)) else { return [] }
        let metric = attributes.integer(6, UInt32.self).map(Int.init)
        func route(_ hop: NetlinkAttributes, interface: Int?) -> RouteFacts {
            RouteFacts(
                destination: destination, gateway: gateway(hop, family: family),
                interface: interface.flatMap { names[$0] }, metric: metric, origin: originName(origin))
        }
        guard let hops = attributes.bytes(9) else {
            return [route(attributes, interface: attributes.integer(4, UInt32.self).map(Int.init))]
        }
        return nextHops(hops).map { route($0.attributes, interface: $0.interface) }
    }

    private static func nextHops(_ bytes: ArraySlice<UInt8>) -> [(interface: Int, attributes: NetlinkAttributes)] {
        var cursor = ByteCursor(bytes)
        var hops: [(Int, NetlinkAttributes)] = []
        while let length = cursor.integer(UInt16.self), cursor.take(2) != nil, let index = cursor.integer(UInt32.self),
            length >= 8, let rest = cursor.take(Int(length) - 8), hops.count < 64
        {
            hops.append((Int(index), NetlinkAttributes(rest)))
            cursor.skip(NetlinkAttributes.padding(Int(length)))
        }
        return hops
    }

    /// RTA_GATEWAY, or RTA_VIA where an IPv4 route goes through an IPv6 router (RFC 5549).
    private static func gateway(_ attributes: NetlinkAttributes, family: UInt8) -> IPAddress? {
        if let bytes = attributes.bytes(5) { return ipAddress(bytes, family: family) }
        guard let via = attributes.bytes(18), via.count > 2 else { return nil }
        return IPAddress(bytes: via.dropFirst(2))
    }

    static func neighbours(_ datagrams: [[UInt8]], names: [Int: String]) -> [NeighbourFacts] {
        entries(datagrams, of: .neighbours).compactMap { neighbour($0, names: names) }
            .sorted { ($0.address, $0.mac) < ($1.address, $1.mac) }
    }

    /// Only neighbours that answered at some time and have a hardware address; groups are no neighbours.
    static func neighbour(_ message: NetlinkMessage, names: [Int: String]) -> NeighbourFacts? {
        var cursor = ByteCursor(message.body)
        guard let family = cursor.integer(UInt8.self), cursor.take(3) != nil, let index = cursor.integer(UInt32.self),
            let code = cursor.integer(UInt16.self), let flags = cursor.integer(UInt8.self), cursor.take(1) != nil,
            let state = neighbourState(code)
        else { return nil }
        let attributes = NetlinkAttributes(cursor.rest)
        guard let address = attributes.bytes(1).flatMap({ ipAddress($0, family: family) }), address.isUnicast,
            let mac = attributes.bytes(2).flatMap({ MACAddress(bytes: $0) }), !mac.isZero, !mac.isMulticast,
            let interface = names[Int(index)]
        else { return nil }
        return NeighbourFacts(
            address: address, mac: mac, interface: interface, state: state, isRouter: flags & 0x80 != 0)
    }

    private static func neighbourState(_ code: UInt16) -> NeighbourFacts.State? {
        switch code {
        case 0x02: .reachable
        case 0x04: .stale
        case 0x08: .delay
        case 0x10: .probe
        case 0x80: .permanent
        default: nil
        }
    }

    private static func originName(_ code: UInt8) -> String {
        switch code {
        case 2: "kernel"
        case 3: "boot"
        case 4: "static"
        case 9: "ra"
        case 16: "dhcp"
        default: String(code)
        }
    }

    /// AF_INET is 2 and AF_INET6 is 10; an address of the wrong length for its family is none.
    private static func ipAddress(_ bytes: ArraySlice<UInt8>, family: UInt8) -> IPAddress? {
        guard bytes.count == (family == 2 ? 4 : 16), family == 2 || family == 10 else { return nil }
        return IPAddress(bytes: bytes)
    }

    private static func anyAddress(_ family: UInt8) -> IPAddress? {
        switch family {
        case 2: IPAddress(v4: 0)
        case 10: IPAddress(bits: 0)
        default: nil
        }
    }
}
