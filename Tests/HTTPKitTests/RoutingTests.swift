import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Synchronization
import TestSupport
import Testing

@testable import HTTPKit

/// A body with everything a body may have.
private struct Draft: JSONBody {
    enum Colour: String, Codable, CaseIterable { case red, green }
    struct Part: Codable {
        let weight: Double
    }

    let name: String
    let count: Int?
    let colour: Colour?
    let parts: [Part]?
    let vlan: Change<Int?>
}

private struct Thing: JSONAnswer {
    let id: Int64
    static let shape: JSONShape = .object([.init(name: "id", shape: .integer, isRequired: true)])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.endObject()
    }
}

@Suite("Routing")
struct RoutingTests {
    private static func routes(
        maximumInFlight: Int = 64, observe: @escaping @Sendable (RequestOutcome) -> Void = { _ in }
    ) throws -> RouteHarness {
        try RouteHarness(maximumInFlight: maximumInFlight, observe: observe) { api in
            api.get("open", "Open", needs: .nothing) { call in Self.text(call.caller.name) }
            api.get("things/:id", "One", needs: .may(.viewInventory)) { call in Thing(id: try call.path("id")) }
            api.post("things", "Create", needs: .may(.editInventory)) { (call: Call<Draft>) in
                Thing(id: Int64(call.body.count ?? 0))
            }
            api.patch("things/:id", "Change", needs: .may(.editInventory)) { (call: Call<Draft>) in
                Thing(id: Int64(try call.expectedRevision() ?? -1))
            }
            api.delete("things/:id", "Delete", needs: .may(.editInventory)) { call in _ = try call.path("id") as Int64 }
            api.put("raw", "Upload", needs: .nothing, .init(bodyLimit: 10)) { (call: Call<RawBody>) in
                Self.text("\(call.body.bytes.readableBytes)")
            }
            api.get("query", "Query", needs: .nothing) { call in
                let items = call.queryItems.map { "\($0.name)=\($0.value)" }.joined(separator: "|")
                let flag = try call.queryFlag("flag")
                let limit = try call.queryNumber("limit", in: 1...200) ?? 0
                return Self.text("\(items) \(flag) \(limit) \(try call.queryID("id") ?? 0)")
            }
            api.get("versioned", "ETag", needs: .nothing) { call in
                let fresh = Reply(ByteBuffer(string: "x"), contentType: "text/plain", headers: [.eTag: "\"7\""])
                return call.holds(etag: "\"7\"") ? .notModified([.eTag: "\"7\""]) : fresh
            }
            api.get("broken", "Fault", needs: .nothing) { _ -> Reply in throw SecretFault() }
            api.get("list", "List", needs: .nothing) { _ in Listing(items: [Thing(id: 1)], next: "abc") }
        }
    }

    private struct SecretFault: Error, CustomStringConvertible {
        let description = "password=hunter2"
    }

    private static func text(_ text: String) -> Reply { Reply(ByteBuffer(string: text), contentType: "text/plain") }

