import Kernel
import Persistence

/// What a reference points to must be there, be of a kind the field takes, and not be in the trash.
enum References {
    static func check(_ checkup: inout Checkup) throws {
        for field in checkup.kind.references {
            guard let id = checkup.integer(field.name),
                checkup.id == nil || checkup[field.name] != checkup.before[field.name]
            else { continue }
            guard let kind = try ObjectStore.kind(of: id, in: checkup.tx) else {
                checkup.refuse(field.name, "There is no object \(id).")
                continue
            }
            let targets = field.targets ?? []
            guard targets.contains(kind.name) else {
                let labels = targets.compactMap { Kind.named($0)?.label.lowercased() }
                checkup.refuse(
                    field.name, "\(kind.label) \(id) does not fit here; use \(labels.joined(separator: " or ")).")
                continue
            }
            if checkup.id == id { checkup.refuse(field.name, "It cannot refer to itself.") }
        }
    }
}

/// What only one living object may be called or hold. Writers follow one another, so looking first is safe.
enum Uniqueness {
    static func check(_ checkup: Checkup) throws {
        if checkup.kind.isNameUnique, checkup.isChanged("name"), let name = checkup.text("name") {
            try refuse(checkup, "o.name_key = \(NameKey.of(name))", field: "name")
        }
        let shared = checkup.kind.rules.shared
        for fields in checkup.kind.rules.unique {
            let told = fields + (shared.map { [$0.field, $0.by] } ?? [])
            guard checkup.id == nil || told.contains(where: { checkup[$0] != checkup.before[$0] ?? .null }) else {
                continue
            }
            var conditions = fields.map { isAlike($0, checkup) }
            if let shared, checkup.text(shared.field) == shared.value {
                let other: SQL = "COALESCE(\(.trusted("t." + shared.field)), '') <> \(shared.value)"
                conditions.append("(\(other) OR \(isAlike(shared.by, checkup)))")
            }
            try refuse(checkup, .all(conditions), field: fields[0])
        }
    }

    private static func isAlike(_ name: String, _ checkup: Checkup) -> SQL {
        let column: SQL = name == "name" ? "o.name" : .trusted("t.\(name)")
        let value = checkup[name]
        return value == .null ? "\(column) IS NULL" : "\(column) = \(value)"
    }

    private static func refuse(_ checkup: Checkup, _ condition: SQL, field: String) throws {
        let kind = checkup.kind
        let query: SQL =
            """
            SELECT o.id, o.name FROM objects o JOIN \(.trusted(kind.table)) t ON t.id = o.id
            WHERE o.kind = \(kind.name) AND o.deleted_at IS NULL AND o.id <> \(checkup.id ?? 0) AND \(condition) LIMIT 1
            """
        guard let row = try checkup.tx.rows(query).first else { return }
        let holder = ObjectReference(kind: kind.name, id: try row.get("id"), name: try row.get("name"))
        throw AppError(
            .conflict, "\(kind.label) “\(holder.name)” exists already.", fields: [field: "Taken by “\(holder.name)”."],
            holders: [holder])
    }
}

/// Objects that people do not name are called after their ends; they follow when an end is renamed.
enum ObjectNames {
    private static let most = 2_000

    static func follow(_ kind: Kind, id: Int64, in tx: any Session) throws {
        for inbound in kind.inbound where !inbound.kind.hasName && inbound.kind.rules.title != nil {
            let found = try tx.rows(
                """
                \(inbound.kind.select) WHERE \(.trusted("t." + inbound.field.name)) = \(id) AND o.deleted_at IS NULL
                LIMIT \(most)
                """)
            for row in found {
                let values = inbound.kind.values(row)
                let reference = row.head(inbound.kind)
                let checkup = Checkup(
                    inbound.kind, id: reference.id, values: values, before: values, problems: [:], in: tx)
                guard let title = try inbound.kind.rules.title?(checkup).prefix(240), title != reference.name else {
                    continue
                }
                let name = String(title)
                try tx.run(
                    "UPDATE objects SET name = \(name), name_key = \(NameKey.of(name)) WHERE id = \(reference.id)")
            }
        }
    }
}
