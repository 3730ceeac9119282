import Foundation
import HTTPTypes
import HummingbirdTesting
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("Import and export")
struct TransferTests {
    @Test("rows become objects, in one transaction and with events", arguments: Engine.available)
    func creates(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let answer = try await lab.importCSV(
                "hardware",
                "name,role,memory_mb,is_full_depth,tags,custom.floor\nnas,nas,2048,yes,\"lab, blue\",3\nups,,,,,\n")

            #expect(answer["created"] == 2 && answer["errors"] == 0)
            let id = try #require(answer["rows"]?.arrayValue?.first?["id"]?.integerValue)
            let nas = try await lab.ask(.get, "hardware/\(id)")
            #expect(nas["memory_mb"] == 2048 && nas["is_full_depth"] == true && nas["source"] == "import")
            #expect(nas["tags"] == ["blue", "lab"] && nas["custom"] == ["floor": "3"])
            #expect(try await lab.subjects().filter { $0 == "inventory.hardware.created" }.count == 2)
        }
    }

    @Test("one row with a problem, and nothing is written", arguments: Engine.available)
    func allOrNone(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let sheet = "name,role,ip_address\nnas,nas,10.0.0.1\nups,toaster,x\n,,\nbad,nas\n"

            let dry = try await lab.importCSV("hardware", sheet, query: "&dry_run=true")
            let real = try await lab.importCSV("hardware", sheet, expect: .unprocessableContent)

            #expect(dry["created"] == 1 && dry["errors"] == 3)
            let rows = try #require(dry["rows"]?.arrayValue)
            #expect(rows.map { $0["row"] } == [2, 3, 4, 5])
            #expect(rows[0]["action"] == "create" && rows[0]["id"] == .null)
            #expect(rows[1]["problems"]?.objectValue?.names == ["ip_address", "role"])
            #expect(rows[2]["problems"]?["name"] == "Fill this in.")
            #expect(rows[3]["problems"]?["row"] == "It has 2 cells; there are 3 columns.")
            #expect(real["message"] == "Nothing was imported: 3 rows have problems." && real["rows"] != nil)
            #expect(try await lab.names("hardware") == [])
            #expect(try await lab.subjects() == [])
        }
    }

    @Test("a row changes the object of its id, or of its name where names are unique", arguments: Engine.available)
    func changes(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let nas = try await lab.make("hardware", #"{"name": "nas", "vendor": "HPE", "notes": "old"}"#)
            try await _ = lab.make("networks", #"{"name": "lan"}"#)

            let byID = try await lab.importCSV("hardware", "id,vendor,notes\n\(nas),Dell,\n")
            let byName = try await lab.importCSV("networks", "name,cidr\nLAN,10.0.0.0/24\n")
            let again = try await lab.importCSV("networks", "name,cidr\nLAN,10.0.0.0/24\n")

            #expect(byID["changed"] == 1)
            let row = try #require(byID["rows"]?.arrayValue?.first)
            #expect(row["changes"]?["vendor"] == ["from": "HPE", "to": "Dell"])
            #expect(row["changes"]?["notes"] == ["from": "old", "to": .null])
            #expect(try await lab.ask(.get, "hardware/\(nas)")["sources"] == ["vendor": "import", "notes": "import"])
            #expect(byName["changed"] == 1 && again["unchanged"] == 1)
        }
    }

    @Test(
        "an id that is not there, of another kind, in the trash or there twice is a problem",
        arguments: Engine.available)
    func strangeIDs(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let gone = try await lab.make("hardware", #"{"name": "gone"}"#)
            _ = try await lab.ask(.delete, "hardware/\(gone)", expect: .noContent)
            let unit = try await lab.make("compute-units", #"{"name": "vm", "type": "vm"}"#)
            let here = try await lab.make("hardware", #"{"name": "here"}"#)

            let answer = try await lab.importCSV(
                "hardware", "id,vendor\n\(gone),a\n\(unit),b\n99999,c\n\(here),d\n\(here),e\nseven,f\n",
                query: "&dry_run=1")

            let rows = try #require(answer["rows"]?.arrayValue)
            #expect(rows.map { $0["action"] } == ["error", "error", "error", "change", "error", "error"])
            #expect(
                rows[0]["problems"]?["row"]
                    == "gone is in the trash. Restore it there, or leave out the id to make a new one.")
            #expect(rows[2]["problems"]?["row"] == "This hardware does not exist.")
            #expect(rows[4]["problems"]?["row"] == "Row 5 is about here as well.")
        }
    }

    @Test(
        "what was purged comes back from its export, and what refers to it finds it by name",
        arguments: Engine.available, ImportSheet.Format.allCases)
    func comesBack(engine: Engine, format: ImportSheet.Format) async throws {
        try await Lab.open(on: engine) { lab in
            let rack = try await lab.make("racks", #"{"name": "rack"}"#)
            let nas = try await lab.make("hardware", #"{"name": "nas", "rack_id": \#(rack), "tags": ["x"]}"#)
            _ = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(nas)}"#)
            let kept = try await lab.make("hardware", #"{"name": "kept", "rack_id": \#(rack)}"#)
            let paths = ["racks", "hardware", "interfaces"]
            var files: [String: String] = [:]
            for path in paths { files[path] = try await lab.send(.get, "\(path)/export?format=\(format)").text }
            for (path, id) in [("hardware", nas), ("racks", rack)] {
                _ = try await lab.ask(.delete, "\(path)/\(id)?cascade=true", expect: .noContent)
                _ = try await lab.ask(.delete, "trash/\(id)", expect: .noContent)
            }
            // Its place is taken by something of another name: the names in the file count.
            for name in ["other", "more"] { _ = try await lab.make("racks", #"{"name": "\#(name)"}"#) }

            var counts: [String: [JSONValue?]] = [:]
            for path in paths {
                let answer = try await lab.importText(path, files[path] ?? "", format: format)
                counts[path] = ["created", "changed", "unchanged", "errors"].map { answer[$0] }
            }

            #expect(counts["racks"] == [1, 0, 0, 0])
            #expect(counts["hardware"] == [1, 1, 0, 0])
            #expect(counts["interfaces"] == [1, 0, 0, 0])
            let back = try await lab.ask(.get, "hardware?q=nas")["items"]?.arrayValue?.first
            #expect(back?["rack_name"] == "rack" && back?["tags"] == ["x"] && back?["id"] != .integer(nas))
            #expect(try await lab.ask(.get, "hardware/\(kept)")["rack_name"] == "rack")
            let port = try await lab.ask(.get, "interfaces")["items"]?.arrayValue?.first
            #expect(port?["holder_name"] == "nas" && port?["holder_id"] == back?["id"])
        }
    }

    @Test("rows may name each other, whichever comes first", arguments: Engine.available)
    func rowsNameEachOther(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let sheet = "name,parent_name\nroom,floor\nfloor,house\nhouse,\n"

            let dry = try await lab.importCSV("locations", sheet, query: "&dry_run=true")
            let real = try await lab.importCSV("locations", sheet)
            let loop = try await lab.importCSV("locations", "name,parent_name\na,b\nb,a\n", query: "&dry_run=true")

            #expect(dry["created"] == 3 && real["created"] == 3)
            #expect(loop["errors"] == 2)
            let told = loop["rows"]?.arrayValue?.compactMap { $0["problems"]?["row"]?.stringValue } ?? []
            #expect(told.count == 2 && told.allSatisfy { $0.contains("in a circle") })
            let rooms = try await lab.ask(.get, "locations?q=room")
            #expect(rooms["items"]?.arrayValue?.first?["parent_name"] == "floor")
        }
    }

    @Test("a later row may free what an earlier one takes", arguments: Engine.available)
    func frees(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let old = try await lab.make("hardware", #"{"name": "old", "ip_address": "10.0.0.5"}"#)

            let answer = try await lab.importCSV("hardware", "id,name,ip_address\n,new,10.0.0.5\n\(old),old,\n")

            #expect(answer["created"] == 1 && answer["changed"] == 1 && answer["errors"] == 0)
        }
    }

    @Test("of an id and a name beside each other, the one that was edited counts", arguments: Engine.available)
    func editedReference(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let a = try await lab.make("racks", #"{"name": "a"}"#)
            let b = try await lab.make("racks", #"{"name": "b"}"#)
            let nas = try await lab.make("hardware", #"{"name": "nas", "rack_id": \#(a)}"#)
            func rack(_ cells: String) async throws -> JSONValue? {
                let answer = try await lab.importCSV(
                    "hardware", "id,rack_id,rack_name\n\(nas),\(cells)\n", query: "&dry_run=1")
                let row = answer["rows"]?.arrayValue?.first
                return row?["changes"]?["rack_id"]?["to"] ?? row?["problems"]?["rack_id"] ?? row?["action"]
            }

            #expect(try await rack("\(a),a") == "unchanged")
            #expect(try await rack("\(a),b") == "b")
            #expect(try await rack("\(b),a") == "b")
            #expect(try await rack(",b") == "b")
            #expect(try await rack(",") == .null)
            #expect(try await rack("\(b),c") == .string("\(b) is “b”, not “c”. Leave out one of the two."))
        }
    }

    @Test("what is exported is imported without a change", arguments: Engine.available, ImportSheet.Format.allCases)
    func roundTrip(engine: Engine, format: ImportSheet.Format) async throws {
        try await Lab.open(on: engine) { lab in
            try await lab.fillForExport()
            for kind in Kind.all {
                let file = try await lab.send(.get, "\(kind.path)/export?format=\(format)")
                #expect(file.status == .ok)
                #expect(file.headers[.contentDisposition] == "attachment; filename=\"\(kind.path).\(format)\"")

                let answer = try await lab.importText(kind.path, file.text, format: format, query: "&dry_run=true")

                let count = try await lab.ask(.get, "\(kind.path)?count=true")["total"]
                #expect(answer["unchanged"] == count, "\(kind.path): \(answer.text.prefix(600))")
                #expect(answer["errors"] == 0 && answer["changed"] == 0 && answer["created"] == 0)
            }
        }
    }

    @Test("an export holds what the list's filters let through, and no formula", arguments: Engine.available)
    func filters(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.make("hardware", #"{"name": "=cmd|calc", "role": "nas", "max_tx_power_dbm": -5}"#)
            _ = try await lab.make("hardware", #"{"name": "other", "role": "ups"}"#)

            let file = try await lab.send(.get, "hardware/export?format=csv&role=nas")

            let table = try CSVTable(parsing: Array(file.text.utf8))
            #expect(table.records.count == 1)
            #expect(table.records[0].cells[1] == "'=cmd|calc" && table.records[0].cells.contains("-5"))
            #expect(try await lab.send(.get, "hardware/export?format=xml").status == .unprocessableContent)
            #expect(try await lab.send(.get, "hardware/export?colour=red").status == .unprocessableContent)
        }
    }

    @Test("long lists are sent in parts", arguments: Engine.available)
    func parts(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let rows = (0..<1_203).map { "tag-\($0)" }
            let made = try await lab.importCSV("tags", "name\n" + rows.joined(separator: "\n"))
            #expect(made["created"] == 1_203)

            let csv = try await lab.send(.get, "tags/export?format=csv").text
            let json = try await lab.ask(.get, "tags/export?format=json")

            #expect(try CSVTable(parsing: Array(csv.utf8)).records.count == 1_203)
            #expect(json.arrayValue?.compactMap { $0["name"]?.stringValue } == rows)
        }
    }

    @Test("columns may be called as the pages call them", arguments: Engine.available)
    func labels(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            _ = try await lab.importCSV("hardware", "Name;IP address;Serial Number\ngw;10.0.0.1;X1")
            let gateway = try await lab.ask(.get, "hardware?q=name:gw")["items"]?.arrayValue?.first
            #expect(gateway?["ip_address"] == "10.0.0.1")
            #expect(gateway?["serial_number"] == "X1")
            let twice = try await lab.importCSV(
                "hardware", "name,IP address,ip_address\n", expect: .unprocessableContent)
            #expect(twice["message"]?.stringValue?.contains("twice, as columns 2 and 3") == true)
        }
    }

    @Test(
        "two holders of one address come in when that is asked for, and numbers with a comma",
        arguments: Engine.available)
    func conflicts(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let sheet = "name;ip_address;weight_kg\none;10.0.0.1;12,5\ntwo;10.0.0.1;1.5\n"
            let refused = try await lab.importCSV("hardware", sheet, expect: .unprocessableContent)
            #expect(refused["fields"] != nil)
            let dry = try await lab.importCSV("hardware", sheet, query: "&dry_run=true&allow_conflicts=true")
            #expect(dry["errors"] == 0)
            _ = try await lab.importCSV("hardware", sheet, query: "&allow_conflicts=true")

            let read = try await lab.ask(.get, "hardware?sort=name")["items"]?.arrayValue ?? []
            #expect(read.map { $0["ip_address"] } == ["10.0.0.1", "10.0.0.1"])
            #expect(read.map { $0["weight_kg"] } == [.number(12.5), .number(1.5)])
            _ = try await lab.importCSV("hardware", "name,weight_kg\nx,\"1,234\"", expect: .unprocessableContent)
        }
    }

    @Test("an interface is found on the device that is named beside it", arguments: Engine.available)
    func ownInterface(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            for name in ["one", "two"] {
                let device = try await lab.make("hardware", #"{"name": "\#(name)"}"#)
                _ = try await lab.make("interfaces", #"{"name": "eth0", "holder_id": \#(device)}"#)
            }
            let sheet = "address,holder_name,interface_name\n10.0.0.2,two,eth0\n10.0.0.1,one,eth0\n"
            _ = try await lab.importCSV("addresses", sheet)

            let read = try await lab.ask(.get, "addresses?sort=address")["items"]?.arrayValue ?? []
            for one in read {
                let port = try #require(one["interface_id"]?.integerValue)
                #expect(try await lab.ask(.get, "interfaces/\(port)")["holder_id"] == one["holder_id"])
            }
            #expect(read.count == 2)
        }
    }

    @Test("hostile files are refused in words", arguments: Engine.available)
    func hostile(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            func refusal(_ text: String, _ status: HTTPResponse.Status) async throws -> String {
                try await lab.importCSV("hardware", text, expect: status)["message"]?.stringValue ?? ""
            }
            #expect(
                try await refusal("name\n\"open", .badRequest)
                    == "The file could not be read. Line 2, column 1: this quotation mark is never closed.")
            #expect(try await refusal("name\na\0b", .badRequest).contains("NUL"))
            #expect(try await refusal("id,name\n-5,x", .unprocessableContent).contains("1 row"))
            let misspelt = try await lab.importCSV(
                "hardware", "name\nx", query: "&dry=true", expect: .unprocessableContent)
            #expect(misspelt["fields"]?["dry"] == "Use format, dry_run and allow_conflicts.")
            #expect(
                try await refusal("name,vendor,Name\n", .unprocessableContent).contains("twice, as columns 1 and 3"))
            #expect(
                try await refusal("name,colour\nx,red", .unprocessableContent)
                    == "The line of column names is not right: “colour” (column 2) is not a column of Hardware.")
            #expect(
                try await refusal("name\n" + String(repeating: "a\n", count: 5_001), .badRequest)
                    .contains("more than 5000 rows"))
            let many = (0..<100).map { "custom.c\($0)" }.joined(separator: ",")
            let wide = "name,\(many)\nwide,\(Array(repeating: "1", count: 100).joined(separator: ","))"
            let answer = try await lab.importCSV("hardware", wide, query: "&dry_run=true")
            #expect(answer["rows"]?.arrayValue?.first?["problems"]?["custom"] == "At most 50 custom values.")
            #expect(try await lab.names("hardware") == [])
        }
    }

    @Test("JSON comes as a list or as an answer of the API, and nothing else", arguments: Engine.available)
    func json(engine: Engine) async throws {
        try await Lab.open(on: engine) { (lab: Lab) async throws in
            func take(_ text: String) async throws -> HTTPResponse.Status {
                try await lab.send(.post, "hardware/import?format=json", text).status
            }
            #expect(try await take(#"[{"name": "a"}]"#) == .ok)
            #expect(try await take(#"{"items": [{"name": "b", "kind": "hardware"}], "next": null}"#) == .ok)
            #expect(try await take(#"[{"name": "c", "kind": "service"}]"#) == .unprocessableContent)
            #expect(try await take(#"[1]"#) == .unprocessableContent)
            #expect(try await take(#"[{"name": "c", "colour": "red"}]"#) == .unprocessableContent)
            #expect(try await take(#"[{"name": "a\u0000"}]"#) == .unprocessableContent)
            #expect(try await take(#""text""#) == .badRequest)
            #expect(try await take("{") == .badRequest)
            let many = "[" + Array(repeating: "{}", count: 5_001).joined(separator: ",") + "]"
            #expect(try await take(many) == .contentTooLarge)
            let form: HTTPFields = [.contentType: "application/x-www-form-urlencoded"]
            #expect(
                try await lab.send(.post, "hardware/import", "name\nx", headers: form).status == .unsupportedMediaType)
            #expect(try await lab.names("hardware") == ["a", "b"])
        }
    }

    @Test("viewers export and do not import", arguments: Engine.available)
    func permissions(engine: Engine) async throws {
        try await Lab.open(on: engine, as: .viewer) { (lab: Lab) async throws in
            #expect(try await lab.send(.get, "hardware/export").status == .ok)
            #expect(try await lab.send(.post, "hardware/import", "[]").status == .forbidden)
        }
        try await Lab.open(on: engine, as: nil) { (lab: Lab) async throws in
            #expect(try await lab.send(.get, "hardware/export").status == .unauthorized)
        }
    }
}

