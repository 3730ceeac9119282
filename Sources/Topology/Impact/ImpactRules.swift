import ImpactAnalysis

/// What the fields of the inventory mean for what stops when something stops: pure, and said in words in the README.
enum ImpactRules {
    enum Cable {
        case traffic
        /// Carried by other links: a way only for an end that documents no other.
        case overlay
        case power
        /// A session, or a cable that no other traffic takes.
        case aside
    }

    static func cable(_ medium: String?) -> Cable {
        switch medium {
        case "power": .power
        case "vpn", "wireguard", "tunnel": .overlay
        case "usb", "serial", "ssh", "bgp", "management", "backup", "heartbeat": .aside
        default: .traffic
        }
    }

    static func part(of facts: ObjectFacts, isGateway: Bool) -> TrafficPart {
        if isGateway { return .gateway }
        if facts.kind == .externalNode { return .outside }
        guard facts.kind == .hardware else { return .end }
        return switch facts.face?.role {
        case "router", "firewall": .router
        case "modem": .modem
        case "switch", "access_point", "patch_panel", "other", nil: .relay
        default: .end
        }
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

    /// How many of its disks storage goes on without, by its RAID level as people write it.
    static func spareDisks(_ level: String?, of count: Int) -> Int {
        let text = (level ?? "").lowercased().filter { $0.isLetter || $0.isNumber }
        let spare =
            switch text {
            case _ where text.contains("mirror"): text.contains("strip") ? 1 : count - 1
            case "raid1", "1": count - 1
            case "raid10", "raid01", "10", "raid5", "5", "raid50", "raid4", "raid3", "raidz", "raidz1", "z1", "draid",
                "draid1", "shr", "shr1":
                1
            case "raid6", "6", "raid60", "raidz2", "z2", "draid2", "shr2": 2
            case "raidz3", "z3", "draid3": 3
            default: 0
            }
        return max(0, min(spare, count - 1))
    }
}
