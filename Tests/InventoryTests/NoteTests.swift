import HTTPTypes
import HummingbirdTesting
import JSONKit
import NIOCore
import Persistence
import TestSupport
import Testing
import ZipFile

@testable import Inventory

@Suite("Notes")
struct NoteTests {
    private static let zip: HTTPFields = [.contentType: "application/zip"]
    private static let markdown: HTTPFields = [.contentType: "text/markdown; charset=utf-8"]

    @Test("a note is about objects; the objects say so, and deleting says what goes", arguments: Engine.available)
    func links(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let nas = try await lab.make("hardware", #"{"name": "nas-1"}"#)
            let note = try await lab.make(
                "notes", ##"{"name": "Replace a disk", "type": "runbook", "notes": "# Steps"}"##)
            let link = try await lab.make("note-links", #"{"note_id": \#(note), "object_id": \#(nas)}"#)

            let relations = try await lab.ask(.get, "hardware/\(nas)/relations")
            #expect(relations["groups"]?.arrayValue?.map { $0["kind"] } == ["note_link"])
            #expect(try await lab.ask(.get, "note-links/\(link)")["name"] == "Replace a disk → nas-1")
            _ = try await lab.ask(
                .post, "note-links", #"{"note_id": \#(note), "object_id": \#(nas)}"#, expect: .conflict)
            _ = try await lab.ask(
                .post, "note-links", #"{"note_id": \#(note), "object_id": \#(note)}"#, expect: .unprocessableContent)
            let goes = try await lab.ask(.get, "notes/\(note)/consequences")
            #expect(goes["deletes"]?.arrayValue?.map { $0["kind"] } == ["note_link"])
            _ = try await lab.ask(.delete, "notes/\(note)?cascade=true", expect: .noContent)
            #expect(try await lab.names("note-links") == [])
            _ = try await lab.ask(.post, "trash/\(note)/restore")
            #expect(try await lab.names("note-links") == ["Replace a disk → nas-1"])
        }
    }

    @Test("two people do not overwrite each other's text", arguments: Engine.available)
    func stale(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let note = try await lab.make("notes", #"{"name": "Plan", "notes": "one"}"#)
            let first: HTTPFields = [.ifMatch: "\"1\""]
            _ = try await lab.ask(.patch, "notes/\(note)", #"{"notes": "two"}"#, headers: first)
            _ = try await lab.ask(
                .patch, "notes/\(note)", #"{"notes": "three"}"#, headers: first, expect: .preconditionFailed)
            #expect(try await lab.ask(.get, "notes/\(note)")["notes"] == "two")
        }
    }

    @Test("the text is found, and has a length", arguments: Engine.available)
    func searchAndLength(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let long = String(repeating: "lorem ", count: 9_000) + "zeppelin"
            let note = try await lab.make("notes", #"{"name": "Long", "notes": "\#(long)"}"#)
            let hits = try await lab.ask(.get, "search?q=zeppelin")
            #expect(hits["items"]?.arrayValue?.map { $0["id"] } == [.integer(note)])
            let tooLong = String(repeating: "x", count: 60_001)
            let refused = try await lab.ask(
                .patch, "notes/\(note)", #"{"notes": "\#(tooLong)"}"#, expect: .unprocessableContent)
            #expect(refused["fields"]?["notes"] == "At most 60000 characters.")
            _ = try await lab.ask(
                .post, "hardware", #"{"name": "h", "notes": "\#(String(repeating: "x", count: 20_001))"}"#,
                expect: .unprocessableContent)
        }
    }

    @Test("names are told apart by folder", arguments: Engine.available)
    func folders(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make("notes", #"{"name": "Index", "folder": "A"}"#)
            _ = try await lab.make("notes", #"{"name": "Index", "folder": "B"}"#)
            _ = try await lab.make("notes", #"{"name": "Index"}"#)
            _ = try await lab.ask(.post, "notes", #"{"name": "Index", "folder": "A"}"#, expect: .conflict)
            #expect(try await lab.ask(.get, "notes?folder=B")["items"]?.arrayValue?.count == 1)
        }
    }

    @Test("out as an archive and back in: the same notes", arguments: Engine.available)
    func roundTrip(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let before = try await Self.furnish(lab)
            let archive = try await lab.bytes("notes/archive")

            let same = try await lab.upload("notes/archive", archive, Self.zip)
            #expect(same["unchanged"] == 4 && same["created"] == 0 && same["changed"] == 0 && same["linked"] == 0)

            for id in before.ids { _ = try await lab.ask(.delete, "notes/\(id)?cascade=true", expect: .noContent) }
            let dry = try await lab.upload("notes/archive?dry_run=true", archive, Self.zip)
            #expect(dry["created"] == 4 && dry["linked"] == 2)
            #expect(try await lab.names("notes") == [])
            let done = try await lab.upload("notes/archive", archive, Self.zip)
            #expect(done["created"] == 4 && done["linked"] == 2 && done["unlinked"] == [])
            #expect(try await Self.told(lab) == before.told)
            #expect(try await lab.bytes("notes/archive") == archive)
        }
    }

    private static func furnish(_ lab: Lab) async throws -> (ids: [Int64], told: [JSONValue]) {
        let nas = try await lab.make("hardware", #"{"name": "nas \"1\": é"}"#)
        let drafts = [
            #"{"name": "Replace a disk", "type": "runbook", "folder": "Storage/How to", "is_pinned": true,"#
                + #" "tags": ["zfs", "disk: 1"], "notes": "---\ntitle: \"x\"\n---\n\n- [ ] pull\n- [x] push"}"#,
            #"{"name": "Replace a disk", "folder": "Storage:How to"}"#,
            #"{"name": "../../etc/passwd", "notes": "<script>alert(1)</script>"}"#,
            ##"{"name": "Template", "type": "template", "notes": "# {date}"}"##,
        ]
        var ids: [Int64] = []
        for draft in drafts { ids.append(try await lab.make("notes", draft)) }
        for id in ids.prefix(2) {
            _ = try await lab.make("note-links", #"{"note_id": \#(id), "object_id": \#(nas)}"#)
        }
        return (ids, try await told(lab))
    }

    private static func told(_ lab: Lab) async throws -> [JSONValue] {
        let items = try await lab.ask(.get, "notes?sort=name")["items"]?.arrayValue ?? []
        return items.map { note in
            .array(["name", "folder", "type", "is_pinned", "tags", "notes"].map { note[$0] ?? .null })
        }.sorted { $0.text < $1.text }
    }

    @Test("one note out as Markdown and back in", arguments: Engine.available)
    func single(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let id = try await lab.make("notes", #"{"name": "Größe", "folder": "A", "notes": "text"}"#)
            let answer = try await lab.send(.get, "notes/\(id)/file")
            #expect(answer.headers[.contentType] == "text/markdown; charset=utf-8")
            #expect(answer.headers[.contentDisposition]?.contains("filename*=UTF-8''Gr%c3%b6%c3%9fe.md") == true)
            let text = String(buffer: answer.body).replacing("text\n", with: "other\n")
            let done = try await lab.ask(.post, "notes/archive", text, headers: Self.markdown)
            #expect(done["changed"] == 1)
            #expect(try await lab.ask(.get, "notes/\(id)")["notes"] == "other")
        }
    }

    @Test(
        "files of others: named by the file, folders by folders, a foreign head stays text", arguments: Engine.available
    )
    func foreign(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            var writer = ZipWriter()
            writer.add("Vault/Net/Router.md", Array("hello".utf8))
            writer.add("Vault/Odd.md", Array("---\naliases: [a, b]\n---\n\nbody".utf8))
            writer.add("Vault/Far.md", Array("---\nlinks: [{\"kind\":\"hardware\",\"name\":\"gone\"}]\n---\nx".utf8))
            writer.add("Vault/Hand.md", Array("---\ntitle: By hand: two\ntags: [a, b c]\n---\nx".utf8))
            writer.add("Vault/pic.png", [1, 2, 3])
            writer.add("__MACOSX/Vault/._Odd.md", [0, 5, 22, 7, 255])
            let done = try await lab.upload("notes/archive", writer.bytes, Self.zip)

            #expect(done["created"] == 4)
            #expect(done["left_out"] == ["Vault/pic.png", "__MACOSX/Vault/._Odd.md"])
            #expect(done["unlinked"] == ["Vault/Far.md: hardware gone"])
            let odd = try await lab.ask(.get, "notes?name=Odd")["items"]?.arrayValue?.first
            #expect(odd?["notes"] == "---\naliases: [a, b]\n---\n\nbody")
            let hand = try await lab.ask(.get, "notes?q=tag:a")["items"]?.arrayValue?.first
            #expect(hand?["name"] == "By hand: two")
            #expect(hand?["tags"] == ["a", "b c"])
            let router = try await lab.ask(.get, "notes?name=Router")["items"]?.arrayValue?.first
            #expect(router?["folder"] == "Vault/Net")
        }
    }

    @Test("a note whose name cannot be kept is about no other note", arguments: Engine.available)
    func tooLong(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make("notes", #"{"name": "other"}"#)
            var writer = ZipWriter()
            writer.add(String(repeating: "x", count: 150) + ".md", Array("x".utf8))

            let answer = try await lab.upload("notes/archive?dry_run=true", writer.bytes, Self.zip)

            #expect(answer["rows"]?.arrayValue?.first?["id"] == .null)
            #expect(answer["errors"] == 1)
        }
    }

    @Test("a bad archive is a sentence, and nothing is kept of it", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            var climbing = ZipWriter()
            climbing.add("ok.md", [120])
            climbing.add("../../up.md", [120])
            var none = ZipWriter()
            none.add("a.txt", [120])
            var binary = ZipWriter()
            binary.add("a.md", [0xFF, 0xFE, 0x00])
            var wrong = ZipWriter()
            wrong.add("ok.md", [120])
            wrong.add("b.md", Array("---\ntype: \"poem\"\n---\nx".utf8))
            let refused: [(bytes: [UInt8], type: String, status: HTTPResponse.Status)] = [
                (climbing.bytes, "application/zip", .badRequest),
                (Array("no zip".utf8), "application/zip", .badRequest),
                (binary.bytes, "application/zip", .badRequest), (none.bytes, "application/zip", .unprocessableContent),
                (wrong.bytes, "application/zip", .unprocessableContent), ([120], "text/plain", .unsupportedMediaType),
            ]
            for one in refused {
                let answer = try await lab.send(.post, "notes/archive", bytes: one.bytes, [.contentType: one.type])
                #expect(answer.status == one.status, "\(answer.text)")
            }
            #expect(try await lab.names("notes") == [])
        }
    }
}

extension Lab {
    func send(
        _ method: HTTPRequest.Method, _ path: String, bytes: [UInt8], _ headers: HTTPFields
    ) async throws -> TestResponse {
        try await client.execute(
            uri: "/api/v1/" + path, method: method, headers: headers, body: ByteBuffer(bytes: bytes))
    }

    func upload(_ path: String, _ bytes: [UInt8], _ headers: HTTPFields) async throws -> JSONValue {
        let response = try await send(.post, path, bytes: bytes, headers)
        #expect(response.status == .ok, "\(response.text)")
        return try response.json()
    }

    func bytes(_ path: String) async throws -> [UInt8] {
        Array(try await send(.get, path).body.readableBytesView)
    }
}
