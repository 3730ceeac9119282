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

    var subject: String { "topology.positions.changed" }

    /// How many, not which: dragging is no news a year later.
    var audit: AuditEntry {
        AuditEntry(
            places.isEmpty ? "places_forgotten" : "placed", entity: "map", id: map.id, name: map.name,
            after: places.isEmpty ? nil : "{\"nodes\":\(places.count)}")
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
