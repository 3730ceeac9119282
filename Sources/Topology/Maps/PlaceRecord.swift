import JSONKit

/// Places as the audit trail keeps them: `[id, x, y, pinned]` for each node, in the order of ids, and `[id]` for one that
/// had none. So a row about many nodes stays small, and what was before it can be told from it alone.
enum PlaceRecord {
    /// A row names no more; whoever forgets more writes several.
    static let most = PlacesDraft.most

    /// `{"places":[[7,10.5,-3,1],[8]]}`, with the number of nodes that were moved first where it is what is there now.
    static func text(_ places: some Collection<(key: Int64, value: Place?)>, count: Int? = nil) -> String {
        var writer = JSONWriter(capacity: places.count * 24 + 32)
        writer.beginObject()
        // First, so that it can be told from the beginning of the text.
        if let count { writer.member("nodes", Int64(count)) }
        writer.name("places")
        writer.beginArray()
        for (id, place) in places.sorted(by: { $0.key < $1.key }) {
            writer.beginArray()
            writer.integer(id)
            if let place {
                writer.number(place.x)
                writer.number(place.y)
                writer.integer(place.isPinned ? 1 : 0)
            }
            writer.endArray()
        }
        writer.endArray()
        writer.endObject()
        return writer.text
    }

    /// Reads it back: of a row about a map by node, of a purged node by map. What is no place is left out.
    static func places(_ record: JSONObject?) -> [(id: Int64, place: Place?)] {
        (record?["places"]?.arrayValue ?? []).compactMap { item in
            guard let parts = item.arrayValue, let id = parts.first?.integerValue else { return nil }
            return parts.count == 1 ? (id, nil) : place(parts[1...]).map { (id, $0) }
        }
    }

    private static func place(_ parts: ArraySlice<JSONValue>) -> Place? {
        guard parts.count == 3, let x = parts[parts.startIndex].numberValue,
            let y = parts[parts.startIndex + 1].numberValue, let pinned = parts[parts.startIndex + 2].integerValue
        else { return nil }
        return Place(x: x, y: y, isPinned: pinned != 0)
    }
}
