import NetAddress

extension Kind {
    /// A segment: a prefix, a VLAN, a Docker network.
    static let network = Kind(
        "network", path: "networks", "Network", "Networks", group: .network, isNode: true, isNameUnique: true,
        rules: Rules(check: checkNetwork),
        fields: [
            Field("cidr", "Prefix", .cidr).listed.help("For instance 192.168.1.0/24 or fd00::/64."),
            .reference("vlan_id", "VLAN", to: "vlan", onDelete: .restrict).of("General").listed,
            .choice(
                "type", "Type", "lan", "wlan", "wan", "vpn", "dmz", "guest", "iot", "management", "storage",
                "container", "other"
            ).listed,
            Field("gateway", "Gateway", .ip).listed,
            .reference("gateway_hardware_id", "Gateway device", to: "hardware", onDelete: .clear).of("General").listed,
            .reference("location_id", "Site", to: "location", onDelete: .clear).of("General"),
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
            .text("domain", "DNS domain").of("Services").upTo(253),
            .text("dns_servers", "DNS servers").of("Services"),
            .boolean("has_dhcp", "DHCP").of("Services"),
            .text("driver", "Driver").of("Services").help("Of a container network: bridge, macvlan, overlay."),
        ])

    private static let checkNetwork: @Sendable (inout Checkup) throws -> Void = { checkup in
        try AddressPlan.checkPrefix(&checkup)
        guard let cidr = checkup.text("cidr").flatMap(CIDRBlock.init),
            let gateway = checkup.text("gateway").flatMap({ IPAddress($0) })
        else { return }
        if !cidr.contains(gateway) { checkup.refuse("gateway", "\(gateway) is not in \(cidr).") }
    }
}
