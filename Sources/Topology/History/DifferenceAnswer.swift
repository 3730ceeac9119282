import HTTPKit
import Inventory
import JSONKit
import Kernel
import Persistence

/// A difference as JSON, with the names of what fields refer to.
struct DifferenceAnswer: Sendable {
    static let most = 5_000

    let difference: MapDifference
    let older: HistoryDesk.Found
    let newer: HistoryDesk.Found
    let limit: Int

    /// Ids whose names the graphs do not hold: racks, locations, interfaces.
    private var unnamed: [Int64] {
        var ids: Set<Int64> = []
        for item in difference.items.prefix(limit) {
            if !item.kind.isNode { ids.insert(item.id) }
            collect(item.fields, into: &ids)
        }
        for relation in difference.relations.prefix(limit) { collect(relation.fields, into: &ids) }
        return ids.sorted()
    }

    private func collect(_ fields: [MapDifference.Field], into ids: inout Set<Int64>) {
        for field in fields where field.targets != nil {
            for id in [field.before.integerValue, field.after.integerValue].compactMap(\.self)
            where difference.name(of: id, wasThen: false) == nil {
                ids.insert(id)
            }
        }
    }

    func write(in store: any Store) async throws -> JSONWriter {
        let ids = unnamed
        let names = ids.isEmpty ? [:] : try await store.read { try Self.names(of: ids, in: $0) }
        var writer = JSONWriter(capacity: 4_096)
        writer.beginObject()
        writer.member("from", milliseconds: older.at.milliseconds)
        writer.member("to", milliseconds: newer.at.milliseconds)
        writer.member("from_row", older.row)
        writer.member("to_row", newer.row)
        newer.reach.writeMembers(to: &writer)
        writer.member("lost", older.state.lost)
        writer.member("count", difference.count)
        writeCounts(to: &writer)
        writer.member(
            "is_complete",
            difference.isComplete && difference.items.count <= limit && difference.relations.count <= limit)
        writer.name("objects")
        writer.beginArray()
        for item in difference.items.prefix(limit) { write(item, names, to: &writer) }
        writer.endArray()
        writer.name("relations")
        writer.beginArray()
        for relation in difference.relations.prefix(limit) { write(relation, names, to: &writer) }
        writer.endArray()
        writer.endObject()
        return writer
    }

    private func writeCounts(to writer: inout JSONWriter) {
        func counts(_ verbs: [MapDifference.Verb]) {
            writer.beginObject()
            for verb in MapDifference.Verb.allCases {
                writer.name(verb.rawValue)
                writer.integer(Int64(verbs.count { $0 == verb }))
            }
            writer.endObject()
        }
        writer.name("counts")
        writer.beginObject()
        writer.name("objects")
        counts(difference.items.map(\.verb))
        writer.name("relations")
        counts(difference.relations.map(\.verb))
        writer.endObject()
    }

    private func write(_ item: MapDifference.Item, _ names: [Int64: String], to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", item.id)
        writer.member("kind", item.kind.rawValue)
        writer.member("name", item.kind.isNode ? item.name : names[item.id] ?? item.name)
        writer.member("change", item.verb.rawValue)
        if let on = item.on { writer.member("on", on) }
        write(item.fields, names, to: &writer)
        writer.endObject()
    }

    private func write(_ relation: MapDifference.Relation, _ names: [Int64: String], to writer: inout JSONWriter) {
        writer.beginObject()
        writer.edgeEnds(relation.id.text, relation.id.type, from: relation.edge.from, to: relation.edge.to)
        writer.member("from_name", relation.names.from)
        writer.member("to_name", relation.names.to)
        writer.member("change", relation.verb.rawValue)
        writer.member("is_implied", relation.isImplied)
        write(relation.fields, names, to: &writer)
        writer.endObject()
    }

    private func write(_ fields: [MapDifference.Field], _ names: [Int64: String], to writer: inout JSONWriter) {
        writer.name("fields")
        writer.beginArray()
        for field in fields {
            writer.beginObject()
            writer.member("field", field.name)
            writer.member("label", field.label)
            writer.member("is_place", field.isPlace)
            writer.member("before", field.before)
            writer.member("after", field.after)
            if field.targets != nil {
                writer.member("before_name", name(field.before, wasThen: true, names))
                writer.member("after_name", name(field.after, wasThen: false, names))
            }
            writer.endObject()
        }
        writer.endArray()
    }

