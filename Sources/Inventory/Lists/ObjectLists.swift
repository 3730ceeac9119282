import HTTPKit
import JSONKit
import Kernel
import NIOCore
import Persistence

/// Pages of objects of one kind, written as JSON straight from the rows.
struct ObjectLists: Sendable {
    let store: any Store
    let clock: any WallClock

    func page(_ kind: Kind, _ items: [(name: String, value: String)]) async throws -> Reply {
        let query = try ListQuery(kind, items, dialect: store.dialect, now: clock.now)
        let sql = try query.page
        let (limit, order, count) = (query.limit, query.order, query.isCounted ? query.count : nil)
        return try await store.read { tx in
            let rows = try tx.rows(sql)
            let total = try count.map { try tx.one($0).get("total", as: Int.self) }
            return try Self.write(kind, rows, limit: limit, order: order, total: total, in: tx)
        }
    }

    private static func write(
        _ kind: Kind, _ rows: [Row], limit: Int, order: ListOrder, total: Int?, in tx: any Session
    ) throws -> Reply {
        let shown = rows.prefix(limit)
        let tags = try ObjectStore.tags(of: shown.compactMap { Int64(sqlValue: $0[Column.id]) }, in: tx)
        var writer = JSONWriter(capacity: 1_200 * shown.count + 64)
        writer.beginObject()
        writer.name("items")
        writer.beginArray()
        for row in shown { kind.write(row, tags: tags[Int64(sqlValue: row[Column.id]) ?? 0] ?? [], to: &writer) }
        writer.endArray()
        var next: String?
        if rows.count > limit, let last = shown.last, let id = Int64(sqlValue: last[Column.id]) {
            next = ListCursor(sort: order.text, value: order.value(of: last, in: kind), id: id).text
        }
        writer.member("next", next)
        if let total { writer.member("total", total) }
        writer.endObject()
        return Reply(json: writer)
    }
}

extension Kind {
    /// `select` with one more column at its end.
    func select(extra: SQL) -> SQL { "\(selectHead), \(extra) \(selectFrom)" }

    func extra(of row: Row) -> SQLValue { row[row.values.count - 1] }
}
