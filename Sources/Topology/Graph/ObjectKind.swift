/// The kinds of inventory objects the graph follows: those that are drawn, and those that join what is drawn.
enum ObjectKind: String, CaseIterable, Sendable {
    case hardware
    case computeUnit = "compute_unit"
    case service
    case storage
    case externalNode = "external_node"
    case cluster
    case miscItem = "misc_item"
    case network
    case interface
    case address
    case connection
    case dependency
    case networkMembership = "network_membership"
    case networkPeer = "network_peer"
    case clusterMember = "cluster_member"

    /// Drawn as a node of its own.
    var isNode: Bool {
        switch self {
        case .hardware, .computeUnit, .service, .storage, .externalNode, .cluster, .miscItem, .network: true
        case .interface, .address, .connection, .dependency, .networkMembership, .networkPeer, .clusterMember: false
        }
    }

    static let nodes = allCases.filter(\.isNode)

    /// The fields that refer to other objects, at most three, in the order of `ObjectFacts.references`.
    var referenceFields: [String] {
        switch self {
        case .hardware, .externalNode, .cluster, .miscItem: []
        case .computeUnit: ["hardware_id"]
        case .service: ["runs_on_id"]
        case .storage: ["hardware_id", "parent_id"]
        case .network: ["gateway_hardware_id"]
        case .interface: ["holder_id", "network_id"]
        case .address: ["holder_id", "network_id", "interface_id"]
        case .connection, .dependency: ["from_id", "to_id"]
        case .networkMembership: ["member_id", "network_id"]
        case .networkPeer: ["network_a_id", "network_b_id"]
        case .clusterMember: ["cluster_id", "member_id"]
        }
    }

    /// What the node is among its kind: the field behind the member `role`.
    var roleField: String? {
        switch self {
        case .hardware: "role"
        case .computeUnit, .storage, .externalNode, .cluster, .miscItem, .network: "type"
        default: nil
        }
    }

    /// The field behind the member `ip`: an address, of a network its prefix.
    var addressField: String? {
        switch self {
        case .hardware, .computeUnit, .service, .externalNode: "ip_address"
        case .network: "cidr"
        default: nil
        }
    }

    /// Where `Redundancy` comes from.
    var redundancyFields: (word: String?, group: String?, count: String?)? {
        switch self {
        case .computeUnit: (nil, nil, "moves_between_hosts")
        case .storage: ("raid_level", nil, nil)
        case .cluster: (nil, nil, "members_needed")
        case .dependency: ("strength", "alternative", nil)
        default: nil
        }
    }

    var hasEnvironment: Bool { isNode && self != .miscItem }

    /// Where an edge's medium, speed and label come from.
    var lookFields: (medium: String?, speed: String?, label: String?)? {
        switch self {
        case .connection: ("medium", "speed_mbps", "cable_label")
        case .dependency: (nil, nil, "purpose")
        case .networkMembership: ("link_type", "speed_mbps", nil)
        case .networkPeer: (nil, nil, "relation")
        case .clusterMember: (nil, nil, "role")
        default: nil
        }
    }
}
