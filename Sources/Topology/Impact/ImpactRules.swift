import ImpactAnalysis

/// What the fields of the inventory mean for what stops when something stops: pure, and said in words in the README.
enum ImpactRules {
    enum Cable {
        case traffic
        /// Carried by other links: a way only for an end that documents no other.
        case overlay
        case power
        /// Carries what is plugged in, and no traffic of others.
        case plug
        /// A session, or a cable that no other traffic takes.
        case aside
    }

    static func cable(_ medium: String?) -> Cable {
        switch medium {
        case "power": .power
        case "vpn", "wireguard", "tunnel": .overlay
        case "usb": .plug
        case "serial", "ssh", "bgp", "management", "backup", "heartbeat": .aside
        default: .traffic
        }
    }

    /// `servesOthers`: somebody who does not run on it is in a network that it is the gateway of.
    static func part(of facts: ObjectFacts, isGateway: Bool, servesOthers: Bool) -> TrafficPart {
        if isGateway {
            return servesOthers || ["router", "firewall"].contains(facts.face?.role) ? .gateway : .gatewayHost
        }
        if facts.kind == .externalNode { return .outside }
        guard facts.kind == .hardware else { return .end }
        return switch facts.face?.role {
        case "router", "firewall": .router
        case "modem": .modem
        case "switch", "access_point", "patch_panel", "other", nil: .relay
        default: .end
        }
    }

    /// Whether something that is plugged in there by USB is a part of it.
    static func isComputer(_ facts: ObjectFacts) -> Bool {
        if facts.kind == .computeUnit { return true }
        return switch facts.face?.role {
        case "server", "hypervisor", "nas", "router", "firewall", "sbc", "mini_pc", "workstation", "desktop", "laptop":
            facts.kind == .hardware
        default: false
        }
    }

    /// A UPS that reports by USB is no part of who listens; a switch for screens and keys has several owners.
    static func isPeripheral(_ facts: ObjectFacts) -> Bool {
        facts.kind == .hardware && !isComputer(facts) && !["ups", "pdu", "kvm_switch"].contains(facts.face?.role)
    }

    /// A transfer switch or an inverter has no role of its own.
    static func mayFeedStrips(_ facts: ObjectFacts) -> Bool {
        facts.kind == .hardware && (facts.face?.role == nil || facts.face?.role == "other")
    }

    /// Of two ends of a power cable, the one with the lower number feeds the other; with the same, the first end does.
    static func powerRank(_ facts: ObjectFacts) -> Int {
        switch (facts.kind, facts.face?.role) {
        case (.externalNode, _): 0
        case (_, "ups"): 1
        case (_, "pdu"): 2
        default: 3
        }
    }

    static func hasBattery(_ facts: ObjectFacts) -> Bool { facts.kind == .hardware && facts.face?.role == "ups" }

    /// Disks, and pools inside a pool, make up what they are part of; anything else is a part of it.
    static func isBuildingBlock(_ child: ObjectFacts, of parent: ObjectFacts) -> Bool {
        switch child.face?.role {
        case "disk": true
        case "pool": parent.face?.role == "pool"
        default: false
        }
    }

    /// How many of its disks storage goes on without, by its RAID level as people write it: `RAID 5 + hot spare`,
    /// `btrfs raid1c3`, `replica 3`.
    static func spareDisks(_ level: String?, of count: Int) -> Int {
        let text = (level ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
        return max(0, min(spare(text, of: count), count - 1))
    }

    private static func spare(_ text: String, of count: Int) -> Int {
        if text.contains("mirror") { return text.contains("strip") ? 1 : count - 1 }
        if text.hasPrefix("unraid") { return text.contains("2") || text.contains("dual") ? 2 : 1 }
        if text.contains("replica") { return (text.first { $0.isNumber }?.wholeNumberValue ?? 2) - 1 }
        if let bare = ["1": count - 1, "10": 1, "5": 1, "6": 2, "z1": 1, "z2": 2, "z3": 3][text] { return bare }
        let known = ["raid", "draid", "shr"].compactMap { text.firstRange(of: $0)?.lowerBound }.min()
        guard let name = known.map({ text[$0...] }), !text.hasPrefix("snap") else { return 0 }
        if name.hasPrefix("raid1"), !["raid10", "raid1c"].contains(where: name.hasPrefix) {
            // Btrfs keeps two copies, however many disks there are.
            return text.contains("btrfs") ? 1 : count - 1
        }
        return spares.first { name.hasPrefix($0.level) }?.disks ?? 0
    }

    /// The longer of two that begin alike comes first.
    private static let spares: [(level: String, disks: Int)] = [
        ("raidz3", 3), ("draid3", 3), ("raid1c4", 3), ("raidz2", 2), ("draid2", 2), ("raid6", 2), ("raid1c3", 2),
        ("shr2", 2), ("raidz", 1), ("draid", 1), ("raid10", 1), ("raid01", 1), ("raid5", 1), ("raid4", 1), ("raid3", 1),
        ("shr", 1),
    ]
}
