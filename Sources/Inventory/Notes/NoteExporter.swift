import Kernel
import Persistence
import ZipFile

/// Notes as Markdown files, with what they are about.
struct NoteExporter: Sendable {
    let store: any Store

    func one(_ id: Int64) async throws -> NoteFile {
        try await store.read { tx in
            let row = try ObjectStore.require(.note, id: id, in: tx)
            return try Self.files([row], in: tx)[0]
        }
    }

    /// Every note, by folder and name. An archive that would not be taken back is not made.
    func all() async throws -> [UInt8] {
        let files = try await store.read { tx in
            let rows = try tx.rows(
                """
                \(Kind.note.select) WHERE o.kind = 'note' AND o.deleted_at IS NULL
                ORDER BY t.folder, o.name_key, o.id LIMIT \(NoteArchive.limits.entries + 1)
                """)
            return try Self.files(rows, in: tx)
        }
        guard files.count <= NoteArchive.limits.entries else {
            throw AppError(.tooLarge, "There are more notes than one archive takes; export them as CSV or JSON.")
        }
        let bytes = NoteArchive.zip(files)
        guard bytes.count <= NoteArchive.mostBytes else {
            throw AppError(.tooLarge, "The archive would have \(bytes.count >> 20) MiB; export the notes as JSON.")
        }
        return bytes
    }

    private static func files(_ rows: [Row], in tx: any Session) throws -> [NoteFile] {
        let ids = rows.map { $0.head(.note).id }
        let tags = try ObjectStore.tags(of: ids, in: tx)
        let links = try links(of: ids, in: tx)
        return rows.map { row in
            let (id, values) = (row.head(.note).id, Kind.note.values(row))
            var file = NoteFile(title: row.head(.note).name, text: String(sqlValue: row[Column.notes]) ?? "")
            file.folder = String(sqlValue: values["folder"] ?? .null)
            file.type = String(sqlValue: values["type"] ?? .null)
            file.isPinned = Bool(sqlValue: values["is_pinned"] ?? .null) ?? false
            file.tags = tags[id] ?? []
            file.links = links[id] ?? []
            return file
        }
    }

    private static func links(of ids: [Int64], in tx: any Session) throws -> [Int64: [NoteFile.Link]] {
        guard !ids.isEmpty else { return [:] }
        var links: [Int64: [NoteFile.Link]] = [:]
        let rows = try tx.rows(
            """
            SELECT t.note_id, r.kind, r.name FROM note_links t
            JOIN objects o ON o.id = t.id AND o.deleted_at IS NULL
            JOIN objects r ON r.id = t.object_id AND r.deleted_at IS NULL
            WHERE t.note_id \(anyOf: ids) ORDER BY t.note_id, r.kind, r.name_key, r.id
            """)
        for row in rows {
            guard let note = Int64(sqlValue: row[0]), let kind = String(sqlValue: row[1]),
                let name = String(sqlValue: row[2])
            else { continue }
            links[note, default: []].append(.init(kind: kind, name: name))
        }
        return links
    }
}
