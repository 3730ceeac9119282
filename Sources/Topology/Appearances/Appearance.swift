import HTTPKit
import Inventory
import JSONKit
import Kernel
import Persistence

/// How one map shows an object: under another name, in another colour, with another icon. Nil is as everywhere else. The
/// object itself does not change.
struct Appearance: Sendable, Equatable {
    var alias: String?
    var colour: Annotation.Colour?
    /// One of our icons, or one that people brought (`upload-7`).
    var icon: String?
    /// Of the row: 0 where there is none. It counts on when nothing is left of the rest.
    var revision: Int64 = 0

    var isPlain: Bool { alias == nil && colour == nil && icon == nil }

    /// Members of a JSON object that is open. What is not said is left out.
    func writeMembers(to writer: inout JSONWriter) {
        if let alias { writer.member("alias", alias) }
        if let colour { writer.member("colour", colour.rawValue) }
        if let icon { writer.member("icon", icon) }
        writer.member("revision", revision)
    }

    static let members: [JSONShape.Field] = [
        .init(name: "alias", shape: .string, isRequired: false, summary: "Shown in place of the name."),
        .init(name: "colour", shape: .choice(Annotation.Colour.allCases.map(\.rawValue)), isRequired: false),
        .init(name: "icon", shape: .string, isRequired: false, summary: "One of ours, or `upload-ID`."),
        .init(name: "revision", shape: .integer, isRequired: true),
    ]
}

/// The same with whose it is.
struct DressedNode: Sendable, Equatable, JSONAnswer {
    let id: Int64
    /// The object's own name, for the audit trail.
    var name: String?
    let appearance: Appearance

    static let shape: JSONShape = .object(
        [.init(name: "id", shape: .integer, isRequired: true)] + Appearance.members)

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        appearance.writeMembers(to: &writer)
        writer.endObject()
    }
}

/// What to change of how a map shows some objects.
struct AppearancesPatch: JSONBody {
    /// What an item leaves out stays; null takes it away.
    struct Item: Decodable, Sendable {
        var id: Int64
        var alias: Change<String?>
        var colour: Change<String?>
        var icon: Change<String?>
        /// The one that was seen: refused where somebody else was faster. 0 where there was none.
        var revision: Int64?
    }

    var items: [Item]

    /// In one request.
    static let most = 500
}

/// One item, checked.
struct AppearanceChange: Sendable {
    static let longestAlias = 120

    let id: Int64
    let alias: Change<String?>
    let colour: Change<Annotation.Colour?>
    let icon: Change<String?>
    let revision: Int64?

    func applied(to before: Appearance) -> Appearance {
        Appearance(
            alias: alias.applied(to: before.alias), colour: colour.applied(to: before.colour),
            icon: icon.applied(to: before.icon), revision: before.revision)
    }

    /// By id, the last word on each; every problem by its field.
    static func all(_ patch: AppearancesPatch) throws -> [Int64: AppearanceChange] {
        var problems: [String: String] = [:]
        if patch.items.isEmpty { problems["items"] = "Name at least one object." }
        if patch.items.count > AppearancesPatch.most { problems["items"] = "At most \(AppearancesPatch.most) at once." }
        var changes: [Int64: AppearanceChange] = [:]
        for item in patch.items { changes[item.id] = AppearanceChange(item, &problems) }
        guard problems.isEmpty else { throw Self.refusal(problems) }
        return changes
    }

    static func refusal(_ problems: [String: String]) -> AppError {
        AppError(.invalid, "The map was not changed.", fields: problems)
    }

    private init(_ item: AppearancesPatch.Item, _ problems: inout [String: String]) {
        id = item.id
        revision = item.revision
        alias = Self.alias(item.alias, &problems)
        icon = Self.icon(item.icon, &problems)
        switch item.colour {
        case .keep: colour = .keep
        case .set(nil): colour = .set(nil)
        case .set(let word?):
            colour = .set(Annotation.Colour(rawValue: word))
            if Annotation.Colour(rawValue: word) == nil {
                let words = Annotation.Colour.allCases.map(\.rawValue).joined(separator: ", ")
                problems["colour"] = "Use one of \(words)."
            }
        }
    }

    /// An empty alias is none.
    private static func alias(_ change: Change<String?>, _ problems: inout [String: String]) -> Change<String?> {
        guard case .set(let text?) = change else { return change }
        let written = MapText(text, longest: longestAlias)
        switch written.problem {
        case .tooLong: problems["alias"] = "Use at most \(longestAlias) characters."
        case .hidden: problems["alias"] = MapText.controls
        case nil: break
        }
        return .set(written.isBlank ? nil : written.line)
    }

    private static func icon(_ change: Change<String?>, _ problems: inout [String: String]) -> Change<String?> {
        guard case .set(let name?) = change else { return change }
        if name.isEmpty { return .set(nil) }
        if ExportIcons.paths[name] == nil, IconShelf.id(of: name) == nil { problems["icon"] = noSuchIcon }
        return change
    }

    static let noSuchIcon = "There is no such icon. Choose one of the list."
}

/// `topology.appearances.changed`: how one map shows some nodes now.
struct AppearancesChanged: Event {
    let map: SavedMap
    let before: [DressedNode]
    let nodes: [DressedNode]

    var subject: String { "topology.appearances.changed" }

    var audit: AuditEntry {
        AuditEntry(
            "appearance_changed", entity: "map", id: map.id, name: map.name, before: Self.record(before),
            after: Self.record(nodes))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("map", map.id)
        writer.name("appearances")
        writer.beginArray()
        for node in nodes { node.write(to: &writer) }
        writer.endArray()
        writer.endObject()
    }

    private static func record(_ nodes: [DressedNode]) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("objects")
        writer.beginArray()
        for node in nodes {
            writer.beginObject()
            writer.member("id", node.id)
            if let name = node.name { writer.member("name", name) }
            node.appearance.writeMembers(to: &writer)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.text
    }
}
