/// What the graph knows of one inventory object. Objects in the trash are kept, hidden: they may come back, and what
/// refers to them still does.
struct ObjectFacts: Sendable, Equatable {
    let kind: ObjectKind
    var isTrashed = false
    var references = References()
    var face: NodeFace?
    var look: EdgeLook?
    var redundancy: Redundancy?
}

/// What the object says about standing in for another or going on without; no part of the picture.
struct Redundancy: Sendable, Equatable {
    /// The strength of a dependency, the RAID level of storage.
    var word: String?
    /// Which alternatives a dependency is one of.
    var group: String?
    /// How many members a cluster needs; 1 where a guest moves to another host.
    var count: Int64?

    init?(word: String?, group: String?, count: Int64?) {
        if word == nil, group == nil, count == nil { return nil }
        self.word = word
        self.group = group
        self.count = count
    }
}

/// Up to three ids; 0 is none.
struct References: Sendable, Equatable {
    var first: Int64 = 0
    var second: Int64 = 0
    var third: Int64 = 0

    init() {}

    init(_ ids: [Int64]) {
        first = ids.isEmpty ? 0 : ids[0]
        second = ids.count > 1 ? ids[1] : 0
        third = ids.count > 2 ? ids[2] : 0
    }

    subscript(index: Int) -> Int64 {
        switch index {
        case 0: first
        case 1: second
        default: third
        }
    }

    func forEach(_ body: (Int64) -> Void) {
        if first != 0 { body(first) }
        if second != 0 { body(second) }
        if third != 0 { body(third) }
    }
}

/// What a node shows of its object.
struct NodeFace: Sendable, Equatable {
    var name: String
    var status: String?
    var icon: String?
    var role: String?
    var ip: String?
    /// 0 is none.
    var environment: Int64 = 0
    /// Ids of tags in their order, those in the trash too.
    var tags: [Int64] = []
}

/// What an edge shows of the object behind it.
struct EdgeLook: Sendable, Equatable {
    var medium: String?
    var speed: Int64?
    var label: String?

    init?(medium: String?, speed: Int64?, label: String?) {
        if medium == nil, speed == nil, label == nil { return nil }
        self.medium = medium
        self.speed = speed
        self.label = label
    }
}

/// An environment or a tag: what nodes refer to by id and show by name.
struct NamedThing: Sendable, Equatable {
    var name: String
    var isTrashed = false
}

/// Where a map shows a node.
struct Place: Sendable, Equatable {
    let x: Double
    let y: Double
    let isPinned: Bool
}
