import Access
import HTTPKit
import JSONKit
import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

/// What `DaemonApp` joins, without mail.
private struct TestDoor: ShareDoor {
    let links = SharedLinks()
    var base: String?

    func newSecret() -> (secret: Secret<String>, hash: String) { links.newSecret() }
    func hash(of secret: Secret<String>) -> String? { links.hash(of: secret) }
    func linkBase(in tx: any Session) throws -> String? { base }
    func refusal(of caller: Caller, in tx: any Session) throws -> AppError? { try links.refusal(of: caller, in: tx) }
    func countWrong(by caller: Caller, in tx: any Session) throws { try links.countWrong(by: caller, in: tx) }
    func person(behind caller: Caller, in tx: any Session) throws -> Int64? {
        try links.person(behind: caller, in: tx)
    }
    func peopleWho(_ permission: Permission, in tx: any Session) throws -> Set<Int64> {
        try links.peopleWho(permission, in: tx)
    }
}

@Suite("Links to shared maps")
struct ShareLinkTests {
    /// An administrator (1), an editor (2), a viewer (3), a router with a cable to a host, and a network.
    private struct House {
        let lab: Lab
        var clock: TestClock { lab.clock }
        let routes: RouteHarness
        let router: Int64

        init(_ engine: Engine, base: String? = nil, gone: Int = 0) async throws {
            let lab = try await Lab(engine)
            // Ids that are no numbers of a short list.
            for number in 0..<gone { try await lab.trash(.hardware, try await lab.hardware("gone \(number)")) }
            router = try await lab.make(
                .hardware,
                [
                    "name": "router-wohnzimmer", "role": "router", "ip_address": "10.77.0.1", "notes": "n0te",
                    "status": "up",
                ])
            let host = try await lab.make(.hardware, ["name": "fileserver", "ip_address": "fd00:77::9"])
            try await lab.make(
                .network, ["name": "lan", "cidr": "10.77.0.0/24", "gateway_hardware_id": .integer(router)])
            try await lab.make(
                .connection,
                [
                    "from_id": .integer(router), "to_id": .integer(host), "medium": "fibre", "speed_mbps": 10_000,
                    "cable_label": "keller-kabel",
                ])
            try await lab.place([(router, -120.25, 40), (host, 300, 40)])
            try await lab.store.write { tx in
                for (id, role) in [(1, "admin"), (2, "editor"), (3, "viewer")] {
                    try tx.run(
                        """
                        INSERT INTO users (id, email, email_key, display_name, role, password_hash, password_changed_at,
                            created_at, updated_at)
                        VALUES (\(Int64(id)), \("\(role)@example.org"), \("\(role)@example.org"), \(role), \(role), 'x', 0, 0, 0)
                        """)
                }
            }
            try await lab.picture.load()
            self.lab = lab
            let maps = Maps(store: lab.store)
            let links = ShareLinks(store: lab.store, door: TestDoor(base: base))
            let exports = ExportDesk(
                picture: lab.picture, maps: maps, layouts: LayoutDesk(), matches: QueryMatches(store: lab.store))
            routes = try RouteHarness {
                ShareLinkRoutes(links: links, desk: SharedMapDesk(exports: exports)).register(in: &$0)
                MapRoutes(maps: maps).register(in: &$0)
            }
        }

