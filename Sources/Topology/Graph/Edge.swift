/// How two nodes belong together. The words are the API's; the page decides how each is drawn.
enum EdgeType: String, Sendable, CaseIterable {
    /// Hardware → compute unit.
    case hosts
    /// Host → service.
    case runs
    /// Hardware → storage.
    case stores
    /// Storage → storage that is part of it.
    case mounted
    /// Hardware → network it is the gateway of.
    case gateway
    case connection
    case depends
    /// Cluster → member.
    case member
    /// Member → network.
    case inNetwork = "in_network"
    case peers
}

/// The name of an edge. It holds the id of the object that the edge is made from: a relation (`connection:12`), the
/// guest, service, storage or network that has the reference (`hosts:7`), or, for what follows from interfaces and
/// addresses, the holder and the network (`in_network:3-4`).
struct EdgeID: Sendable, Hashable {
    let type: EdgeType
    let object: Int64
    /// 0 unless the edge follows from interfaces and addresses.
    var network: Int64 = 0

    var text: String {
        network == 0 ? "\(type.rawValue):\(object)" : "\(type.rawValue):\(object)-\(network)"
    }
}

extension EdgeID: Comparable {
    static func < (left: EdgeID, right: EdgeID) -> Bool {
        if left.object != right.object { return left.object < right.object }
        if left.network != right.network { return left.network < right.network }
        return left.type.rawValue < right.type.rawValue
    }
}

struct Edge: Sendable, Equatable {
    let from: Int64
    let to: Int64
}
