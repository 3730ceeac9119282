import JSONKit

/// What fields said before and after a stretch of the trail, whatever they said in between. Rows come newest first.
struct FieldChanges: Sendable {
    /// A value as it is shown: a long text is cut, and told apart by its hash.
    struct Value: Sendable, Equatable {
        let json: JSONValue
        private var hash = 0

        static let longest = 200

        init(_ json: JSONValue) {
            // Counting characters is slow, and a text has no more of them than bytes.
            guard case .string(let text) = json, text.utf8.count > Self.longest, text.count > Self.longest else {
                self.json = json
                return
            }
            self.json = .string(text.prefix(Self.longest) + "…")
            hash = text.hashValue
        }
    }

    struct Change: Sendable {
        var before: Value
        let after: Value
    }

    static let mostObjects = 20_000

    private var changes: [Int64: [String: Change]] = [:]
    private(set) var isComplete = true
    /// Who moved which node, by map and node.
    private var movers: [Int64: [Int64: Set<String>]] = [:]

    mutating func take(_ row: HistoryRow, _ before: JSONObject?) {
        if row.subject == .map {
            for id in Self.moved(row, before) { movers[row.id, default: [:]][id, default: []].insert(row.actor) }
        }
        guard row.verb == .changed, case .object = row.subject, let before, row.after != nil else { return }
        guard changes.count < Self.mostObjects || changes[row.id] != nil else {
            isComplete = false
            return
        }
        var known = changes.removeValue(forKey: row.id) ?? [:]
        // What it says now is read where a field is met for the first time: only its newest row counts.
        let after = before.members.contains { known[$0.name] == nil } ? HistoryRow.object(row.after) : nil
        for (name, value) in before.members {
            if known[name] != nil {
                known[name]?.before = Value(value)
            } else if let after {
                known[name] = Change(before: Value(value), after: Value(after[name] ?? .null))
            }
        }
        changes[row.id] = known
    }

    /// A first place that is no pin moved nothing.
    private static func moved(_ row: HistoryRow, _ before: JSONObject?) -> [Int64] {
        let places = PlaceRecord.places(before)
        guard places.contains(where: { $0.place == nil }) else { return places.map(\.id) }
        let after = PlaceRecord.places(HistoryRow.object(row.after))
        let pinned = Set(after.filter { $0.place?.isPinned == true }.map(\.id))
        return places.filter { $0.place != nil || pinned.contains($0.id) }.map(\.id)
    }

    func movers(of node: Int64, on map: Int64) -> Set<String> { movers[map]?[node] ?? [] }

    /// Fields of an object that say something else now, by name.
    func of(_ id: Int64) -> [(name: String, change: Change)] {
        (changes[id] ?? [:]).filter { $0.value.before != $0.value.after }
            .map { (name: $0.key, change: $0.value) }.sorted { $0.name < $1.name }
    }
}