        func made(_ more: String = "", as who: RouteHarness.Who = .editor) async throws -> (id: Int64, token: String) {
            let answer = try await routes.post(
                "share-links", #"{"label": "For the electrician", "expires_in_hours": 24\#(more)}"#, as: who)
            let object = try answer.json().objectValue
            let link = object?["link"]?.stringValue ?? ""
            return (object?["id"]?.integerValue ?? 0, String(link.split(separator: "#").last ?? ""))
        }

        func open(_ token: String, from address: String = "203.0.113.9") async throws -> RouteHarness.Answer {
            let stranger = Caller(kind: .anonymous, name: "anonymous", permissions: [], address: address)
            return try await routes.post("shared-map", #"{"token": "\#(token)"}"#, as: .caller(stranger))
        }

        func states(as who: RouteHarness.Who = .admin) async throws -> [String] {
            let items = try await routes.get("share-links", as: who).json().objectValue?["items"]?.arrayValue ?? []
            return items.compactMap { $0.objectValue?["state"]?.stringValue }
        }

        func audit() async throws -> [String] {
            try await lab.store.read { tx in
                try tx.rows(
                    "SELECT action, actor FROM audit_log WHERE entity = 'share_link' ORDER BY id"
                ).map { "\(try $0.text(0)) by \(try $0.text(1))" }
            }
        }
    }

    @Test("a link shows the map as it is now, until it ends", arguments: Engine.available)
    func life(on engine: Engine) async throws {
        let house = try await House(engine)
        let (_, token) = try await house.made()

        let first = try await house.open(token)
        try await house.lab.change(.hardware, house.router, ["name": "renamed"])
        try await house.lab.catchUp()
        let second = try await house.open(token)
        house.clock.advance(by: .seconds(24 * 3600 - 1))
        let last = try await house.open(token)
        house.clock.advance(by: .seconds(1))
        let over = try await house.open(token)

        #expect(first.status == 200 && first.text.contains("router-wohnzimmer") && first.text.contains("10.77.0.1"))
        #expect(first.header("cache-control") == "no-store")
        #expect(try first.json().objectValue?["nodes"]?.arrayValue?.count == 3)
        #expect(second.text.contains("renamed") && !second.text.contains("router-wohnzimmer"))
        #expect(last.status == 200)
        #expect(over.status == 404)
        #expect(try await house.states() == ["expired"])
    }

    @Test("only the digest is stored, and the secret is in no event, list or history", arguments: Engine.available)
    func secret(on engine: Engine) async throws {
        let house = try await House(engine, base: "https://lab.example")
        let answer = try await house.routes.post(
            "share-links", #"{"label": "x", "expires_in_hours": 1}"#, as: .editor)
        let link = try #require(try answer.json().objectValue?["link"]?.stringValue)
        let token = try #require(link.split(separator: "#").last)
        _ = try await house.open(String(token))

        #expect(answer.status == 201 && answer.header("cache-control") == "no-store")
        #expect(link == "https://lab.example/share#\(token)" && token.count == 43)
        let stored = try await house.lab.store.read { tx in
            try tx.rows("SELECT token_hash FROM share_links").map { try $0.text(0) }
                + tx.rows("SELECT payload FROM outbox").map { try $0.text(0) }
                + tx.rows("SELECT COALESCE(after_json, '') FROM audit_log").map { try $0.text(0) }
        }
        #expect(stored.count > 3)
        for text in stored { #expect(!text.contains(token)) }
        #expect(try await !house.routes.get("share-links").text.contains(token))
    }

    @Test("what is hidden stands nowhere in the answer, nor do ids of the inventory", arguments: Engine.available)
    func redacted(on engine: Engine) async throws {
        let house = try await House(engine, gone: 40)
        try await house.lab.dress([house.router], alias: .set("flur-alias"), colour: .set("pink"))
        try await house.lab.catchUp()
        let addresses = ["10.77", "10-77", "fd00"]
        let names = [
            "wohnzimmer", "fileserver", "\"lan\"", "keller", "Main", "n0te", "electrician", "Hardware", "flur-alias",
        ]
        let whole = try await house.open(house.made().token).text
        let quiet = try await house.open(house.made(#", "hide": ["addresses"]"#).token).text
        let nameless = try await house.open(house.made(#", "hide": ["names"]"#).token).text
        let silent = try await house.open(house.made(#", "hide": ["names", "addresses"]"#).token).text

        for text in [whole, quiet, nameless, silent] {
            for word in ["n0te", "electrician", ":\(house.router)", "editor@"] {
                #expect(!text.contains(word), "\(word)")
            }
        }
        for word in addresses {
            #expect(!quiet.contains(word) && !silent.contains(word), "\(word)")
        }
        for word in names { #expect(!nameless.contains(word) && !silent.contains(word), "\(word)") }
        #expect(whole.contains("flur-alias") && quiet.contains("flur-alias") && silent.contains("pink"))
        #expect(whole.contains("keller-kabel") && quiet.contains("fileserver") && nameless.contains("10.77.0.1"))
        #expect(!quiet.contains("keller"))
        #expect(silent.contains("\"number\":2") && silent.contains("fibre"))
    }

    @Test("a filter shows its part, whatever comes later", arguments: Engine.available)
    func filtered(on engine: Engine) async throws {
        let house = try await House(engine)
        let (_, token) = try await house.made(#", "filter": {"kind": ["network"]}"#)

        let part = try await house.open(token).json().objectValue
        try await house.lab.make(.hardware, ["name": "new one"])
        _ = try await house.lab.network("second")
        try await house.lab.catchUp()
        let later = try await house.open(token)

        #expect(part?["nodes"]?.arrayValue?.count == 1)
        #expect(part?["edges"]?.arrayValue?.isEmpty == true)
        #expect(part?["is_part"]?.boolValue == true)
        #expect(later.text.contains("second") && !later.text.contains("new one"))
    }

    @Test(
        "what people drew is shown as it is now, and without words where anything is hidden",
        arguments: Engine.available)
    func drawings(on engine: Engine) async throws {
        let house = try await House(engine)
        let drawings = Annotations(store: house.lab.store)
        let lan = try #require(house.lab.picture.moment?.graph.objects.first { $0.value.kind == .network }?.key)
        try await house.lab.make(
            .networkMembership, ["member_id": .integer(house.router), "network_id": .integer(lan)])
        try await house.lab.catchUp()
        let first = try await drawings.create(
            AnnotationDraft(kind: "boundary", text: "Serverschrank", colour: "teal", members: [house.router, lan]),
            on: 1,
            by: .system)
        _ = try await drawings.create(AnnotationDraft(kind: "label", text: "Keller", x: 3, y: -4), on: 1, by: .system)
        _ = try await drawings.create(AnnotationDraft(kind: "boundary", grouping: "network"), on: 1, by: .system)
        let (_, token) = try await house.made()
        func drawn(_ token: String) async throws -> (titles: [String], labels: [String], corners: [Int]) {
            let map = try await house.open(token).json().objectValue
            let boundaries = (map?["boundaries"]?.arrayValue ?? []).compactMap(\.objectValue)
            return (
                boundaries.map { $0["title"]?.stringValue ?? "" },
                (map?["labels"]?.arrayValue ?? []).compactMap { $0.objectValue?["text"]?.stringValue },
                boundaries.map { $0["corners"]?.arrayValue?.count ?? 0 }
            )
        }

        let whole = try await drawn(token)
        #expect(whole.titles == ["Serverschrank", "lan"] && whole.labels == ["Keller"])
        #expect(whole.corners.allSatisfy { $0 >= 16 })
        let quiet = try await drawn(house.made(#", "hide": ["addresses"]"#).token)
        #expect(quiet.titles == ["", "lan"] && quiet.labels.isEmpty)
        let nameless = try await drawn(house.made(#", "hide": ["names"]"#).token)
        #expect(nameless.titles == ["", ""] && nameless.labels.isEmpty)
        // Of what a filter leaves out, nothing is told: neither a title nor where it stands.
        let part = try await drawn(house.made(#", "filter": {"kind": ["storage"]}"#).token)
        #expect(part.titles.isEmpty)

        // No event of the lab says so, and the map that is kept is drawn anew all the same.
        try await drawings.delete(first.id, on: 1, expected: nil, by: .system)
        #expect(try await drawn(token).titles == ["lan"])
    }

    @Test("a query shows what it finds now; one that is no query makes no link", arguments: Engine.available)
    func queried(on engine: Engine) async throws {
        let house = try await House(engine)
        let (_, token) = try await house.made(#", "filter": {"q": "vendor:dell"}"#)
        #expect(try await house.open(token).json().objectValue?["nodes"]?.arrayValue?.count == 0)

        // The picture does not follow vendors.
        try await house.lab.change(.hardware, house.router, ["vendor": "Dell"])
        #expect(try await house.open(token).json().objectValue?["nodes"]?.arrayValue?.count == 1)

        // A link of an older version may hold words that are no query: then nothing is shown, rather than everything.
        try await house.lab.store.write { try $0.run("UPDATE share_links SET filter = '{\"q\":\"rol:x\"}'") }
        let lost = try await house.open(token)
        #expect(lost.status == 404 && lost.text.contains("Ask who sent it"))
    }

    @Test("ended, revoked, made up and cut short are told alike", arguments: Engine.available)
    func alike(on engine: Engine) async throws {
        let house = try await House(engine)
        let (_, old) = try await house.made()
        house.clock.advance(by: .seconds(90_000))
        let (id, token) = try await house.made()
        #expect(try await house.open(token).status == 200)
        #expect(try await house.routes.delete("share-links/\(id)", as: .editor).status == 204)

        var told: Set<String> = []
        for text in [old, token, String(repeating: "a", count: 43), String(token.dropLast()), "", "'; --"] {
            let answer = try await house.open(text, from: "203.0.113.77")
            #expect(answer.status == 404)
            told.insert(try answer.json().objectValue?["message"]?.stringValue ?? answer.text)
        }
        #expect(told.count == 1)
        #expect(try await house.states() == ["revoked", "expired"])
        let rows = try await house.audit()
        #expect(rows.prefix(2) == ["created by editor@example.org", "created by editor@example.org"])
        #expect(rows.contains("revoked by editor@example.org"))
        #expect(rows.filter { $0 == "unknown_link by anonymous" }.count == 4)
    }

    @Test("an address that guesses has to wait, others do not; an ended link is no guess", arguments: Engine.available)
    func guessing(on engine: Engine) async throws {
        let house = try await House(engine)
        let (id, token) = try await house.made()
        let (ended, gone) = try await house.made()
        _ = try await house.routes.delete("share-links/\(ended)", as: .editor)
        for _ in 0..<30 { #expect(try await house.open(gone).status == 404) }
        for _ in 0..<20 { #expect(try await house.open(String(repeating: "b", count: 43)).status == 404) }

        let locked = try await house.open(token)
        let neighbour = try await house.open(token, from: "203.0.113.10")
        house.clock.advance(by: .seconds(61))
        let later = try await house.open(token)

        #expect(locked.status == 429 && locked.header("retry-after") != nil)
        #expect(neighbour.status == 200)
        #expect(later.status == 200)
        #expect(id > 0)
    }

    @Test("a link lives by who made it", arguments: Engine.available)
    func maker(on engine: Engine) async throws {
        let house = try await House(engine)
        let (_, token) = try await house.made()
        func person(_ change: SQL) async throws {
            try await house.lab.store.write { tx in try tx.run(change) }
        }
        #expect(try await house.open(token).status == 200)

        try await person("UPDATE users SET is_active = 0 WHERE id = 2")
        #expect(try await house.open(token).status == 404)
        #expect(try await house.states() == ["suspended"])
        try await person("UPDATE users SET is_active = 1 WHERE id = 2")
        #expect(try await house.open(token).status == 200)
        try await person("UPDATE users SET role = 'viewer' WHERE id = 2")
        #expect(try await house.open(token).status == 404)
        try await person("DELETE FROM users WHERE id = 2")
        #expect(try await house.open(token).status == 404)
        #expect(try await house.states() == ["suspended"])
    }

    @Test("one sees and revokes one's own links, administrators everybody's", arguments: Engine.available)
    func keepers(on engine: Engine) async throws {
        let house = try await House(engine)
        let (mine, _) = try await house.made(as: .editor)
        let (theirs, _) = try await house.made(as: .admin)

        #expect(try await house.states(as: .editor).count == 1)
        #expect(try await house.states(as: .admin).count == 2)
        #expect(try await house.routes.get("share-links", as: .viewer).status == 403)
        #expect(try await house.routes.delete("share-links/\(theirs)", as: .editor).status == 404)
        #expect(try await house.routes.delete("share-links/\(mine)", as: .viewer).status == 403)
        #expect(try await house.routes.delete("share-links/\(mine)", as: .admin).status == 204)
        #expect(try await house.routes.delete("share-links/\(mine)", as: .admin).status == 204)
        #expect(try await house.routes.post("share-links", "{}", as: .viewer).status == 403)
    }

    @Test("a map that is deleted ends the links to it", arguments: Engine.available)
    func map(on engine: Engine) async throws {
        let house = try await House(engine)
        let made = try await house.routes.post("maps", #"{"name": "Attic"}"#)
        let map = try #require(try made.json().objectValue?["id"]?.integerValue)
        try await house.lab.catchUp()
        let (_, token) = try await house.made(#", "map": \#(map)"#)
        #expect(try await house.open(token).json().objectValue?["title"] == "Attic")

        #expect(try await house.routes.delete("maps/\(map)").status == 204)
        try await house.lab.catchUp()

        #expect(try await house.open(token).status == 404)
        #expect(try await house.audit().contains("revoked by admin@example.org"))
    }

    @Test("use is remembered to the hour, and the first is in the history", arguments: Engine.available)
    func used(on engine: Engine) async throws {
        let house = try await House(engine)
        let (_, token) = try await house.made()
        func last() async throws -> String? {
            let items = try await house.routes.get("share-links").json().objectValue?["items"]?.arrayValue
            return items?.first?.objectValue?["last_used_at"]?.stringValue
        }
        #expect(try await last() == nil)
        for _ in 0..<3 { _ = try await house.open(token) }
        #expect(try await last() == "2026-09-21T14:00:00.000Z")
        house.clock.advance(by: .seconds(3600))
        _ = try await house.open(token)
        #expect(try await last() == "2026-09-21T15:00:00.000Z")
        #expect(try await house.audit().filter { $0.hasPrefix("opened") }.count == 1)
    }

    @Test(
        "what cannot be is refused by field",
        arguments: [
            (#"{"label": " ", "expires_in_hours": 1}"#, "label"),
            (#"{"label": "x", "expires_in_hours": 0}"#, "expires_in_hours"),
            (#"{"label": "x", "expires_in_hours": 2161}"#, "expires_in_hours"),
            (#"{"label": "x", "expires_in_hours": 1, "hide": ["faces"]}"#, "hide"),
            (#"{"label": "x", "expires_in_hours": 1, "filter": {"kind": ["spaceship"]}}"#, "filter"),
            (#"{"label": "x", "expires_in_hours": 1, "filter": {"q": "rol:switch"}}"#, "filter"),
        ])
    func refused(_ body: String, _ field: String) async throws {
        let house = try await House(.sqlite)
        let answer = try await house.routes.post("share-links", body, as: .editor)
        #expect(answer.status == 422)
        #expect(answer.fields == [field])
        let lost = #"{"label": "x", "expires_in_hours": 1, "map": 99}"#
        #expect(try await house.routes.post("share-links", lost, as: .editor).status == 404)
    }
}
