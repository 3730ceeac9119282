import AuditProof
import HTTPKit
import JSONKit
import Kernel
import Persistence

/// A row of the audit trail as the API shows it.
struct ShownAuditRecord: JSONAnswer {
    let record: AuditRecord

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "at", shape: .format("date-time"), isRequired: true),
        .init(name: "actor", shape: .string, isRequired: true),
        .init(name: "actor_kind", shape: .string, isRequired: true),
        .init(name: "actor_id", shape: .nullable(.integer), isRequired: true),
        .init(name: "address", shape: .nullable(.string), isRequired: true),
        .init(name: "request_id", shape: .nullable(.string), isRequired: true),
        .init(name: "action", shape: .string, isRequired: true),
        .init(name: "severity", shape: .string, isRequired: true),
        .init(name: "entity", shape: .string, isRequired: true),
        .init(name: "entity_id", shape: .nullable(.integer), isRequired: true),
        .init(name: "entity_name", shape: .nullable(.string), isRequired: true),
        .init(name: "before", shape: .any, isRequired: true),
        .init(name: "after", shape: .any, isRequired: true),
        .init(
            name: "is_cut", shape: .boolean, isRequired: false,
            summary: "Long texts and lists in before and after are shortened here; an export has them whole."),
        .init(name: "previous_hash", shape: .string, isRequired: true),
        .init(name: "hash", shape: .string, isRequired: true),
    ])

    /// Longer values are shortened in lists of rows: a hundred of them would be many megabytes.
    private static let longest = 16 * 1_024

    func write(to writer: inout JSONWriter) {
        guard [record.before, record.after].contains(where: { ($0?.utf8.count ?? 0) > Self.longest }) else {
            return record.write(to: &writer)
        }
        var short = record
        short.before = record.before.map(Self.shortened)
        short.after = record.after.map(Self.shortened)
        var whole = JSONWriter(capacity: 2_048)
        short.write(to: &whole)
        writer.raw(whole.bytes.dropLast() + Array(",\"is_cut\":true}".utf8))
    }

    private static func shortened(_ text: String) -> String {
        guard text.utf8.count > longest else { return text }
        guard var object = (try? JSONParser.parse(text))?.objectValue else { return "{}" }
        for (name, value) in object.members {
            switch value {
            case .string(let text) where text.utf8.count > 2_000: object[name] = .string(text.prefix(500) + "…")
            case .array(let items) where items.count > 50: object[name] = .array(Array(items.prefix(50)))
            case .object(let inner) where inner.members.count > 50: object[name] = .object(JSONObject())
            default: continue
            }
        }
        return JSONValue.object(object).text
    }
}

/// A page of the trail, newest first.
struct AuditPage: JSONAnswer {
    let records: [ShownAuditRecord]
    let next: Int64?
    let total: Int?

    static let shape: JSONShape = .page(of: .named("AuditRecord"), counted: true)

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("items")
        records.write(to: &writer)
        writer.member("next", next.map(String.init))
        if let total { writer.member("total", total) }
        writer.endObject()
    }
}

/// What a walk along the chain found, as the API shows it.
struct ShownVerdict: JSONAnswer {
    let verdict: AuditVerdict

    static let shape: JSONShape = .object([
        .init(name: "ok", shape: .boolean, isRequired: true),
        .init(name: "rows", shape: .integer, isRequired: true, summary: "How many rows hold, from the first on."),
        .init(
            name: "first_broken",
            shape: .nullable(
                .object([
                    .init(name: "id", shape: .integer, isRequired: true),
                    .init(name: "reason", shape: .string, isRequired: true),
                ])), isRequired: true),
        .init(name: "head", shape: .string, isRequired: true, summary: "The hash of the last row that holds."),
        .init(name: "head_id", shape: .integer, isRequired: true),
        .init(
            name: "checkpoint", shape: .nullable(.named("AuditStatement")), isRequired: true,
            summary: "What stands for the rows that were removed."),
        .init(name: "remarks", shape: .array(.string), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ok", verdict.isSound)
        writer.member("rows", verdict.rows)
        writer.name("first_broken")
        if let flaw = verdict.firstBroken {
            writer.beginObject()
            writer.member("id", flaw.id)
            writer.member("reason", flaw.reason)
            writer.endObject()
        } else {
            writer.null()
        }
        writer.member("head", verdict.head.hash)
        writer.member("head_id", verdict.head.id)
        writer.name("checkpoint")
        if let checkpoint = verdict.checkpoint { checkpoint.write(to: &writer) } else { writer.null() }
        writer.member("remarks", verdict.remarks)
        writer.endObject()
    }
}

extension ChainStatement {
    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true, summary: "The row it is about."),
        .init(name: "hash", shape: .string, isRequired: true),
        .init(name: "removed", shape: .integer, isRequired: false, summary: "Rows removed since the beginning."),
        .init(name: "at", shape: .format("date-time"), isRequired: true),
        .init(name: "public_key", shape: .nullable(.string), isRequired: true, summary: "Ed25519, hexadecimal."),
        .init(name: "signature", shape: .nullable(.string), isRequired: true),
    ])
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
