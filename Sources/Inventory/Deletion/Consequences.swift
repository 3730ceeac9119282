import JSONKit
import Kernel
import Persistence

/// What deleting an object means for the others, found by following references backwards.
struct Consequences: Sendable {
    /// Deleted along, in the order they were found.
    private(set) var deletes: [ObjectReference] = []
    /// They stay and no longer refer to what is deleted.
    private(set) var clears: [ObjectReference] = []
    /// While these refer to it, nothing is deleted.
    private(set) var blocks: [ObjectReference] = []

    static let most = 10_000
    private static let shown = 500

    init(of root: ObjectReference, in tx: any Session) throws {
        var known: Set<Int64> = [root.id]
        var clearing: [ObjectReference] = []
        var blocking: [ObjectReference] = []
        var frontier = [root]
        while !frontier.isEmpty {
            var next: [ObjectReference] = []
            for (name, group) in Dictionary(grouping: frontier, by: \.kind).sorted(by: { $0.key < $1.key }) {
                guard let kind = Kind.named(name) else { continue }
                for inbound in kind.inbound {
                    let found = try Self.referrers(inbound, of: group.map(\.id), in: tx)
                    switch inbound.field.onDelete {
                    case .cascade: next += found.filter { known.insert($0.id).inserted }
                    case .clear: clearing += found
                    case .restrict: blocking += found
                    }
                }
            }
            deletes += next
            guard deletes.count <= Self.most else {
                throw AppError(
                    .conflict, "More than \(Self.most) objects belong to \(root.name). Delete some of them first.")
            }
            frontier = next
        }
        if root.kind == Kind.tag.name { clearing += try Self.tagged(root.id, in: tx) }
        clears = Self.distinct(clearing, without: known)
        blocks = Self.distinct(blocking, without: known)
    }

    private static func referrers(
        _ inbound: InboundReference, of ids: [Int64], in tx: any Session
    ) throws -> [ObjectReference] {
        try tx.rows(
            """
            SELECT o.id, o.kind, o.name FROM \(.trusted(inbound.kind.table)) t JOIN objects o ON o.id = t.id
            WHERE \(.trusted("t." + inbound.field.name)) \(anyOf: ids) AND o.deleted_at IS NULL
            ORDER BY o.id LIMIT \(most + 1)
            """
        ).map { try $0.reference() }
    }

    private static func tagged(_ tag: Int64, in tx: any Session) throws -> [ObjectReference] {
        try tx.rows(
            """
            SELECT o.id, o.kind, o.name FROM object_tags l JOIN objects o ON o.id = l.object_id
            WHERE l.tag_id = \(tag) AND o.deleted_at IS NULL ORDER BY o.id LIMIT \(most)
            """
        ).map { try $0.reference() }
    }

    private static func distinct(_ all: [ObjectReference], without known: Set<Int64>) -> [ObjectReference] {
        var seen = known
        return all.filter { seen.insert($0.id).inserted }
    }
}

extension Consequences: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, items) in [("deletes", deletes), ("clears", clears), ("blocks", blocks)] {
            writer.name(name)
            Array(items.prefix(Self.shown)).write(to: &writer)
        }
        writer.member("deletes_total", deletes.count)
        writer.member("clears_total", clears.count)
        writer.member("blocks_total", blocks.count)
        writer.endObject()
    }
}
