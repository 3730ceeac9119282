import HTTPKit
import HTTPTypes
import Inventory
import JSONKit
import Kernel

/// A link by which people without an account see one map, read only, until it ends. It lives by who made it: it works
/// while that person may share maps, and shows the map as it is now, not as it was.
struct ShareLink: Sendable, Equatable {
    enum State: String, Sendable, CaseIterable {
        case active, expired, revoked
        /// Who made it may not share maps any more.
        case suspended
    }

    let id: Int64
    /// For those who keep the links; never shown to who opens one.
    let label: String
    let mapID: Int64
    let mapName: String
    let filter: ShareFilter
    let redaction: Redaction
    /// Whose rights it lives by; nil for one made with `CB_API_TOKEN`.
    let makerID: Int64?
    let madeBy: String
    let createdAt: Instant
    let expiresAt: Instant
    let revokedAt: Instant?
    /// To the hour.
    let lastUsedAt: Instant?

    /// `sharers`: everybody who may share maps by now.
    func state(at now: Instant, sharers: Set<Int64>) -> State {
        if revokedAt != nil { return .revoked }
        if expiresAt <= now { return .expired }
        if let makerID, !sharers.contains(makerID) { return .suspended }
        return .active
    }
}

/// The part of the map that is shown, as the page's own filter says it.
struct ShareFilter: Decodable, Sendable, Equatable {
    var kind: [String]?
    var role: [String]?
    var environment: [String]?
    var tag: [String]?
    var status: [String]?
    var q: String?

    private var facets: [(name: StaticString, values: [String])] {
        [
            ("kind", kind ?? []), ("role", role ?? []), ("environment", environment ?? []), ("tag", tag ?? []),
            ("status", status ?? []), ("q", q.map { [$0] } ?? []),
        ].filter { $0.values.contains { !$0.isEmpty } }
    }

    /// As a query says it.
    var items: [(name: String, value: String)] {
        facets.flatMap { facet in facet.values.filter { !$0.isEmpty }.map { ("\(facet.name)", $0) } }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, values) in facets {
            if "\(name)" == "q" { writer.member(name, values.first) } else { writer.member(name, values) }
        }
        writer.endObject()
    }

    static let shape: JSONShape = .object(
        ["kind", "role", "environment", "tag", "status"].map {
            .init(name: $0, shape: .array(.string), isRequired: false)
        } + [.init(name: "q", shape: .string, isRequired: false)])
}

extension ShareFilter {
    /// As it is stored.
    var text: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }

    init(stored text: String) throws {
        let object = try JSONParser.parse(Array(text.utf8)).objectValue
        func list(_ name: String) -> [String]? { object?[name]?.arrayValue?.compactMap(\.stringValue) }
        self.init(
            kind: list("kind"), role: list("role"), environment: list("environment"), tag: list("tag"),
            status: list("status"), q: object?["q"]?.stringValue)
    }
}

/// What is said of a new link.
struct ShareLinkDraft: JSONBody {
    var label: String
    /// Without it, the first map.
    var map: Int64?
    var filter: ShareFilter?
    var expiresInHours: Int
    /// `addresses`, `names`, or both.
    var hide: [String]?

    static let longestLabel = 120
    /// Ninety days.
    static let mostHours = 2_160
    static let mostValues = 200

    func validated(by matches: QueryMatches) async throws -> (label: String, redaction: Redaction) {
        var problems: [String: String] = [:]
        let label = ExportText.line(label, longest: Self.longestLabel + 1)
        if label.isEmpty || label.unicodeScalars.count > Self.longestLabel {
            problems["label"] = "Say in 1 to \(Self.longestLabel) characters who it is for."
        }
        if !(1...Self.mostHours).contains(expiresInHours) {
            problems["expires_in_hours"] = "A link works from 1 to \(Self.mostHours) hours (90 days)."
        }
        let redaction = Redaction((hide ?? []).joined(separator: ","))
        if redaction == nil { problems["hide"] = "Use addresses, names, or both." }
        let items = filter?.items ?? []
        if items.count > Self.mostValues || items.contains(where: { $0.value.count > TopologyFilter.longestText }) {
            problems["filter"] =
                "A filter has at most \(Self.mostValues) values of \(TopologyFilter.longestText) characters."
        } else {
            do { _ = try await TopologyFilter(items, by: matches) } catch {
                guard let error = error as? AppError, error.kind == .invalid else { throw error }
                problems["filter"] = error.fields["q"] ?? "The map cannot be filtered like this."
            }
        }
        guard problems.isEmpty, let redaction else {
            throw AppError(.invalid, "The link was not made.", fields: problems)
        }
        return (label, redaction)
    }
}

/// What a page sends that was opened by a link.
struct ShareKey: JSONBody {
    var token: Secret<String>
}

/// A link as those who keep it see it.
struct ShownShareLink: JSONAnswer {
    let link: ShareLink
    let state: ShareLink.State

    static let shape: JSONShape = .object(members)
    fileprivate static let members: [JSONShape.Field] = [
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "label", shape: .string, isRequired: true),
        .init(name: "map", shape: .integer, isRequired: true),
        .init(name: "map_name", shape: .string, isRequired: true),
        .init(name: "filter", shape: ShareFilter.shape, isRequired: true),
        .init(name: "hide", shape: .array(.choice(["addresses", "names"])), isRequired: true),
        .init(name: "state", shape: .choice(ShareLink.State.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "made_by", shape: .string, isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
        .init(
            name: "last_used_at", shape: .nullable(.format("date-time")), isRequired: true, summary: "To the hour."),
    ]

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    fileprivate func writeMembers(to writer: inout JSONWriter) {
        link.writeMembers(to: &writer)
        writer.member("state", state.rawValue)
        writer.member("last_used_at", milliseconds: link.lastUsedAt?.milliseconds)
    }
}

/// The same right after it was made, with the address to hand over.
struct MadeShareLink: JSONAnswer {
    let shown: ShownShareLink
    let link: Secret<String>

    static let shape: JSONShape = .object(
        ShownShareLink.members + [
            .init(name: "link", shape: .string, isRequired: true, summary: "Shown only in this answer.")
        ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        shown.writeMembers(to: &writer)
        writer.member("link", link.reveal())
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

extension Redaction {
    var words: [String] { (hidesAddresses ? ["addresses"] : []) + (hidesNames ? ["names"] : []) }
}

extension ShareLink {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("label", label)
        writer.member("map", mapID)
        writer.member("map_name", mapName)
        writer.name("filter")
        filter.write(to: &writer)
        writer.member("hide", redaction.words)
        writer.member("made_by", madeBy)
        writer.member("created_at", milliseconds: createdAt.milliseconds)
        writer.member("expires_at", milliseconds: expiresAt.milliseconds)
    }

    func writeRecord(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("revoked_at", milliseconds: revokedAt?.milliseconds)
        writer.endObject()
    }

    var record: String {
        var writer = JSONWriter()
        writeRecord(to: &writer)
        return writer.text
    }
}
