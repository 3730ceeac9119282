import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Finds objects while somebody types: by name first, then by anything written about them.
///
/// The work is bounded whatever the size of the lab. Names that begin with what was typed come out of a sorted index; the
/// full-text index gives at most `mostCandidates`, the oldest objects first, and these are ranked here, so that both
/// engines answer alike.
struct Search: Sendable {
    let store: any Store
    let clock: any WallClock

    static let most = 200
    static let usual = 20
    private static let mostCandidates = 300

    func hits(_ text: String, kinds: [Kind], limit: Int) async throws -> [SearchHit] {
        let query: ObjectQuery
        do throws(QueryProblem) {
            guard let parsed = try QueryParser.parse(text), parsed != .nothing else { return [] }
            query = parsed
        } catch { throw error.appError }
        if query.isPlain { return try await plain(SearchText(text, query), kinds: kinds, limit: limit) }
        return try await narrowed(query, kinds: kinds, limit: limit)
    }

    /// By the language: each kind that has what is asked for is asked on its own.
    private func narrowed(_ query: ObjectQuery, kinds: [Kind], limit: Int) async throws -> [SearchHit] {
        let conditions = try QueryCompiler.conditions(query, on: kinds, dialect: store.dialect, now: clock.now)
        let words = SearchText("", query)
        return try await store.read { tx in
            var pool = SearchPool(words: words, limit: limit)
            for (kind, condition) in conditions {
                try pool.add(tx.rows(Self.matching(condition, kind)), tier: .body)
            }
            return try SearchHit.read(pool.best, in: tx)
        }
    }

    private static func matching(_ condition: SQL, _ kind: Kind) -> SQL {
        """
        SELECT \(columns) FROM objects o JOIN \(.trusted(kind.table)) t ON t.id = o.id
            JOIN search_index s ON s.rowid = o.id
        WHERE o.kind = \(kind.name) AND o.deleted_at IS NULL AND (\(condition))
        ORDER BY o.name_key, o.id LIMIT \(mostCandidates)
        """
    }

    private func plain(_ words: SearchText, kinds: [Kind], limit: Int) async throws -> [SearchHit] {
        return try await store.read { tx in
            var pool = SearchPool(words: words, limit: limit)
            try pool.add(tx.rows(Self.exact(words, kinds, limit)), tier: .exact)
            let named = kinds.filter { $0.group != .relation }
            if !words.hasDigit, !named.isEmpty {
                try pool.add(tx.rows(Self.beginning(words, named, limit)), tier: .beginning)
            }
            if !pool.isFull {
                // One word is a name more often than not, several seldom are.
                let isPhrase = words.phrases.count == 1
                for scope in isPhrase ? [SearchWords.Scope.name, .anything] : [.anything, .name] {
                    let found = try tx.rows(Self.matching(words.phrases, scope, kinds, tx.dialect))
                    try pool.add(found, tier: .body)
                    // With all that match at hand there is no more to find among the names.
                    if isPhrase ? pool.isFull : found.count < Self.mostCandidates { break }
                }
            }
            if !pool.isFull, let address = words.address {
                try pool.add(tx.rows(Self.matching([address], .anything, kinds, tx.dialect)), tier: .body)
            }
            return try SearchHit.read(pool.best, in: tx)
        }
    }

    private static let columns: SQL = "o.id, o.kind, o.name_key, s.name"

    private static func exact(_ words: SearchText, _ kinds: [Kind], _ limit: Int) -> SQL {
        """
        SELECT \(columns) FROM objects o JOIN search_index s ON s.rowid = o.id
        WHERE o.name_key = \(NameKey.of(words.text)) AND o.deleted_at IS NULL AND \(condition(kinds))
        ORDER BY o.id LIMIT \(limit)
        """
    }

    /// From the index of one kind's names after the other, which is sorted by name already.
    private static func beginning(_ words: SearchText, _ kinds: [Kind], _ limit: Int) -> SQL {
        let (first, last) = (words.folded, words.folded + "\u{10FFFF}")
        let parts = kinds.map { kind -> SQL in
            """
            SELECT * FROM (SELECT id, kind, name_key FROM objects
            WHERE kind = \(kind.name) AND deleted_at IS NULL AND name_key >= \(first) AND name_key < \(last)
            ORDER BY name_key, id LIMIT \(limit)) AS n
            """
        }
        return """
            SELECT \(columns) FROM (\(.joined(parts, by: " UNION ALL "))) AS o JOIN search_index s ON s.rowid = o.id
            """
    }

    private static func matching(
        _ phrases: [SearchPhrase], _ scope: SearchWords.Scope, _ kinds: [Kind], _ dialect: Dialect
    ) -> SQL {
        let match = SearchIndex.match(phrases, scope, kinds: kinds.count < Kind.all.count ? kinds : [], dialect)
        return """
            SELECT \(columns) FROM search_index s CROSS JOIN objects o
            WHERE \(match) AND o.id = s.rowid AND o.deleted_at IS NULL AND \(condition(kinds))
            ORDER BY s.rowid LIMIT \(mostCandidates)
            """
    }

