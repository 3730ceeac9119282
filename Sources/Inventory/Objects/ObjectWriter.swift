import JSONKit
import Kernel
import Persistence

/// Creates and changes objects inside a transaction that somebody opened: the one place where all checks meet.
package enum ObjectWriter {
    /// Answers with the id of the new object.
    @discardableResult
    package static func create(
        _ kind: Kind, _ draft: JSONObject, origin: Origin = .person, by caller: Caller, in tx: any Session
    ) throws -> Int64 {
        let draft = try Draft(draft, of: kind, in: tx)
        var values = draft.values
        for field in kind.allFields where values[field.name] == nil {
            if let fallback = field.fallback { values[field.name] = field.stored(fallback) }
        }
        if values["status"] ?? .null == .null { values["status"] = .text("unknown") }
        var checkup = Checkup(kind, id: nil, values: values, before: [:], problems: draft.problems, in: tx)
        let custom = try check(&checkup, draft: draft, origin: origin)
        let id = try ObjectStore.insert(
            kind, values: checkup.values, source: origin.source, sources: "{}",
            custom: JSONValue.object(custom ?? JSONObject()).text, in: tx)
        let hasTags = draft.tags?.isEmpty == false
        if hasTags, let tags = draft.tags { try ObjectTags.set(tags, of: id, by: caller, in: tx) }
        try announce(.created, kind, id: id, before: nil, hasTags: hasTags, by: caller, in: tx)
        return id
    }

    /// Answers whether anything was changed: setting what is already so costs no revision.
    @discardableResult
    package static func update(
        _ kind: Kind, id: Int64, _ patch: JSONObject, expected: Int? = nil, origin: Origin = .person, by caller: Caller,
        in tx: any Session
    ) throws -> Bool {
        let row = try ObjectStore.require(kind, id: id, in: tx)
        let revision = Int(sqlValue: row[Column.revision]) ?? 0
        if let expected, expected != revision {
            throw AppError(
                .stale, "\(row.head(kind).name) was changed by somebody else in the meantime (revision \(revision)).")
        }
        return try change(kind, row, patch, origin: origin, by: caller, in: tx) != nil
    }

    /// Changes the object that was read as that row. Answers with what is different now; nil when nothing is.
    static func change(
        _ kind: Kind, _ row: Row, _ patch: JSONObject, origin: Origin, by caller: Caller, in tx: any Session
    ) throws -> ObjectChange? {
        let id = row.head(kind).id
        let draft = try Draft(patch, of: kind, in: tx)
        let before = kind.values(row)
        var values = before
        let owners = FieldOwners(row)
        for (name, value) in draft.values where origin.mayWrite(name, over: before[name], owners) {
            values[name] = value
        }
        if values["status"] ?? .null == .null { values["status"] = .text("unknown") }
        var checkup = Checkup(kind, id: id, values: values, before: before, problems: draft.problems, in: tx)
        let custom = try check(&checkup, draft: draft, origin: origin)
        let oldCustom = String(sqlValue: row[Column.custom]) ?? "{}"
        let newCustom = custom.map { JSONValue.object($0).text } ?? oldCustom
        var changed = Set(checkup.values.keys.filter { checkup.values[$0] != before[$0] ?? .null })
        if newCustom != oldCustom { changed.insert("custom") }
        let oldTags = try ObjectStore.tags(of: [id], in: tx)[id] ?? []
        if let tags = draft.tags, Set(tags.map(NameKey.of)) != Set(oldTags.map(NameKey.of)) { changed.insert("tags") }
        guard !changed.isEmpty else { return nil }
        try ObjectStore.update(
            kind, id: id, values: checkup.values, changed: changed, sources: sources(row, changed, origin),
            custom: newCustom, in: tx)
        if changed.contains("tags"), let tags = draft.tags { try ObjectTags.set(tags, of: id, by: caller, in: tx) }
        let audited = ObjectAudit(kind, values: before, tags: oldTags, custom: oldCustom).only(changed)
        let after = try announce(.changed, kind, id: id, before: audited, changed: changed, by: caller, in: tx)
        if changed.contains("name") { try ObjectNames.follow(kind, id: id, in: tx) }
        return ObjectChange(before: audited, after: after.only(changed))
    }

    /// Every check, in one place; throws when anything is wrong. Answers with the custom values to store.
    private static func check(_ checkup: inout Checkup, draft: Draft, origin: Origin) throws -> JSONObject? {
        let kind = checkup.kind
        var custom = draft.custom
        if let given = draft.custom {
            let (checked, problem) = try CustomValues.check(given, of: kind, in: checkup.tx)
            custom = checked
            if let problem { checkup.refuse("custom", problem) }
        }
        try References.check(&checkup)
        try kind.rules.check?(&checkup)
        // Last: a check may have filled in a field, and problems come before what other objects say.
        for field in kind.allFields where field.isRequired && checkup[field.name] == .null {
            checkup.refuse(field.name, "Fill this in.")
        }
        guard checkup.problems.isEmpty else {
            throw AppError(
                .invalid,
                "\(kind.label) was not saved: \(checkup.problems.count) "
                    + (checkup.problems.count == 1 ? "field is not right." : "fields are not right."),
                fields: checkup.problems)
        }
        if let title = kind.rules.title, !kind.hasName, draft.values["name"] ?? .null == .null {
            checkup.set("name", .text(String(try title(checkup).prefix(240))))
        }
        try Uniqueness.check(checkup)
        if !origin.allowsConflicts { try Conflicts.check(checkup) }
        return custom
    }

    /// Only fields whose source is another than the object's are listed.
    private static func sources(_ row: Row, _ changed: Set<String>, _ origin: Origin) -> String {
        let owners = FieldOwners(row)
        var others = owners.others
        for field in changed.sorted() { others[field] = origin.source == owners.object ? nil : .string(origin.source) }
        return JSONValue.object(others).text
    }

    /// Reads the object back, brings the search index up to date and emits the event. Answers with what the audit trail
    /// knows of the object.
    @discardableResult
    static func announce(
        _ verb: ObjectEvent.Verb, _ kind: Kind, id: Int64, before: JSONObject?, changed: Set<String>? = nil,
        hasTags: Bool = true, by caller: Caller, in tx: any Session
    ) throws -> ObjectAudit {
        let row = try ObjectStore.require(kind, id: id, in: tx)
        let tags = hasTags ? try ObjectStore.tags(of: [id], in: tx)[id] ?? [] : []
        var writer = JSONWriter(capacity: 1_024)
        kind.write(row, tags: tags, to: &writer)
        let values = kind.values(row)
        let custom = String(sqlValue: row[Column.custom]) ?? "{}"
        let texts = custom == "{}" ? nil : (try? JSONParser.parse(custom))?.objectValue?.members
        let entry = SearchEntry(
            kind, id: id, values: values, tags: tags, custom: texts?.compactMap(\.value.stringValue) ?? [])
        try SearchIndex.put(entry, isNew: verb == .created, in: tx)
        let audit = ObjectAudit(kind, values: values, tags: tags, custom: custom)
        try tx.emit(
            ObjectEvent(
                verb, kind, id: id, name: row.head(kind).name, payload: writer.bytes, before: before,
                after: changed.map(audit.only) ?? audit.all),
            by: caller)
        return audit
    }
}

/// What was different after a change, by field, in the order of the field table.
struct ObjectChange: Sendable {
    let before: JSONObject
    let after: JSONObject
}

extension Field {
    /// A fallback of the field table as it is stored; those are right by construction and tested.
    func stored(_ fallback: String) -> SQLValue {
        guard let json = try? json(fromCell: fallback) else { return .null }
        return (try? read(json)) ?? .null
    }
}

/// An object as the audit trail keeps it: fields that say something, in the order of the field table.
struct ObjectAudit {
    private let members: [(name: String, value: JSONValue)]

    init(_ kind: Kind, values: [String: SQLValue], tags: [String], custom: String) {
        var members = kind.allFields.map { (name: $0.name, value: $0.json(values[$0.name] ?? .null)) }
        members.append(("tags", .array(tags.map { .string($0) })))
        members.append(("custom", custom == "{}" ? [:] : (try? JSONParser.parse(custom)) ?? .null))
        self.members = members
    }

    var all: JSONObject {
        JSONObject(members.filter { !$0.value.isNull && $0.value != [] && $0.value != .object(JSONObject()) })
    }

    func only(_ names: Set<String>) -> JSONObject { JSONObject(members.filter { names.contains($0.name) }) }
}
