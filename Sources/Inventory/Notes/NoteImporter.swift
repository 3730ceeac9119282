import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Takes Markdown files in: all of them, or none when one has a problem. A note of the same name and folder is changed.
struct NoteImporter: Sendable {
    let store: any Store

    func run(_ archive: NoteArchive, isDry: Bool, by caller: Caller) async throws -> NoteImportResult {
        do {
            return try await store.write { tx in
                var run = ImportRun(.note, caller, tx)
                try run.take(archive.files.enumerated().map { $0.element.note.row(number: $0.offset + 1) })
                var result = NoteImportResult(result: ImportResult(rows: run.results.compactMap { $0 }), archive)
                guard result.result.count(.error) == 0 else { throw TakenBack(result: result) }
                for (row, file) in zip(result.result.rows, archive.files) {
                    guard let note = row.id else { continue }
                    for link in file.note.links {
                        try Self.connect(note, to: link, of: file.path, &result, by: caller, in: tx)
                    }
                }
                if isDry { throw TakenBack(result: result) }
                return result
            }
        } catch let undone as TakenBack {
            return undone.result.takenBack
        }
    }

    /// Thrown so that the transaction is rolled back.
    private struct TakenBack: Error {
        let result: NoteImportResult
    }

    /// What a file from another lab is about may not be documented here: that is said, and the note is taken all the same.
    private static func connect(
        _ note: Int64, to link: NoteFile.Link, of path: String, _ result: inout NoteImportResult, by caller: Caller,
        in tx: any Session
    ) throws {
        let targets = Kind.noteLink.field("object_id")?.targets ?? []
        let found = try tx.rows(
            """
            SELECT id FROM objects WHERE kind = \(link.kind) AND name_key = \(NameKey.of(link.name))
            AND deleted_at IS NULL ORDER BY id LIMIT 2
            """)
        guard targets.contains(link.kind), found.count == 1, let object = Int64(sqlValue: found[0][0]), object != note
        else {
            if result.unlinked.count < NoteImportResult.mostTold {
                result.unlinked.append("\(path): \(link.kind) \(link.name)")
            }
            return
        }
        let known = try tx.rows(
            """
            SELECT t.id FROM note_links t JOIN objects o ON o.id = t.id
            WHERE t.note_id = \(note) AND t.object_id = \(object) AND o.deleted_at IS NULL
            """)
        guard known.isEmpty else { return }
        let members = JSONObject([("note_id", .integer(note)), ("object_id", .integer(object))])
        try ObjectWriter.create(.noteLink, members, origin: .importer, by: caller, in: tx)
        result.linked += 1
    }
}

struct NoteImportResult {
    static let mostTold = 100

    fileprivate(set) var result: ImportResult
    private let paths: [String]
    private let leftOut: [String]
    fileprivate(set) var linked = 0
    /// Objects that notes are about, and that are not here.
    fileprivate(set) var unlinked: [String] = []

    fileprivate init(result: ImportResult, _ archive: NoteArchive) {
        self.result = result
        paths = archive.files.map(\.path)
        leftOut = Array(archive.leftOut.prefix(Self.mostTold))
    }

    fileprivate var takenBack: NoteImportResult {
        var copy = self
        copy.result = result.takenBack
        return copy
    }

    static let shape = JSONShape.object([
        .init(name: "created", shape: .integer, isRequired: true),
        .init(name: "changed", shape: .integer, isRequired: true),
        .init(name: "unchanged", shape: .integer, isRequired: true),
        .init(name: "errors", shape: .integer, isRequired: true),
        .init(name: "rows", shape: .array(.any), isRequired: true),
        .init(name: "paths", shape: .array(.string), isRequired: true),
        .init(name: "linked", shape: .integer, isRequired: true),
        .init(name: "unlinked", shape: .array(.string), isRequired: true),
        .init(name: "left_out", shape: .array(.string), isRequired: true),
    ])

    /// 200, or 422 when it was meant and files have problems.
    func reply(isDry: Bool) -> Reply {
        result.reply(isDry: isDry) { writer in
            writer.member("paths", paths)
            writer.member("linked", linked)
            writer.member("unlinked", unlinked)
            writer.member("left_out", leftOut)
        }
    }
}