extension Lab {
    func importCSV(
        _ path: String, _ text: String, query: String = "", expect status: HTTPResponse.Status = .ok,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        try await importText(path, text, format: .csv, query: query, expect: status, sourceLocation: sourceLocation)
    }

    func importText(
        _ path: String, _ text: String, format: ImportSheet.Format, query: String = "",
        expect status: HTTPResponse.Status = .ok, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let type = format == .csv ? "text/csv; charset=utf-8" : "application/json"
        return try await ask(
            .post, "\(path)/import?format=\(format)\(query)", text, headers: [.contentType: type], expect: status,
            sourceLocation: sourceLocation)
    }

    /// Objects with everything that could get lost in a file.
    fileprivate func fillForExport() async throws {
        let site = try await make("locations", #"{"name": "Zürich, \"west\"", "latitude": -33.5, "longitude": 8}"#)
        let rack = try await make("racks", #"{"name": "-rack", "location_id": \#(site)}"#)
        let lost = try await make("racks", #"{"name": "lost"}"#)
        let nas = try await make(
            "hardware",
            """
            {"name": "@nas", "role": "nas", "rack_id": \(rack), "rack_unit": 3, "notes": "one\\r\\ntwo\\n\\"three\\"",
             "weight_kg": 1.5, "is_full_depth": false, "ip_address": "fd00::1", "mac": "00:1b:21:aa:bb:cc",
             "tags": ["a,b", "5\\" disk", "=x"], "max_tx_power_dbm": -30, "purchased_on": "2026-01-31",
             "custom": {"floor": 3, "ratio": 1.25, "spare": true, "note": " =x ", "number": "12"}}
            """)
        let old = try await make("hardware", #"{"name": "old", "rack_id": \#(lost), "custom": {"other": "'x"}}"#)
        _ = try await ask(.delete, "racks/\(lost)", expect: .noContent)
        let vm = try await make("compute-units", #"{"name": "vm", "type": "vm", "hardware_id": \#(nas)}"#)
        let web = try await make("services", #"{"name": "web", "runs_on_id": \#(vm), "ports": "80, 443/tcp, 53/udp"}"#)
        let lan = try await make("networks", ##"{"name": "lan", "cidr": "10.0.0.0/24", "has_dhcp": true}"##)
        _ = try await make("addresses", #"{"address": "10.0.0.9", "holder_id": \#(nas)}"#)
        _ = try await make("ip-ranges", #"{"name": "pool", "first": "10.0.0.100", "last": "10.0.0.200"}"#)
        _ = try await make("network-memberships", #"{"member_id": \#(vm), "network_id": \#(lan)}"#)
        _ = try await make("connections", ##"{"from_id": \##(nas), "to_id": \##(old), "cable_color": "#1e90ff"}"##)
        _ = try await make("connections", #"{"name": "link-1", "from_id": \#(nas), "to_id": \#(old)}"#)
        _ = try await make("dependencies", #"{"from_id": \#(web), "to_id": \#(nas)}"#)
        _ = try await make("misc-items", #"{"name": "wiki", "url": "https://wiki.lan/?a=1,2"}"#)
        _ = try await make("storage", #"{"name": "pool", "capacity_bytes": 1099511627776, "hardware_id": \#(nas)}"#)
    }
}