    private static func condition(_ kinds: [Kind]) -> SQL {
        guard kinds.count < Kind.all.count else { return "1 = 1" }
        return "o.kind IN (\(.joined(kinds.map { "\($0.name)" })))"
    }
}

/// What was typed, in the forms it is looked for.
struct SearchText: Sendable {
    let text: String
    let folded: String
    let normalised: String
    let phrases: [SearchPhrase]
    /// Digits stand in the keys of names in another order.
    let hasDigit: Bool
    /// A whole address in the form in which it is stored, where that is another.
    let address: SearchPhrase?

    init(_ text: String, _ query: ObjectQuery) {
        self.text = text.trimmed
        folded = NameKey.fold(self.text)
        phrases = query.wantedPhrases
        normalised = phrases.map { $0.words.joined(separator: " ") }.joined(separator: " ")
        hasDigit = folded.utf8.contains { (48...57).contains($0) }
        if case .text(let text) = query { address = text.otherForm } else { address = nil }
    }
}

/// Candidates, each once, and in the order in which they are shown.
private struct SearchPool {
    enum Tier: Int {
        case exact, beginning, name, body
    }

    private struct Candidate {
        let id: Int64
        let key: String
        let tier: Tier
        /// Cables and memberships are named after what they join; that itself comes first.
        let isRelation: Bool
    }

    private let words: SearchText
    private let limit: Int
    private var candidates: [Candidate] = []
    private var known: Set<Int64> = []

    init(words: SearchText, limit: Int) {
        self.words = words
        self.limit = limit
    }

    var isFull: Bool { candidates.count >= limit }

    mutating func add(_ rows: [Row], tier: Tier) throws {
        for row in rows {
            guard let id = Int64(sqlValue: row[0]), known.insert(id).inserted else { continue }
            let isRelation = String(sqlValue: row[1]).flatMap(Kind.named)?.group == .relation
            let name = String(sqlValue: row[3]) ?? ""
            candidates.append(
                Candidate(
                    id: id, key: String(sqlValue: row[2]) ?? "",
                    tier: tier == .body ? self.tier(of: name, isRelation: isRelation) : tier, isRelation: isRelation))
        }
    }

    /// By where the words are in the name. Things whose name begins with them come before cables that do.
    private func tier(of name: String, isRelation: Bool) -> Tier {
        if !isRelation, name.utf8.starts(with: words.normalised.utf8) { return .beginning }
        let spaced = " " + name
        return words.phrases.allSatisfy { phrase in
            spaced.contains((phrase.isUnspaced ? "" : " ") + phrase.words.joined(separator: " "))
        } ? .name : .body
    }

    var best: [Int64] {
        let ranked = candidates.sorted { left, right in
            if left.tier != right.tier { return left.tier.rawValue < right.tier.rawValue }
            if left.isRelation != right.isRelation { return right.isRelation }
            if left.key != right.key { return left.key.utf8.lexicographicallyPrecedes(right.key.utf8) }
            return left.id < right.id
        }
        return ranked.prefix(limit).map(\.id)
    }
}

/// One thing that was found.
struct SearchHit: JSONAnswer {
    let kind: String
    let id: Int64
    let name: String
    let status: String?
    let icon: String?
    /// What else is known of it, in a line.
    let snippet: String

    static let shape = JSONShape.object([
        .init(name: "kind", shape: .string, isRequired: true),
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "status", shape: .nullable(.string), isRequired: true),
        .init(name: "icon", shape: .nullable(.string), isRequired: true),
        .init(name: "snippet", shape: .string, isRequired: true),
    ])

    static func read(_ ids: [Int64], in tx: any Session) throws -> [SearchHit] {
        guard !ids.isEmpty else { return [] }
        let rows = try tx.rows(
            """
            SELECT o.id, o.kind, o.name, o.status, o.icon, s.summary FROM objects o
            JOIN search_index s ON s.rowid = o.id WHERE o.id \(anyOf: ids)
            """)
        var hits: [Int64: SearchHit] = [:]
        for row in rows {
            guard let id = Int64(sqlValue: row[0]) else { continue }
            hits[id] = SearchHit(
                kind: String(sqlValue: row[1]) ?? "", id: id, name: String(sqlValue: row[2]) ?? "",
                status: String(sqlValue: row[3]), icon: String(sqlValue: row[4]),
                snippet: String(sqlValue: row[5]) ?? "")
        }
        return ids.compactMap { hits[$0] }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind)
        writer.member("id", id)
        writer.member("name", name)
        writer.member("status", status)
        writer.member("icon", icon)
        writer.member("snippet", snippet)
        writer.endObject()
    }
}
