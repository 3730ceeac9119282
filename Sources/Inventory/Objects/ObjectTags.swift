import JSONKit
import Kernel
import Persistence

enum ObjectTags {
    /// Makes the tags of an object exactly these; a name that is new becomes a tag. Tags in the trash stay with it, unseen:
    /// they are there again when they come back.
    static func set(_ names: [String], of id: Int64, by caller: Caller, in tx: any Session) throws {
        let wanted = try names.map { try tag(named: $0, by: caller, in: tx) }
        try tx.run(
            """
            DELETE FROM object_tags WHERE object_id = \(id)
                AND tag_id IN (SELECT o.id FROM objects o WHERE o.kind = 'tag' AND o.deleted_at IS NULL)
            """)
        for tag in Set(wanted) {
            try tx.run("INSERT INTO object_tags (object_id, tag_id) VALUES (\(id), \(tag))")
        }
    }

    private static func tag(named name: String, by caller: Caller, in tx: any Session) throws -> Int64 {
        let known = try tx.rows(
            """
            SELECT id FROM objects WHERE kind = 'tag' AND name_key = \(NameKey.of(name)) AND deleted_at IS NULL LIMIT 1
            """
        ).first
        if let known { return try known.get("id") }
        return try ObjectWriter.create(.tag, JSONObject([("name", .string(name))]), by: caller, in: tx)
    }
}
