import JSONKit
import Kernel
import Persistence

/// What a client sent of an object, read field by field. Every problem is kept, so that a form shows all at once.
struct Draft {
    private(set) var values: [String: SQLValue] = [:]
    /// Nil leaves them as they are.
    private(set) var tags: [String]?
    private(set) var custom: JSONObject?
    private(set) var problems: [String: String] = [:]

    static let mostTags = 50
    /// Members of an answer that a client may send back; they are not for it to set.
    private static let readOnly: Set<String> = [
        "id", "kind", "revision", "source", "sources", "created_at", "updated_at", "deleted_at", "deleted_by",
        "deleted_with",
    ]

    init(_ object: JSONObject, of kind: Kind, in tx: any Session) throws {
        for (name, value) in object.members {
            if let field = kind.field(name) {
                read(field, value)
            } else if name == "tags" {
                readTags(value)
            } else if name == "custom" {
                readCustom(value)
            } else if !Self.readOnly.contains(name) {
                try readName(name, value, beside: object, of: kind, in: tx)
            }
        }
    }

    private mutating func read(_ field: Field, _ value: JSONValue) {
        do throws(FieldProblem) {
            values[field.name] = try field.read(value)
        } catch {
            problems[field.name] = error.reason
        }
    }

    private mutating func readTags(_ value: JSONValue) {
        if value.isNull { return tags = [] }
        guard let items = value.arrayValue else { return problems["tags"] = "Use a list of names." }
        guard items.count <= Self.mostTags else { return problems["tags"] = "At most \(Self.mostTags) tags." }
        var names: [String] = []
        for item in items {
            guard let text = item.stringValue, case .text(let name)? = try? Field.text("tag", "Tag").upTo(60).read(item)
            else { return problems["tags"] = "A tag is a text of 1 to 60 characters." }
            _ = text
            if !names.contains(where: { NameKey.of($0) == NameKey.of(name) }) { names.append(name) }
        }
        tags = names
    }

    private mutating func readCustom(_ value: JSONValue) {
        if value.isNull { return custom = JSONObject() }
        guard let object = value.objectValue else { return problems["custom"] = "Use an object of names and values." }
        custom = object
    }

    /// `rack_name` without `rack_id`: the object of that name. Beside the id it is an answer sent back.
    private mutating func readName(
        _ member: String, _ value: JSONValue, beside object: JSONObject, of kind: Kind, in tx: any Session
    ) throws {
        for field in kind.references {
            if member == field.stem + "_kind" { return }
            guard member == field.stem + "_name" else { continue }
            guard object[field.name] == nil else { return }
            guard case .text(let name)? = try? Field.text(member, "").read(value) else {
                values[field.name] = .null
                return
            }
            return try resolve(name, for: field, kindName: object[field.stem + "_kind"]?.stringValue, in: tx)
        }
        problems[member] = "There is no such field."
    }

    private mutating func resolve(_ name: String, for field: Field, kindName: String?, in tx: any Session) throws {
        let targets = (field.targets ?? []).filter { kindName == nil || $0 == kindName }
        var kinds: SQL = "''"
        for target in targets { kinds = "\(kinds), \(target)" }
        func called(_ condition: SQL) throws -> [Int64] {
            try tx.rows(
                """
                SELECT id FROM objects WHERE kind IN (\(kinds)) AND name_key = \(NameKey.of(name))
                    AND deleted_at IS NULL AND \(condition)
                ORDER BY id LIMIT 2
                """
            ).map { try $0.get("id") }
        }
        var found = try called("1 = 1")
        if found.count > 1, targets == ["interface"], let holder = values["holder_id"], holder != .null {
            // Every device has its own eth0: the one of the device that is named before it is meant.
            found = try called("id IN (SELECT t.id FROM interfaces t WHERE t.holder_id = \(holder))")
        }
        switch found.count {
        case 1: values[field.name] = .integer(found[0])
        case 0: problems[field.name] = "Nothing is called “\(name.prefix(60))”."
        default: problems[field.name] = "Several are called “\(name.prefix(60))”; use the id."
        }
    }
}
