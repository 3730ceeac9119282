import NetAddress

/// Turns the messages of the link table into interfaces.
enum LinkTable {
    private struct Link {
        var facts: InterfaceFacts
        var masterIndex: Int?
        var parentIndex: Int?
    }

    /// `device` asks `/sys` what netlink does not say: whether a device is behind the name, and its speed.
    static func interfaces(
        _ datagrams: [[UInt8]], addresses: [Int: [InterfaceAddress]], device: (String) -> DeviceHints
    ) -> [InterfaceFacts] {
        let links = RouteTables.entries(datagrams, of: .links).compactMap { link($0, device: device) }
        let names = Dictionary(links.map { ($0.facts.index, $0.facts.name) }, uniquingKeysWith: { first, _ in first })
        return links.map { link in
            var facts = link.facts
            facts.addresses = addresses[facts.index] ?? []
            facts.master = link.masterIndex.flatMap { names[$0] }
            if !facts.hasForeignPeer { facts.parent = link.parentIndex.flatMap { names[$0] } }
            return facts
        }.sorted { $0.index < $1.index }
    }

    struct DeviceHints {
        var isDevice = false
        var isWireless = false
        var speedMbps: Int?
    }

    private static func link(_ message: NetlinkMessage, device: (String) -> DeviceHints) -> Link? {
        var cursor = ByteCursor(message.body)
        guard cursor.take(2) != nil, let hardware = cursor.integer(UInt16.self),
            let index = cursor.integer(UInt32.self),
            let flags = cursor.integer(UInt32.self), cursor.take(4) != nil
        else { return nil }
        let attributes = NetlinkAttributes(cursor.rest)
        guard let name = attributes.text(3), !name.contains("/"), name != ".", name != ".." else { return nil }
        let made = attributes.nested(18)
        var hints = device(name)
        // IFLA_PARENT_DEV_NAME: a bus device stands behind the interface (Linux 5.14).
        hints.isDevice = hints.isDevice || attributes.bytes(56) != nil
        let driverKind = made?.text(1)
        let facts = InterfaceFacts(
            index: Int(index), name: name,
            kind: kind(driverKind: driverKind, hardware: hardware, flags: flags, hints: hints), driverKind: driverKind,
            mac: attributes.bytes(1).flatMap { MACAddress(bytes: $0) }.flatMap { $0.isZero ? nil : $0 },
            permanentMAC: attributes.bytes(54).flatMap { MACAddress(bytes: $0) }.flatMap { $0.isZero ? nil : $0 },
            mtu: attributes.integer(4, UInt32.self).map(Int.init), isEnabled: flags & 1 != 0,
            state: stateName(attributes.integer(16, UInt8.self)), speedMbps: hints.speedMbps, master: nil, parent: nil,
            vlan: driverKind == "vlan" ? made?.nested(2)?.integer(1, UInt16.self).flatMap(VLANID.init(rawValue:)) : nil,
            hasForeignPeer: attributes.bytes(37) != nil, addresses: [])
        return Link(
            facts: facts, masterIndex: attributes.integer(10, UInt32.self).map(Int.init),
            parentIndex: attributes.integer(5, UInt32.self).map(Int.init))
    }

    /// ARPHRD numbers: 772 loopback, 768/769/776/778 IP tunnels, 0xFFFE none.
    private static func kind(
        driverKind: String?, hardware: UInt16, flags: UInt32, hints: DeviceHints
    ) -> InterfaceFacts.Kind {
        if flags & 0x8 != 0 || hardware == 772 { return .loopback }
        switch driverKind {
        case "bridge", "openvswitch": return .bridge
        case "veth": return .veth
        case "vlan": return .vlan
        case "bond", "team": return .bond
        case "wireguard": return .wireguard
        case "tun": return .tun
        case "macvlan", "macvtap", "ipvlan", "ipvtap": return .macvlan
        case "gre", "gretap", "ip6gre", "ip6gretap", "ipip", "ip6tnl", "sit", "vti", "vti6", "vxlan", "geneve",
            "erspan":
            return .tunnel
        case .some: return .virtual
        case nil: break
        }
        if hints.isWireless { return .wireless }
        if hints.isDevice { return .physical }
        return [768, 769, 776, 778].contains(hardware) ? .tunnel : .virtual
    }

    /// The operational states of RFC 2863.
    private static func stateName(_ code: UInt8?) -> String {
        let names = ["unknown", "absent", "down", "lower-layer-down", "testing", "dormant", "up"]
        return code.flatMap { names.indices.contains(Int($0)) ? names[Int($0)] : nil } ?? "unknown"
    }
}
