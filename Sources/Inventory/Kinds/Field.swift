/// One field of a kind. A table of these drives the columns, the JSON, the checks, the filters, the CSV, the OpenAPI
/// document and, through `GET /kinds`, the forms of the web interface. See ADR 0019.
package struct Field: Sendable, Equatable {
    package enum ValueType: Sendable, Equatable {
        /// One line; `longText` may have several.
        case text, longText
        case integer, number, boolean
        case choice([String])
        /// The id of a living object of one of these kinds.
        case reference([String])
        case ip, cidr, mac, url
        /// `2026-11-24` (RFC 3339 full-date).
        case date
        /// `443/tcp, 53/udp, 10.0.0.5:8080/tcp`, in that form.
        case ports
        /// `#1e90ff`.
        case color
    }

    /// What happens to an object when what it refers to is deleted.
    package enum OnDelete: String, Sendable {
        /// It is deleted as well.
        case cascade
        /// It stays and no longer refers to it.
        case clear
        /// Nothing is deleted while this refers to it.
        case restrict
    }

    package let name: String
    package let label: String
    package let type: ValueType
    package private(set) var isRequired = false
    package private(set) var isListed = false
    package private(set) var group = "General"
    package private(set) var help: String?
    package private(set) var unit: String?
    package private(set) var minimum: Int?
    package private(set) var maximum: Int?
    /// In characters.
    package private(set) var maxLength: Int?
    package private(set) var suggestions: [String] = []
    package private(set) var onDelete = OnDelete.clear
    /// What a new object has when nothing was said.
    package private(set) var fallback: String?

    package init(_ name: String, _ label: String, _ type: ValueType) {
        self.name = name
        self.label = label
        self.type = type
        switch type {
        case .text: maxLength = 200
        case .longText: maxLength = 20_000
        case .url: maxLength = 2_000
        case .ports: maxLength = 2_000
        default: break
        }
    }
}

extension Field {
    package static func text(_ name: String, _ label: String) -> Field { Field(name, label, .text) }
    package static func longText(_ name: String, _ label: String) -> Field { Field(name, label, .longText) }
    package static func integer(_ name: String, _ label: String, _ range: ClosedRange<Int>) -> Field {
        var field = Field(name, label, .integer)
        field.minimum = range.lowerBound
        field.maximum = range.upperBound
        return field
    }
    package static func number(_ name: String, _ label: String, _ range: ClosedRange<Int>) -> Field {
        var field = Field(name, label, .number)
        field.minimum = range.lowerBound
        field.maximum = range.upperBound
        return field
    }
    package static func boolean(_ name: String, _ label: String) -> Field { Field(name, label, .boolean) }
    package static func choice(_ name: String, _ label: String, _ choices: String...) -> Field {
        Field(name, label, .choice(choices))
    }
    package static func reference(_ name: String, _ label: String, to kinds: String..., onDelete: OnDelete) -> Field {
        var field = Field(name, label, .reference(kinds))
        field.onDelete = onDelete
        field.group = "Relations"
        return field
    }

    package var required: Field { with { $0.isRequired = true } }
    /// Shown in lists without being asked for.
    package var listed: Field { with { $0.isListed = true } }
    package func of(_ group: String) -> Field { with { $0.group = group } }
    package func help(_ text: String) -> Field { with { $0.help = text } }
    package func unit(_ text: String) -> Field { with { $0.unit = text } }
    package func upTo(_ characters: Int) -> Field { with { $0.maxLength = characters } }
    package func suggesting(_ values: String...) -> Field { with { $0.suggestions = values } }
    package func initially(_ value: String) -> Field { with { $0.fallback = value } }

    private func with(_ change: (inout Field) -> Void) -> Field {
        var copy = self
        change(&copy)
        return copy
    }

    /// The kinds a reference may point to; nil for other fields.
    package var targets: [String]? {
        if case .reference(let kinds) = type { kinds } else { nil }
    }

    /// `rack_id` → `rack`: what the members `rack_name` and `rack_kind` are called after.
    package var stem: String { name.hasSuffix("_id") ? String(name.dropLast(3)) : name }

    /// Columns beside the field's own that hold its fixed-width sort keys (32 hexadecimal digits, see NetAddress).
    package var keyColumns: [String] {
        switch type {
        case .ip: ["\(name)_key"]
        case .cidr: ["\(name)_lower", "\(name)_upper"]
        default: []
        }
    }
}
