/// Walks along the chain, row by row, and names the first that does not hold. A pure value: the rows may come from a
/// database or from a file.
package struct ChainWalk: Sendable {
    /// Where the chain begins: at its origin, or at the checkpoint up to which rows were removed.
    private let start: ChainLink
    /// Links that others have written down; a row with such a number must have that hash.
    private var known: [Int64: String]
    /// The last row that holds.
    package private(set) var last: ChainLink
    /// How many rows hold behind the start.
    package private(set) var rows = 0
    /// Nil until the first row has come. A removal that was interrupted leaves rows below the checkpoint.
    private var hasBegun = false

    package init(after start: ChainLink = .origin, known: [ChainLink] = []) {
        self.start = start
        last = start
        self.known = Dictionary(known.map { ($0.id, $0.hash) }, uniquingKeysWith: { first, _ in first })
    }

    /// Nil where the row holds.
    package mutating func take(_ record: AuditRecord) -> ChainFlaw? {
        if !hasBegun {
            hasBegun = true
            // What is left below the checkpoint cannot be checked from its own beginning, but it must lead there.
            if record.id > 0, record.id <= start.id {
                last = ChainLink(id: record.id - 1, hash: record.previousHash)
            }
        }
        if let reason = reason(against: record) { return ChainFlaw(id: record.id, reason: reason) }
        last = ChainLink(id: record.id, hash: record.hash)
        if record.id > start.id { rows += 1 }
        return nil
    }

    /// Where rows that begin below the checkpoint end before it.
    package var gap: ChainFlaw? {
        last.id < start.id ? ChainFlaw(id: last.id + 1, reason: "Rows up to the checkpoint are missing.") : nil
    }

    /// Nil where the chain ends as its end says; `newest` is the highest number there is.
    package func finish(at end: ChainLink, newest: Int64) -> ChainFlaw? {
        if let gap { return gap }
        guard last != end || newest != end.id else { return nil }
        let reason =
            if newest > end.id {
                "Rows were added behind the end of the trail."
            } else if last.id < end.id {
                "The newest rows are missing."
            } else {
                "The end of the trail was changed."
            }
        return ChainFlaw(id: last.id + 1, reason: reason)
    }

    private func reason(against record: AuditRecord) -> String? {
        if record.id > last.id + 1 { return "Rows before this one are missing." }
        if record.id != last.id + 1 { return "It does not stand where it belongs." }
        if record.previousHash != last.hash { return "It does not continue the row before it." }
        if !record.hasExpectedHash { return "Its contents were changed." }
        if record.id == start.id, record.hash != start.hash { return "It is not the row of the checkpoint." }
        if let hash = known[record.id], hash != record.hash {
            return "It is not the row that was anchored: the trail was written anew."
        }
        return nil
    }
}
