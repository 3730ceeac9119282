import JSONKit
import Kernel
import Persistence

/// Values people add to any object. With a definition of that name they are checked, without one they are free.
enum CustomValues {
    static let most = 50
    static let longest = 2_000

    static func check(_ custom: JSONObject, of kind: Kind, in tx: any Session) throws -> (JSONObject, String?) {
        guard custom.count <= most else { return (custom, "At most \(most) custom values.") }
        let definitions = custom.isEmpty ? [:] : try definitions(of: kind, in: tx)
        var checked = JSONObject()
        for (name, value) in custom.members {
            let key = name.trimmed
            guard !key.isEmpty, key.count <= 60,
                !key.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
            else { return (custom, "A name has 1 to 60 characters.") }
            if value.isNull || value == "" { continue }
            do throws(FieldProblem) {
                if let definition = definitions[NameKey.of(key)] {
                    checked[key] = try definition.read(value)
                } else {
                    checked[key] = try free(value)
                }
            } catch {
                return (custom, "\(key): \(error.reason)")
            }
        }
        return (checked, nil)
    }

    private static func free(_ value: JSONValue) throws(FieldProblem) -> JSONValue {
        switch value {
        case .string, .integer, .number, .bool:
            guard value.text.utf8.count <= longest else { throw FieldProblem("At most \(longest) bytes.") }
            if value.stringValue?.unicodeScalars.contains("\0") == true { throw FieldProblem("NUL is not allowed.") }
            return value
        default: throw FieldProblem("Use a text, a number or true and false, not \(value.kindName).")
        }
    }

    private static func definitions(of kind: Kind, in tx: any Session) throws -> [String: Definition] {
        let rows = try tx.rows(
            """
            SELECT o.name_key, f.type, f.choices FROM custom_fields f JOIN objects o ON o.id = f.id
            WHERE o.deleted_at IS NULL AND (f.for_kind IS NULL OR f.for_kind = \(kind.name)) ORDER BY f.for_kind LIMIT 500
            """)
        var found: [String: Definition] = [:]
        for row in rows {
            let definition = Definition(
                type: try row.get("type"), choices: choices(try row.optional("choices") ?? ""))
            found[try row.get("name_key")] = definition
        }
        return found
    }

    static func choices(_ text: String) -> [String] {
        text.split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
    }

    static let checkDefinition: @Sendable (inout Checkup) throws -> Void = { checkup in
        let choices = choices(checkup.text("choices") ?? "")
        if checkup.text("type") == "choice", choices.isEmpty {
            checkup.refuse("choices", "Name at least one choice.")
        }
    }

    private struct Definition {
        let type: String
        let choices: [String]

        func read(_ value: JSONValue) throws(FieldProblem) -> JSONValue {
            let field: Field =
                switch type {
                case "integer": .integer("value", "", Int.min...Int.max)
                case "number": Field("value", "", .number)
                case "boolean": .boolean("value", "")
                case "date": Field("value", "", .date)
                case "url": Field("value", "", .url)
                case "choice": Field("value", "", .choice(choices))
                default: Field.longText("value", "").upTo(CustomValues.longest)
                }
            // Forms send texts.
            let typed = if let text = value.stringValue { try field.json(fromCell: text) } else { value }
            return field.json(try field.read(typed))
        }
    }
}
