import Persistence

extension Kind {
    /// A cable, a radio link or a tunnel between two ends. Two ends may have several, as a LAG does.
    static let connection = Kind(
        "connection", path: "connections", "Connection", "Connections", group: .relation, hasName: false,
        rules: Rules(
            check: { try $0.refuseOnePort() }, title: { try $0.joined("from_id", "↔", "to_id") }),
        fields: [
            .reference(
                "from_id", "From", to: "hardware", "interface", "compute_unit", "external_node", onDelete: .cascade
            ).required.listed,
            .text("from_port", "Port").help("Where the end is a device and its port is not documented on its own."),
            .reference("to_id", "To", to: "hardware", "interface", "compute_unit", "external_node", onDelete: .cascade)
                .required.listed,
            .text("to_port", "Port at the other end"),
            .choice(
                "medium", "Medium", "ethernet", "fibre", "dac", "wifi", "coax", "powerline", "usb", "serial", "power",
                "vpn", "wireguard", "tunnel", "ssh", "bgp", "management", "backup", "heartbeat", "virtual", "other"
            ).listed,
            .integer("speed_mbps", "Speed", 0...10_000_000).unit("Mbit/s").listed,
            .text("cable_label", "Cable label").of("Cable"),
            Field("cable_color", "Cable colour", .color).of("Cable"),
            .number("cable_length_m", "Cable length", 0...1_000_000).of("Cable").unit("m"),
        ])

    /// One thing needs another. Two things may need each other: that is worth knowing, not an error.
    static let dependency = Kind(
        "dependency", path: "dependencies", "Dependency", "Dependencies", group: .relation, hasName: false,
        rules: Rules(
            check: { $0.refuseSelf("from_id", "to_id", "Nothing depends on itself.") },
            unique: [["from_id", "to_id"]], title: { try $0.joined("from_id", "→", "to_id") }),
        fields: [
            .reference(
                "from_id", "What needs", to: "service", "compute_unit", "hardware", "cluster", onDelete: .cascade
            )
            .required.listed,
            .reference(
                "to_id", "What is needed", to: "service", "storage", "external_node", "misc_item", "network",
                "compute_unit", "hardware", "cluster", onDelete: .cascade
            ).required.listed,
            .text("purpose", "Purpose").listed,
            .choice("strength", "Strength", "hard", "soft").help("Soft: it goes on without, with less."),
            .text("alternative", "Any of").upTo(100).help(
                "Dependencies of the same thing with the same word here stand in for each other."),
        ])

    static let networkMembership = Kind(
        "network_membership", path: "network-memberships", "Network membership", "Network memberships",
        group: .relation, hasName: false,
        rules: Rules(unique: [["member_id", "network_id"]], title: { try $0.joined("member_id", "in", "network_id") }),
        fields: [
            .reference(
                "member_id", "Member", to: "hardware", "compute_unit", "external_node", "service", onDelete: .cascade
            ).required.listed,
            .reference("network_id", "Network", to: "network", onDelete: .cascade).required.listed,
            .choice(
                "link_type", "Link", "ethernet", "wifi", "vpn", "wireguard", "wan", "reverse_proxy", "direct", "other"
            )
            .listed,
            .integer("speed_mbps", "Speed", 0...10_000_000).unit("Mbit/s"),
        ])

    static let networkPeer = Kind(
        "network_peer", path: "network-peers", "Network peer", "Network peers", group: .relation, hasName: false,
        rules: Rules(
            check: { checkup in
                checkup.refuseSelf("network_a_id", "network_b_id", "A network does not peer with itself.")
                checkup.order("network_a_id", "network_b_id")
            },
            unique: [["network_a_id", "network_b_id"]],
            title: { try $0.joined("network_a_id", "↔", "network_b_id") }),
        fields: [
            .reference("network_a_id", "Network", to: "network", onDelete: .cascade).required.listed,
            .reference("network_b_id", "Peer", to: "network", onDelete: .cascade).required.listed,
            .choice("relation", "Relation", "peers_with", "routes_to", "vpn").listed,
        ])
}

extension Checkup {
    /// Two ports of one device may be joined, as a loop on a patch panel does; a port and itself may not.
    fileprivate mutating func refuseOnePort() throws {
        guard let end = integer("from_id"), end == integer("to_id") else { return }
        let ports = Set(["from_port", "to_port"].compactMap { text($0)?.trimmed.lowercased() }).subtracting([""])
        let kind = try tx.rows("SELECT kind FROM objects WHERE id = \(end)").first?.get("kind", as: String.self)
        if kind != "interface", ports.count == 2 { return }
        let reason = kind == "interface" ? "" : " Within one device, name two different ports."
        refuseSelf("from_id", "to_id", "A connection has two different ends.\(reason)")
    }
}
