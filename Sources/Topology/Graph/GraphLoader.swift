import Inventory
import Persistence

/// Reads the whole graph out of the database: one statement for each kind, all in one transaction.
enum GraphLoader {
    /// The graph as it was after that event.
    static func load(in tx: any Session) throws -> (graph: TopologyGraph, eventID: Int64) {
        var objects: [Int64: ObjectFacts] = [:]
        let count = try tx.one("SELECT count(*) FROM objects").integer(0)
        objects.reserveCapacity(Int(count))
        for kind in ObjectKind.allCases {
            if kind.isNode {
                try readNodes(kind, into: &objects, in: tx)
            } else {
                try readLinks(kind, into: &objects, in: tx)
            }
        }
        try readTags(into: &objects, in: tx)
        var maps = try MapStore.places(in: tx)
        try AppearanceStore.read(into: &maps, in: tx)
        let graph = TopologyGraph(
            objects: objects, environments: try names(of: "environment", in: tx), tags: try names(of: "tag", in: tx),
            maps: maps)
        return (graph, try EventLog.newestID(in: tx))
    }

    private static func readNodes(_ kind: ObjectKind, into objects: inout [Int64: ObjectFacts], in tx: any Session)
        throws
    {
        let columns = [
            "o.id", "o.deleted_at", "o.name", "o.status", "o.icon", column(kind.roleField), column(kind.addressField),
            column(kind.hasEnvironment ? "environment_id" : nil),
        ]
        let start = columns.count
        let all = columns + redundancyColumns(kind)
        try tx.each(select(all, of: kind)) { row in
            var face = NodeFace(name: try row.text(2))
            face.status = String(sqlValue: row[3])
            face.icon = String(sqlValue: row[4])
            face.role = String(sqlValue: row[5])
            face.ip = String(sqlValue: row[6])
            face.environment = Int64(sqlValue: row[7]) ?? 0
            var facts = facts(kind, row, referencesAt: all.count)
            facts.face = face
            facts.redundancy = redundancy(kind, row, at: start)
            objects[try row.integer(0)] = facts
        }
    }

    private static func readLinks(_ kind: ObjectKind, into objects: inout [Int64: ObjectFacts], in tx: any Session)
        throws
    {
        let look = kind.lookFields
        let columns = ["o.id", "o.deleted_at", column(look?.medium), column(look?.speed), column(look?.label)]
        let start = columns.count
        let all = columns + redundancyColumns(kind)
        try tx.each(select(all, of: kind)) { row in
            var facts = facts(kind, row, referencesAt: all.count)
            facts.redundancy = redundancy(kind, row, at: start)
            facts.look = EdgeLook(
                medium: String(sqlValue: row[2]), speed: Int64(sqlValue: row[3]), label: String(sqlValue: row[4]))
            objects[try row.integer(0)] = facts
        }
    }

    private static func redundancyColumns(_ kind: ObjectKind) -> [String] {
        guard let fields = kind.redundancyFields else { return [] }
        return [column(fields.word), column(fields.group), column(fields.count)]
    }

    private static func redundancy(_ kind: ObjectKind, _ row: Row, at start: Int) -> Redundancy? {
        guard kind.redundancyFields != nil else { return nil }
        return Redundancy(
            word: String(sqlValue: row[start]), group: String(sqlValue: row[start + 1]),
            count: Int64(sqlValue: row[start + 2]))
    }

    private static func column(_ field: String?) -> String { field.map { "t.\($0)" } ?? "NULL" }

    private static func select(_ columns: [String], of kind: ObjectKind) -> SQL {
        let all = columns + kind.referenceFields.map { "t.\($0)" }
        let table = Kind.named(kind.rawValue)?.table ?? kind.rawValue
        return .trusted("SELECT \(all.joined(separator: ", ")) FROM objects o JOIN \(table) t ON t.id = o.id")
    }

    private static func facts(_ kind: ObjectKind, _ row: Row, referencesAt start: Int) -> ObjectFacts {
        var facts = ObjectFacts(kind: kind)
        facts.isTrashed = row[1] != .null
        let count = kind.referenceFields.count
        if count > 0 {
            facts.references = References((start..<(start + count)).map { Int64(sqlValue: row[$0]) ?? 0 })
        }
        return facts
    }

    private static func readTags(into objects: inout [Int64: ObjectFacts], in tx: any Session) throws {
        try tx.each("SELECT object_id, tag_id FROM object_tags ORDER BY object_id, tag_id") { row in
            objects[try row.integer(0)]?.face?.tags.append(try row.integer(1))
        }
    }

    private static func names(of kind: String, in tx: any Session) throws -> [Int64: NamedThing] {
        var found: [Int64: NamedThing] = [:]
        try tx.each("SELECT id, name, deleted_at FROM objects WHERE kind = \(kind)") { row in
            found[try row.integer(0)] = NamedThing(name: try row.text(1), isTrashed: row[2] != .null)
        }
        return found
    }
}