    private func name(_ value: JSONValue, wasThen: Bool, _ names: [Int64: String]) -> String? {
        value.integerValue.flatMap { difference.name(of: $0, wasThen: wasThen) ?? names[$0] }
    }

    /// As they are called now; what was purged, as the trail last called it.
    private static func names(of ids: [Int64], in tx: any Session) throws -> [Int64: String] {
        var names: [Int64: String] = [:]
        for start in stride(from: 0, to: ids.count, by: 400) {
            let part = SQL.joined(ids[start..<min(start + 400, ids.count)].map { "\($0)" })
            try tx.each("SELECT id, name FROM objects WHERE id IN (\(part))") { row in
                names[try row.integer(0)] = try row.text(1)
            }
        }
        let kinds = SQL.joined(Kind.all.map { "\($0.name)" })
        for id in ids where names[id] == nil {
            let found = try tx.rows(
                """
                SELECT entity_name FROM audit_log WHERE entity IN (\(kinds)) AND entity_id = \(id)
                ORDER BY id DESC LIMIT 1
                """)
            names[id] = try found.first?.text(0)
        }
        return names
    }
}

extension DifferenceAnswer {
    private static let fields: JSONShape = .array(
        .object([
            .init(name: "field", shape: .string, isRequired: true),
            .init(name: "label", shape: .string, isRequired: true),
            .init(
                name: "is_place", shape: .boolean, isRequired: true,
                summary: "It says where something belongs: host, rack, location, network."),
            .init(name: "before", shape: .any, isRequired: true, summary: "Texts are cut after 200 characters."),
            .init(name: "after", shape: .any, isRequired: true),
            .init(name: "before_name", shape: .nullable(.string), isRequired: false),
            .init(name: "after_name", shape: .nullable(.string), isRequired: false),
        ]))

    private static let counts: JSONShape = .object(
        MapDifference.Verb.allCases.map { .init(name: $0.rawValue, shape: .integer, isRequired: true) })

    private static let verbs: JSONShape = .choice(MapDifference.Verb.allCases.map(\.rawValue))

    static let shape: JSONShape = .object(
        [
            .init(name: "from", shape: .format("date-time"), isRequired: true),
            .init(name: "to", shape: .format("date-time"), isRequired: true),
            .init(name: "from_row", shape: .integer, isRequired: true),
            .init(name: "to_row", shape: .integer, isRequired: true),
        ] + HistoryReach.members + [
            .init(name: "lost", shape: .integer, isRequired: true),
            .init(
                name: "count", shape: .integer, isRequired: true,
                summary: "Objects, and relations that do not follow from one of them."),
            .init(
                name: "counts",
                shape: .object([
                    .init(name: "objects", shape: counts, isRequired: true),
                    .init(name: "relations", shape: counts, isRequired: true),
                ]), isRequired: true),
            .init(
                name: "is_complete", shape: .boolean, isRequired: true,
                summary: "False where there is more than the limit allows."),
            .init(
                name: "objects",
                shape: .array(
                    .object([
                        .init(name: "id", shape: .integer, isRequired: true),
                        .init(name: "kind", shape: .string, isRequired: true),
                        .init(name: "name", shape: .string, isRequired: true),
                        .init(name: "change", shape: verbs, isRequired: true),
                        .init(
                            name: "on", shape: .integer, isRequired: false,
                            summary: "The node on the map: itself, or who has the interface or the address."),
                        .init(name: "fields", shape: fields, isRequired: true),
                    ])), isRequired: true),
            .init(
                name: "relations",
                shape: .array(
                    .object(
                        MapShape.edgeEnds + [
                            .init(name: "from_name", shape: .string, isRequired: true),
                            .init(name: "to_name", shape: .string, isRequired: true),
                            .init(name: "change", shape: verbs, isRequired: true),
                            .init(
                                name: "is_implied", shape: .boolean, isRequired: true,
                                summary:
                                    "It follows from an object above: its end came or went, or it is one of its fields."
                            ),
                            .init(name: "fields", shape: fields, isRequired: true),
                        ])), isRequired: true),
        ])
}
