import HTTPKit
import JSONKit
import Kernel
import Persistence

/// A list as somebody likes to see it: what it is narrowed down to, its order and its columns, under a name.
struct SavedView: Sendable, Equatable {
    let id: Int64
    let kind: String
    let name: String
    /// Everybody who may read the inventory sees it; only its owner changes it.
    let isShared: Bool
    let content: ViewContent
    let ownerID: Int64
    let owner: String
    let revision: Int64
}

/// The list itself, in the words of the API: `q`, filters by field, `sort`, and the columns in their order.
struct ViewContent: Sendable, Equatable {
    var q = ""
    var filters: [String: [String]] = [:]
    var sort: String?
    /// Nil: those the list has by itself.
    var columns: [String]?

    static let mostColumns = 60
    static let mostValues = 200

    func write(to writer: inout JSONWriter) {
        writer.member("q", q)
        writer.name("filters")
        writer.beginObject()
        for (name, values) in filters.sorted(by: { $0.key < $1.key }) {
            writer.name(name)
            writer.beginArray()
            for value in values { writer.string(value) }
            writer.endArray()
        }
        writer.endObject()
        writer.member("sort", sort)
        writer.name("columns")
        guard let columns else { return writer.null() }
        writer.beginArray()
        for column in columns { writer.string(column) }
        writer.endArray()
    }

    var text: String {
        var writer = JSONWriter()
        writer.beginObject()
        write(to: &writer)
        writer.endObject()
        return writer.text
    }

    /// What the table holds was written by `text`.
    init(stored: String) {
        guard let object = (try? JSONParser.parse(stored))?.objectValue else { return }
        q = object["q"]?.stringValue ?? ""
        sort = object["sort"]?.stringValue
        columns = object["columns"]?.arrayValue?.compactMap(\.stringValue)
        for name in object["filters"]?.objectValue?.names ?? [] {
            filters[name] = object["filters"]?.objectValue?[name]?.arrayValue?.compactMap(\.stringValue)
        }
    }

    init() {}

    /// A view that its own list could not read is not saved.
    func validated(for kind: Kind, dialect: Dialect, now: Instant) throws {
        var items = filters.flatMap { name, values in values.map { (name: name, value: $0) } }
        guard items.count <= Self.mostValues, columns?.count ?? 0 <= Self.mostColumns else {
            throw AppError(
                .invalid, "The view was not saved.",
                fields: ["columns": "At most \(Self.mostColumns) columns and \(Self.mostValues) values of filters."])
        }
        if !q.isEmpty { items.append((name: "q", value: q)) }
        if let sort { items.append((name: "sort", value: sort)) }
        if let reserved = filters.keys.first(where: ListQuery.reserved.contains) {
            throw AppError(.invalid, "The view was not saved.", fields: ["filters": "“\(reserved)” is no filter."])
        }
        _ = try ListQuery(kind, items, dialect: dialect, now: now)
        let odd = columns?.first { $0.isEmpty || $0.count > 80 || $0.unicodeScalars.contains { $0.value < 32 } }
        if odd != nil {
            throw AppError(
                .invalid, "The view was not saved.", fields: ["columns": "Use names of 1 to 80 characters."])
        }
    }
}

extension SavedView: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "kind", shape: .string, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "is_shared", shape: .boolean, isRequired: true),
        .init(name: "owner", shape: .string, isRequired: true),
        .init(name: "owner_id", shape: .integer, isRequired: true),
        .init(name: "q", shape: .string, isRequired: true),
        .init(name: "filters", shape: .map(.array(.string)), isRequired: true),
        .init(name: "sort", shape: .nullable(.string), isRequired: true),
        .init(name: "columns", shape: .nullable(.array(.string)), isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("kind", kind)
        writer.member("name", name)
        writer.member("is_shared", isShared)
        writer.member("owner", owner)
        writer.member("owner_id", ownerID)
        content.write(to: &writer)
        writer.member("revision", revision)
        writer.endObject()
    }
}

struct ViewDraft: JSONBody {
    var kind: String
    var name: String
    var isShared: Bool?
    var q: String?
    var filters: [String: [String]]?
    var sort: String?
    var columns: [String]?

    var content: ViewContent {
        var content = ViewContent()
        content.q = q ?? ""
        content.filters = filters ?? [:]
        content.sort = sort
        content.columns = columns
        return content
    }
}

struct ViewPatch: JSONBody {
    var name: Change<String>
    var isShared: Change<Bool>
    var q: Change<String>
    var filters: Change<[String: [String]]>
    var sort: Change<String?>
    var columns: Change<[String]?>

    func content(after before: ViewContent) -> ViewContent {
        var content = before
        content.q = q.applied(to: before.q)
        content.filters = filters.applied(to: before.filters)
        content.sort = sort.applied(to: before.sort)
        content.columns = columns.applied(to: before.columns)
        return content
    }
}

/// `views.view.created`, `.changed`, `.deleted`. It is no news for anybody else's page.
struct ViewEvent: Event {
    enum Verb: String { case created, changed, deleted }

    let verb: Verb
    let view: SavedView
    var before: SavedView?

    var subject: String { "views.view.\(verb.rawValue)" }

    var audit: AuditEntry {
        AuditEntry(
            verb.rawValue, severity: .info, entity: "list_view", id: view.id, name: view.name,
            before: verb == .deleted ? view.jsonText : before?.jsonText, after: verb == .deleted ? nil : view.jsonText)
    }

    func writePayload(to writer: inout JSONWriter) { view.write(to: &writer) }
}
