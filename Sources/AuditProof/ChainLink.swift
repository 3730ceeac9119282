/// One place in the chain: the number of a row and its hash.
package struct ChainLink: Sendable, Equatable {
    package let id: Int64
    package let hash: String

    package init(id: Int64, hash: String) {
        self.id = id
        self.hash = hash
    }

    /// What the first row of all continues.
    package static let origin = ChainLink(id: 0, hash: String(repeating: "0", count: 64))
}

/// The first row that does not hold, and why.
package struct ChainFlaw: Sendable, Equatable {
    package let id: Int64
    package let reason: String

    package init(id: Int64, reason: String) {
        self.id = id
        self.reason = reason
    }
}
