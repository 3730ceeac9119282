import JSONKit
import Kernel
import Persistence

/// `topology.map.created`, `.changed`, `.deleted`, with the map as it is, or was.
struct MapEvent: Event {
    enum Verb: String { case created, changed, deleted }

    let verb: Verb
    let map: SavedMap
    var before: SavedMap?

    var subject: String { "topology.map.\(verb.rawValue)" }

    var audit: AuditEntry {
        AuditEntry(
            verb.rawValue, severity: verb == .deleted ? .notice : .info, entity: "map", id: map.id, name: map.name,
            before: verb == .deleted ? map.jsonText : before?.jsonText, after: verb == .deleted ? nil : map.jsonText)
    }

    func writePayload(to writer: inout JSONWriter) { map.write(to: &writer) }
}

/// `topology.positions.changed`: where nodes stand now on one map, or that it has forgotten all places.
struct PlacesChanged: Event {
    let map: SavedMap
    /// Empty: all were forgotten.
    let places: [Int64: Place]
    /// Where these nodes stood.
    let before: [Int64: Place?]

    var subject: String { "topology.positions.changed" }

    /// One row for all that were saved at once, however long somebody dragged.
    var audit: AuditEntry {
        AuditEntry(
            "placed", entity: "map", id: map.id, name: map.name, before: PlaceRecord.text(before),
            after: PlaceRecord.text(places.mapValues(Optional.some), count: moved))
    }

    /// How many somebody moved. The first places of others, which go along, say where they stood already.
    private var moved: Int {
        let moved = places.count { id, place in place.isPinned || (before[id] ?? nil) != nil }
        return moved > 0 ? moved : places.count
    }

    /// Of a map that forgets all places: there may be more than a row takes.
    var forgotten: [AuditEntry] {
        let sorted = before.sorted { $0.key < $1.key }
        return stride(from: 0, to: sorted.count, by: PlaceRecord.most).map { start in
            let part = sorted[start..<min(start + PlaceRecord.most, sorted.count)]
            return AuditEntry(
                "places_forgotten", entity: "map", id: map.id, name: map.name,
                before: PlaceRecord.text(part, count: part.count))
        }
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("map", map.id)
        writer.member("all_forgotten", places.isEmpty)
        writer.name("positions")
        writer.beginArray()
        for (id, place) in places.sorted(by: { $0.key < $1.key }) {
            writer.beginObject()
            writer.member("id", id)
            writer.member("x", place.x)
            writer.member("y", place.y)
            writer.member("pinned", place.isPinned)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
