import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// What an import did, or would do.
struct ImportResult: JSONAnswer {
    enum Action: String, Sendable {
        case create, change, unchanged, error
    }

    struct Row: Sendable {
        let number: Int
        var action: Action
        var id: Int64?
        var name: String?
        var change: ObjectChange?
        var problems: [String: String] = [:]
        /// Another row may take away what stood in the way.
        var mayComeRight = false
    }

    var rows: [Row]

    func count(_ action: Action) -> Int { rows.count { $0.action == action } }

    static let shape = JSONShape.object([
        .init(name: "created", shape: .integer, isRequired: true),
        .init(name: "changed", shape: .integer, isRequired: true),
        .init(name: "unchanged", shape: .integer, isRequired: true),
        .init(name: "errors", shape: .integer, isRequired: true),
        .init(name: "rows", shape: .array(rowShape), isRequired: true),
    ])

    private static let rowShape = JSONShape.object([
        .init(name: "row", shape: .integer, isRequired: true),
        .init(name: "action", shape: .choice(["create", "change", "unchanged", "error"]), isRequired: true),
        .init(name: "id", shape: .nullable(.integer), isRequired: true),
        .init(name: "name", shape: .nullable(.string), isRequired: true),
        .init(
            name: "changes",
            shape: .map(
                .object([
                    .init(name: "from", shape: .any, isRequired: true),
                    .init(name: "to", shape: .any, isRequired: true),
                ])), isRequired: true),
        .init(name: "problems", shape: .map(.string), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    private func writeMembers(to writer: inout JSONWriter) {
        writer.member("created", count(.create))
        writer.member("changed", count(.change))
        writer.member("unchanged", count(.unchanged))
        writer.member("errors", count(.error))
        writer.name("rows")
        rows.write(to: &writer)
    }

    /// 200, or 422 when it was meant and rows have problems: a script must not take that for done.
    func reply(isDry: Bool, more: (inout JSONWriter) -> Void = { _ in }) -> Reply {
        let errors = count(.error)
        var writer = JSONWriter(capacity: 1_024)
        writer.beginObject()
        guard errors > 0, !isDry else {
            writeMembers(to: &writer)
            more(&writer)
            writer.endObject()
            return Reply(json: writer)
        }
        writer.member("code", AppError.Kind.invalid.rawValue)
        let (verb, noun) = errors == 1 ? ("has", "row") : ("have", "rows")
        writer.member("message", "Nothing was imported: \(errors) \(noun) \(verb) problems.")
        writer.name("fields")
        writer.beginObject()
        writer.endObject()
        writeMembers(to: &writer)
        more(&writer)
        writer.endObject()
        return Reply(json: writer, status: .unprocessableContent)
    }
}

extension ImportResult.Row: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("row", number)
        writer.member("action", action.rawValue)
        writer.member("id", id)
        writer.member("name", name)
        writer.name("changes")
        writer.beginObject()
        for (name, value) in change?.after.members ?? [] {
            writer.name(name)
            writer.beginObject()
            writer.member("from", change?.before[name] ?? .null)
            writer.member("to", value)
            writer.endObject()
        }
        writer.endObject()
        writer.member("problems", sorted: problems)
        writer.endObject()
    }
}