    @Test("who lacks what the route needs is told which: 401 for nobody, 403 for somebody")
    func permissions() async throws {
        let routes = try Self.routes()

        #expect(try await routes.get("open", as: .nobody).text == "anonymous")
        #expect(try await routes.get("things/1", as: .nobody).status == 401)
        #expect(try await routes.get("things/1", as: .viewer).status == 200)
        let refused = try await routes.post("things", #"{"name":"x"}"#, as: .viewer)
        #expect(refused.status == 403)
        #expect(refused.code == "forbidden")
        let reader = Caller(kind: .anonymous, name: "anonymous", permissions: [.viewInventory])
        #expect(try await routes.post("things", "{}", as: .caller(reader)).status == 401)
        #expect(try await routes.get("things/1", as: .caller(reader)).status == 200)
    }

    @Test("who may not is refused before the body is read")
    func refusedFirst() async throws {
        let routes = try Self.routes()

        #expect(try await routes.post("things", "{nonsense", as: .nobody).status == 401)
        #expect(try await routes.post("things", "{nonsense", as: .editor).status == 400)
    }

    @Test("creating is 201, deleting is 204 without a body")
    func statuses() async throws {
        let routes = try Self.routes()

        let made = try await routes.post("things", #"{"name":"x","count":3}"#)
        let deleted = try await routes.delete("things/1")

        #expect(made.status == 201)
        #expect(try made.json() == ["id": 3])
        #expect(deleted.status == 204)
        #expect(deleted.text.isEmpty)
        #expect(try await routes.get("list").json() == ["items": [["id": 1]], "next": "abc"])
    }

    @Test("what is not there is 404, with another method 405 and the ones there are")
    func addresses() async throws {
        let routes = try Self.routes()

        #expect(try await routes.get("nowhere").code == "not_found")
        #expect(try await routes.get("things/abc").status == 404)
        #expect(try await routes.get("things/99999999999999999999").status == 404)
        let wrong = try await routes.send("PUT", "things/1", body: "{}")
        #expect(wrong.status == 405)
        #expect(wrong.header("allow") == "DELETE, GET, PATCH")
    }

    @Test(
        "a body is read strictly",
        arguments: [
            (#"{"name":"x"}"#, 201, []), (#"{"name":"x","parts":[{"weight":1}],"vlan":null}"#, 201, []),
            ("", 400, []), ("{", 400, []), (#"{"name":"x","name":"y"}"#, 400, []), ("\u{FEFF}{}", 400, []),
            ("[]", 422, []), ("null", 422, []), ("{}", 422, ["name"]), (#"{"name":7}"#, 422, ["name"]),
            (#"{"name":"x","count":1.5}"#, 422, ["count"]), (#"{"name":"x","colour":"blue"}"#, 422, ["colour"]),
            (#"{"name":"x","nmae":"y","parts":[{"weight":1,"colour":"red"}]}"#, 422, ["nmae", "parts.colour"]),
        ] as [(String, Int, [String])])
    func bodies(_ body: String, _ status: Int, _ fields: [String]) async throws {
        let answer = try await Self.routes().post("things", body)

        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.fields == fields, "\(answer.text)")
    }

    @Test("a word that is none of a set is answered with the set")
    func choices() async throws {
        let answer = try await Self.routes().post("things", #"{"name":"x","colour":"kelvin"}"#)

        #expect(answer.text.contains("Choose one of: red, green."), "\(answer.text)")
        #expect(!answer.text.contains("kelvin"))
    }

    @Test("only JSON is read as JSON", arguments: [("text/plain", 415), ("application/json; charset=utf-8", 201)])
    func contentTypes(_ type: String, _ status: Int) async throws {
        let answer = try await Self.routes().send(
            "POST", "things", body: #"{"name":"x"}"#, headers: ["content-type": type])

        #expect(answer.status == status)
    }

    @Test("a body may be so large and not larger")
    func bodyLimit() async throws {
        let routes = try Self.routes()

        #expect(try await routes.send("PUT", "raw", body: "0123456789").text == "10")
        let large = try await routes.send("PUT", "raw", body: "0123456789a")
        #expect(large.status == 413)
        #expect(large.code == "too_large")
    }

    @Test(
        "If-Match names a revision, anything, or nothing that can be",
        arguments: [
            ("", 200, -1), ("*", 200, -1), ("\"7\"", 200, 7), ("W/\"7\"", 200, 7), ("7", 412, 0), ("\"x\"", 412, 0),
            ("\"", 412, 0),
        ])
    func ifMatch(_ value: String, _ status: Int, _ revision: Int64) async throws {
        let answer = try await Self.routes().send(
            "PATCH", "things/1", body: #"{"name":"x"}"#, headers: ["if-match": value])

        #expect(answer.status == status)
        if status == 200 { #expect(try answer.json() == ["id": .integer(revision)]) }
    }

    @Test(
        "who holds the newest gets 304",
        arguments: [("\"7\"", 304), ("W/\"7\"", 304), ("\"6\", \"7\"", 304), ("*", 304), ("\"6\"", 200), ("7", 200)])
    func ifNoneMatch(_ value: String, _ status: Int) async throws {
        let answer = try await Self.routes().get("versioned", headers: ["if-none-match": value])

        #expect(answer.status == status)
        #expect(answer.header("etag") == "\"7\"")
        #expect(answer.text == (status == 304 ? "" : "x"))
    }

    @Test("the query is decoded and checked")
    func query() async throws {
        let routes = try Self.routes()

        #expect(
            try await routes.get("query?a=1&a=2&q=%C3%BC%20%26&flag&limit=50&id=7").text
                == "a=1|a=2|q=ü &|flag=|limit=50|id=7 true 50 7")
        for wrong in ["flag=maybe", "limit=0", "limit=x", "limit=201", "id=-1", "id=x"] {
            let answer = try await routes.get("query?\(wrong)")
            #expect(answer.status == 422, "\(wrong)")
            #expect(answer.fields == [String(wrong.prefix { $0 != "=" })])
        }
    }

    @Test("an error inside shows nothing of itself")
    func faults() async throws {
        let answer = try await Self.routes().get("broken")

        #expect(answer.status == 500)
        #expect(answer.code == "fault")
        #expect(!answer.text.contains("hunter2"))
        let body = try answer.json()
        #expect(body.objectValue?["request_id"]?.stringValue == answer.header("x-request-id"))
    }

    @Test("every answer has a request id of its own and the security headers")
    func everyAnswer() async throws {
        let routes = try Self.routes()

        var ids: Set<String> = []
        for path in ["open", "nowhere", "broken", "things/1"] {
            let answer = try await routes.get(path, as: .nobody)
            #expect(answer.header("x-content-type-options") == "nosniff")
            #expect(answer.header("content-security-policy")?.hasPrefix("default-src 'self'") == true)
            ids.insert(try #require(answer.header("x-request-id")))
        }
        #expect(ids.count == 4)
    }

    @Test("what is one request too many is told when to come back")
    func busy() async throws {
        let answer = try await Self.routes(maximumInFlight: 0).get("open")

        #expect(answer.status == 503)
        #expect(answer.header("retry-after") == "1")
    }

    @Test("each request is told of with its route's template, never its path")
    func observed() async throws {
        let seen = Mutex<[String]>([])
        let routes = try Self.routes { outcome in
            seen.withLock { $0.append("\(outcome.method) \(outcome.route ?? "-") \(outcome.status.code)") }
        }

        _ = try await routes.get("things/7")
        _ = try await routes.get("things/secret")
        _ = try await routes.get("elsewhere")

        #expect(
            seen.withLock { $0 } == [
                "GET /api/v1/things/{id} 200", "GET /api/v1/things/{id} 404", "GET - 404",
            ])
    }
}
