import NetAddress

extension Kind {
    /// A port or a network interface of a device.
    static let interface = Kind(
        "interface", path: "interfaces", "Interface", "Interfaces", group: .network,
        rules: Rules(check: { try $0.refuseLoop("parent_id") }, unique: [["holder_id", "name"]]),
        fields: [
            .reference("holder_id", "Of", to: "hardware", "compute_unit", onDelete: .cascade).of("General").required
                .listed,
            .choice(
                "type", "Type", "ethernet", "sfp", "sfp_plus", "qsfp", "wifi", "bridge", "bond", "vlan", "loopback",
                "virtual", "tunnel", "wireguard", "usb", "console", "power", "other"
            ).listed,
            .integer("position", "Number", 0...4096).help("Where it is on the device, from the left."),
            Field("mac", "MAC address", .mac).listed,
            .integer("speed_mbps", "Speed", 0...10_000_000).unit("Mbit/s").listed,
            .integer("mtu", "MTU", 68...65_536).unit("bytes"),
            .boolean("enabled", "Enabled"),
            .reference("vlan_id", "VLAN", to: "vlan", onDelete: .clear),
            .reference("network_id", "Network", to: "network", onDelete: .clear),
            .reference("parent_id", "Part of", to: "interface", onDelete: .clear).help(
                "The bridge or bond it belongs to."),
            .text("description", "Description").upTo(500),
        ])

    /// One address and who holds it; without a holder it is reserved.
    static let address = Kind(
        "address", path: "addresses", "Address", "Addresses", group: .network, hasName: false,
        rules: Rules(
            check: { try AddressPlan.chooseNetwork(&$0) }, unique: [["address", "network_id"]],
            shared: (field: "assignment", value: "virtual", by: "holder_id"),
            title: { $0.text("address") ?? "" }),
        fields: [
            Field("address", "Address", .ip).required.listed,
            .reference(
                "holder_id", "Held by", to: "hardware", "compute_unit", "service", "external_node", onDelete: .cascade
            ).of("General").listed,
            .reference("interface_id", "On", to: "interface", onDelete: .clear).of("General"),
            .reference("network_id", "Network", to: "network", onDelete: .clear).of("General").listed
                .help("Left empty, it is the narrowest network the address is in."),
            .choice("assignment", "Assignment", "static", "dhcp", "slaac", "reserved", "virtual").listed
                .help("Virtual: shared by several holders, as VRRP does."),
            .text("hostname", "Host name").upTo(253).listed,
        ])

    static let ipRange = Kind(
        "ip_range", path: "ip-ranges", "IP range", "IP ranges", group: .network,
        rules: Rules(check: { try AddressPlan.checkRange(&$0) }),
        fields: [
            .reference("network_id", "Network", to: "network", onDelete: .cascade).of("General").listed
                .help("Left empty, it is the narrowest network both ends are in."),
            Field("first", "First", .ip).required.listed,
            Field("last", "Last", .ip).required.listed,
            .choice("purpose", "Purpose", "dhcp", "static", "reserved").required.initially("dhcp").listed,
        ])

    static let vlan = Kind(
        "vlan", path: "vlans", "VLAN", "VLANs", group: .network,
        rules: Rules(unique: [["number", "location_id"]]),
        fields: [
            .integer("number", "Number", 1...4094).required.listed.help("The VLAN id of IEEE 802.1Q."),
            .reference("location_id", "Site", to: "location", onDelete: .clear).of("General").listed,
            .text("description", "Description").upTo(500),
        ])
}
