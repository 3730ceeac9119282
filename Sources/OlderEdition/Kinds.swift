import Inventory

/// The kinds the older edition's tables become. A test holds that all of them are there.
extension Kind {
    static let hardware = known("hardware")
    static let computeUnit = known("compute_unit")
    static let service = known("service")
    static let storage = known("storage")
    static let externalNode = known("external_node")
    static let miscItem = known("misc_item")
    static let network = known("network")
    static let vlan = known("vlan")
    static let address = known("address")
    static let interface = known("interface")
    static let cluster = known("cluster")
    static let clusterMember = known("cluster_member")
    static let connection = known("connection")
    static let dependency = known("dependency")
    static let networkMembership = known("network_membership")
    static let networkPeer = known("network_peer")
    static let environment = known("environment")
    static let category = known("category")
    static let tag = known("tag")
    static let location = known("location")
    static let rack = known("rack")

    private static func known(_ name: String) -> Kind {
        guard let kind = Kind.named(name) else { preconditionFailure("there is no kind \(name)") }
        return kind
    }
}
