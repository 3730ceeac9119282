import Synchronization

/// Remembers which statement texts come again, so that those are kept compiled and others are not: a text that is put
/// together for one request would only fill the cache.
struct StatementBook {
    private static let keptLimit = 512
    private static let seenLimit = 2_048

    private var seen: Set<Int> = []
    private var kept: Set<String> = []

    /// Whether this text is worth keeping compiled: true from the second time on, for a bounded number of texts.
    mutating func isWorthKeeping(_ text: String) -> Bool {
        if kept.contains(text) { return true }
        guard kept.count < Self.keptLimit else { return false }
        guard !seen.insert(text.hashValue).inserted else {
            if seen.count >= Self.seenLimit { seen.removeAll(keepingCapacity: true) }
            return false
        }
        kept.insert(text)
        return true
    }
}

/// The columns of statements that come again, shared by all their answers.
final class ColumnBook: Sendable {
    private static let limit = 1_024
    private let known = Mutex<[String: ColumnNames]>([:])

    func names(of text: String, _ names: @autoclosure () -> [String], count: Int) -> ColumnNames {
        if let found = known.withLock({ $0[text] }), found.names.count == count { return found }
        let fresh = ColumnNames(names())
        known.withLock { known in
            if known.count >= Self.limit { known.removeAll(keepingCapacity: true) }
            known[text] = fresh
        }
        return fresh
    }
}
