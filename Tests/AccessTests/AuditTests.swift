import HTTPKit
import JSONKit
import Kernel
import NIOCore
import Persistence
import TestSupport
import Testing

@testable import Access

@Suite("Audit history")
struct AuditTests {
    /// Ten rows about hardware, by Bob, a minute apart.
    private func filled(_ engine: Engine) async throws -> (AccessHouse, Visitor) {
        let (house, ada) = try await AccessHouse.ready(engine)
        let bob = Caller(
            name: "bob@example.org", id: 2, permissions: [], address: "192.168.1.9", requestID: "request")
        for number in 1...10 {
            house.clock.advance(by: .seconds(60))
            try await house.store.write { tx in
                try tx.audit(
                    AuditEntry(
                        number.isMultiple(of: 2) ? "changed" : "created",
                        severity: number == 10 ? .critical : .info, entity: "hardware", id: Int64(number),
                        name: "nas, \"\(number)\"", before: number.isMultiple(of: 2) ? #"{"cpu":1}"# : nil,
                        after: #"{"cpu":2,"notes":"=1+1"}"#), by: bob)
            }
        }
        return (house, ada)
    }

    @Test("the newest comes first, page by page, counted when asked", arguments: Engine.available)
    func pages(engine: Engine) async throws {
        let (_, ada) = try await filled(engine)

        let first = try await ada.get("admin/audit-log?limit=5&count=true")
        let second = try await ada.get("admin/audit-log?limit=7&cursor=\(first["next"]?.stringValue ?? "")")

        #expect(first["total"] == 12)
        #expect(second["total"] == nil)
        let ids = (first.items + second.items).compactMap { $0.objectValue?["id"]?.integerValue }
        #expect(ids == Array((1...12).reversed()))
        #expect(second["next"] == .null)
        let newest = try #require(first.items.first?.objectValue)
        #expect(newest["actor"] == "bob@example.org")
        #expect(newest["entity_name"] == "nas, \"10\"")
        #expect(newest["before"] == ["cpu": 1])
        #expect(newest["at"]?.stringValue == "2026-09-21T14:23:20.000Z")
    }

    @Test(
        "a filter shows what fits it and nothing else",
        arguments: [
            ("entity=hardware", 10), ("entity=hardware&entity_id=3", 1), ("action=created", 6),
            ("action=Signed+In", 1), ("severity=critical", 1), ("severity=error", 1), ("severity=notice", 1),
            ("actor=BOB", 10), ("actor=ob%40ex", 10), ("actor=%25", 0), ("from=2026-09-21T14:23:20Z", 1),
            ("to=2026-09-21T14:13:20Z", 2), ("from=2026-09-21T14:15:00Z&to=2026-09-21T14:17:00Z", 2),
            ("entity=nothing", 0), ("entity=&actor=", 12), ("without=changed", 7),
            ("without=changed&entity=hardware", 5),
        ])
    func filters(query: String, count: Int) async throws {
        for engine in Engine.available {
            let (_, ada) = try await filled(engine)

            let answer = try await ada.get("admin/audit-log?count=true&\(query)")

            #expect(answer["total"]?.integerValue == Int64(count), "\(engine)")
            #expect(answer.items.count == count, "\(engine)")
        }
    }

    @Test(
        "a filter that cannot be read is refused by name",
        arguments: [
            ("from=yesterday", 422, ["from"]), ("severity=loud&to=x", 422, ["severity", "to"]),
            ("entity_id=x", 422, ["entity_id"]), ("entity_id=0&from=x", 422, ["entity_id", "from"]),
            ("actor=a%00b", 422, ["actor"]), ("cursor=x", 400, []),
            ("limit=1000", 422, ["limit"]), ("count=maybe", 422, ["count"]),
        ])
    func badFilters(query: String, status: Int, fields: [String]) async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        let answer = try await ada.get("admin/audit-log?\(query)")

        #expect(answer.status == status)
        #expect(answer.fields == fields)
    }

    @Test("what is no id is said with what was given and what would be right")
    func badID() async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        let answer = try await ada.get("admin/audit-log?entity_id=only+number+526")

        #expect(
            answer["fields"]?.objectValue?["entity_id"]
                == "“only number 526” is not the id of an object. Give its number, such as 526.")
    }

    @Test("the chain holds, and a row that was changed is named", arguments: Engine.available)
    func verifies(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)

        let whole = try await ada.get("admin/audit-log/verify-chain")
        #expect(whole["ok"] == true)
        #expect(whole["rows"] == 12)
        #expect(whole["first_broken"] == .null)
        try await house.store.write { try $0.run("UPDATE audit_log SET actor = 'eve@example.org' WHERE id = 7") }
        let broken = try await ada.get("admin/audit-log/verify-chain")

        #expect(broken["ok"] == false)
        #expect(broken["first_broken"]?.objectValue?["id"] == 7)
        #expect(broken["rows"] == 6)
    }

    @Test("an export has every row that fits, oldest first, in each format", arguments: Engine.available)
    func exports(engine: Engine) async throws {
        let (_, ada) = try await filled(engine)

        let json = try await ada.get("admin/audit-log/export?format=json")
        #expect(json.header("content-disposition") == #"attachment; filename="audit-log.json""#)
        let ids = try json.json().arrayValue?.compactMap { $0.objectValue?["id"]?.integerValue }
        #expect(ids == Array(1...12))
        let lines = try await ada.get("admin/audit-log/export?format=jsonl&entity=hardware").text.split(separator: "\n")
        #expect(lines.count == 10)
        #expect(try JSONParser.parse(String(lines[0])).objectValue?["entity_id"] == 1)
        let csv = try await ada.get("admin/audit-log/export").text.split(separator: "\r\n")
        #expect(csv.count == 13)
        #expect(csv[0].hasPrefix("id,at,actor,"))
        #expect(csv[12].contains(#""nas, ""10""""#))
        #expect(try await ada.get("admin/audit-log/export?format=xml").fields == ["format"])
        let none = try await ada.get("admin/audit-log/export?format=json&entity=nothing")
        #expect(try none.json() == [])
    }

    @Test("an export of more than one batch is one list", arguments: Engine.available)
    func manyBatches(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        try await house.store.write { tx in
            for number in 0..<1203 {
                try tx.audit(AuditEntry("changed", entity: "hardware", id: Int64(number)), by: .system)
            }
        }

        let list = try await ada.get("admin/audit-log/export?format=json").json().arrayValue

        #expect(list?.count == 1205)
        #expect(list?.last?.objectValue?["id"] == 1205)
    }

    @Test("a cell that a spreadsheet would calculate is made a text", arguments: Engine.available)
    func formulas(engine: Engine) async throws {
        let (_, ada) = try await AccessHouse.ready(engine)
        let name = #"=HYPERLINK(1)"#
        #expect(try await ada.post("tokens", #"{"name":"\#(name)","role":"viewer"}"#).status == 201)

        let csv = try await ada.get("admin/audit-log/export?format=csv&entity=api_token").text

        #expect(csv.contains(",'=HYPERLINK(1),"))
    }

    @Test("a row that somebody meddled with is shown all the same", arguments: Engine.available)
    func meddled(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        try await house.store.write { try $0.run("UPDATE audit_log SET after_json = '{broken' WHERE id = 5") }

        let answer = try await ada.get("admin/audit-log?entity_id=3")

        #expect(answer.items.first?.objectValue?["after"] == "{broken")
    }

    @Test("a list shortens what is long and says so, and an export has it whole", arguments: Engine.available)
    func long(engine: Engine) async throws {
        let (house, ada) = try await filled(engine)
        let places = (1...2_000).map { "[\($0),10.5,-20.5,1]" }.joined(separator: ",")
        let entry = AuditEntry(
            "placed", entity: "map", id: 1, name: "Main", after: #"{"nodes":2000,"places":[\#(places)]}"#)
        try await house.store.write { try $0.audit(entry, by: .system) }

        let answer = try await ada.get("admin/audit-log?limit=2")
        let export = try await ada.get("admin/audit-log/export?format=jsonl&entity=map").text

        let row = try #require(answer.items.first?.objectValue)
        #expect(row["is_cut"] == true && row["after"]?.objectValue?["nodes"] == 2_000)
        #expect(row["after"]?.objectValue?["places"]?.arrayValue?.count == 50)
        #expect(answer.items.last?.objectValue?["is_cut"] == nil)
        #expect(export.contains("[2000,10.5,-20.5,1]"))
        #expect(try await ada.get("admin/audit-log/verify-chain")["ok"] == true)
    }

    @Test("every change of this context is in the trail with who, before and after", arguments: Engine.available)
    func everything(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await house.person(ada, .viewer)
        _ = try await ada.patch("users/2", #"{"role":"editor"}"#)
        _ = try await ada.patch("me", #"{"theme":"nord"}"#)
        _ = try await ada.post("tokens", #"{"name":"t","role":"viewer"}"#)
        _ = try await ada.delete("tokens/1")
        _ = try await ada.post("users/2/password", #"{"password":"abcde-FGHJK-mnpqr-23456"}"#)
        _ = try await ada.delete("users/2")
        _ = try await ada.put("setup/step", #"{"step":"done"}"#)

        let items = try await ada.get("admin/audit-log?limit=200").items.compactMap(\.objectValue).reversed()

        #expect(
            items.map { "\($0["entity"]?.stringValue ?? "") \($0["action"]?.stringValue ?? "")" } == [
                "user created", "session signed_in", "user created", "session signed_in", "user changed",
                "user changed", "api_token created", "api_token deleted", "user password_set", "user deleted",
                "setup finished",
            ])
        let demotion = try #require(items.dropFirst(4).first)
        #expect(demotion["before"]?.objectValue?["role"] == "viewer")
        #expect(demotion["after"]?.objectValue?["role"] == "editor")
        #expect(demotion["address"] == "192.168.1.7")
        #expect(demotion["request_id"]?.stringValue != nil)
        #expect(try await ada.get("admin/audit-log/verify-chain")["ok"] == true)
    }
}
