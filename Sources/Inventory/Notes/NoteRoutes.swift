import HTTPKit
import HTTPTypes
import Kernel
import NIOCore
import Persistence
import ZipFile

/// Notes as files: one as Markdown, all as a zip archive, and both back in. Everything else notes have as every kind has.
struct NoteRoutes: Sendable {
    private let importer: NoteImporter
    private let exporter: NoteExporter

    init(store: any Store) {
        importer = NoteImporter(store: store)
        exporter = NoteExporter(store: store)
    }

    func register(in api: inout API) {
        let (importer, exporter) = (importer, exporter)
        api.get(
            "notes/:id/file", "A note as a Markdown file", needs: .may(.viewInventory),
            .init(answer: .bytes("text/markdown"))
        ) { call in
            let file = try await exporter.one(call.path("id"))
            return Self.attachment(
                Array(file.markdown.utf8), type: "text/markdown; charset=utf-8",
                name: ZipPath.part(file.title) + ".md")
        }
        api.get(
            "notes/archive", "All notes as a zip archive of Markdown files", needs: .may(.viewInventory),
            .init(answer: .bytes("application/zip"))
        ) { _ in
            Self.attachment(try await exporter.all(), type: "application/zip", name: "notes.zip")
        }
        let isDry = QueryField("dry_run", .boolean, "Say what would happen; change nothing.")
        let name = QueryField("name", .string, "What the Markdown file is called; the name of a note that says none.")
        api.post(
            "notes/archive", "Take in a Markdown file, or a zip archive of them; all or none",
            needs: .may(.editInventory),
            .init(
                query: [isDry, name], takes: .bytes("application/zip"), answer: .json(NoteImportResult.shape),
                status: .ok, bodyLimit: NoteArchive.mostBytes)
        ) { (call: Call<RawBody>) in
            let isDry = try call.queryFlag("dry_run")
            let archive = try Self.archive(call.body, name: call.query("name"))
            return try await importer.run(archive, isDry: isDry, by: call.caller).reply(isDry: isDry)
        }
    }

    /// Only what says to be one of the two is read: a form of another site cannot send these types.
    private static func archive(_ body: RawBody, name: String?) throws -> NoteArchive {
        let bytes = Array(body.bytes.readableBytesView)
        switch body.contentType?.split(separator: ";").first?.trimmed.lowercased() {
        case "application/zip", "application/x-zip-compressed": return try NoteArchive(zip: bytes)
        case "text/markdown": return try NoteArchive(markdown: bytes, name: name ?? "note.md")
        default: throw AppError(.unsupported, "The body must be text/markdown or application/zip.")
        }
    }

    private static func attachment(_ bytes: [UInt8], type: String, name: String) -> Reply {
        let plain = name.unicodeScalars.map { $0.isASCII && $0 != "%" ? Character($0) : "_" }
        let encoded = name.utf8.map { byte in
            let isPlain = (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            return isPlain || byte == 45 || byte == 46 || byte == 95
                ? String(UnicodeScalar(byte)) : "%" + String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        }.joined()
        let headers: HTTPFields = [
            .contentDisposition: "attachment; filename=\"\(String(plain))\"; filename*=UTF-8''\(encoded)",
            .cacheControl: "no-store",
        ]
        return Reply(ByteBuffer(bytes: bytes), contentType: type, headers: headers)
    }
}
