import HTTPKit
import JSONKit
import Kernel

/// What the OpenAPI document says of a kind, out of its field table.
extension Kind {
    /// `compute_unit` → `ComputeUnit`.
    var componentName: String { name.split(separator: "_").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined() }

    var shape: JSONShape {
        var fields: [JSONShape.Field] = [
            .init(name: "id", shape: .integer, isRequired: true),
            .init(name: "kind", shape: .choice([name]), isRequired: true),
            .init(name: "name", shape: .string, isRequired: true),
            .init(name: "revision", shape: .integer, isRequired: true),
            .init(name: "status", shape: .nullable(.choice(Kind.statuses)), isRequired: true),
            .init(name: "owner", shape: .nullable(.string), isRequired: true),
            .init(name: "icon", shape: .nullable(.string), isRequired: true),
            .init(name: "notes", shape: .nullable(.string), isRequired: true, summary: "Markdown."),
            .init(
                name: "source", shape: .string, isRequired: true, summary: "Who documented it: person, import, self …"),
            .init(
                name: "sources", shape: .map(.string), isRequired: true,
                summary: "Of the fields that another source than that of the object wrote."),
            .init(name: "tags", shape: .array(.string), isRequired: true),
            .init(name: "custom", shape: .map(.any), isRequired: true),
            .init(name: "created_at", shape: .format("date-time"), isRequired: true),
            .init(name: "updated_at", shape: .format("date-time"), isRequired: true),
            .init(name: "deleted_at", shape: .format("date-time"), isRequired: false),
            .init(name: "deleted_by", shape: .nullable(.string), isRequired: false),
            .init(name: "deleted_with", shape: .nullable(.integer), isRequired: false),
        ]
        for field in self.fields {
            fields.append(
                .init(name: field.name, shape: .nullable(field.shape), isRequired: true, summary: field.label))
            guard let targets = field.targets else { continue }
            fields.append(.init(name: field.stem + "_name", shape: .nullable(.string), isRequired: true))
            if targets.count > 1 {
                fields.append(.init(name: field.stem + "_kind", shape: .nullable(.choice(targets)), isRequired: true))
            }
        }
        return .object(fields)
    }

    var draftShape: JSONShape { .object(draftFields(areRequired: true)) }
    var patchShape: JSONShape { .object(draftFields(areRequired: false)) }

    private func draftFields(areRequired: Bool) -> [JSONShape.Field] {
        let own = allFields.map { field -> JSONShape.Field in
            let isRequired = areRequired && field.isRequired && field.fallback == nil
            let shape = isRequired ? field.shape : .nullable(field.shape)
            return .init(name: field.name, shape: shape, isRequired: isRequired, summary: field.help ?? field.label)
        }
        return own + [
            .init(name: "tags", shape: .array(.text(minimum: 1, maximum: 60)), isRequired: false),
            .init(name: "custom", shape: .map(.any), isRequired: false),
        ]
    }

    /// The parameters of a list of the kind.
    var listParameters: [QueryField] {
        let fixed = [
            QueryField("q", .text(minimum: nil, maximum: ObjectQuery.longest), ObjectQuery.summary),
            QueryField(
                "sort", .choice(ListOrder.names(of: self).flatMap { [$0, "-" + $0] }), "The order; with - downwards."),
            QueryField("limit", .range(minimum: 1, maximum: ListQuery.longestPage), "Items on a page, 50 if left out."),
            QueryField("cursor", .string, "`next` of the page before."),
            QueryField("count", .boolean, "Also say how many there are in all."),
            QueryField("trash", .boolean, "What was deleted instead of what is there."),
            QueryField("tag", .string, "Has this tag; given twice, has both."),
            QueryField("source", .string, "Who documented it."),
        ]
        return fixed
            + allFields.filter(\.isFilterable).map { field in
                QueryField(field.name, field.filterShape, "\(field.label) is this; empty: has none.")
            }
    }
}

extension Field {
    var shape: JSONShape {
        switch type {
        case .text, .longText, .ports: .text(minimum: nil, maximum: maxLength)
        case .integer:
            if let minimum, let maximum { .range(minimum: minimum, maximum: maximum) } else { .integer }
        case .reference: .range(minimum: 1, maximum: Int(Int64.max))
        case .number: .number
        case .boolean: .boolean
        case .choice(let choices): .choice(choices)
        case .url: .format("uri")
        case .date: .format("date")
        case .ip, .cidr, .mac, .color: .string
        }
    }

    /// In a query an empty text is a value as well: it means none.
    var filterShape: JSONShape {
        switch type {
        case .integer, .reference: .integer
        case .number: .number
        case .boolean: .boolean
        case .choice(let choices): .choice(choices)
        default: .string
        }
    }
}
