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
        .init(name: "previous_hash", shape: .string, isRequired: true),
        .init(name: "hash", shape: .string, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", record.id)
        writer.member("at", milliseconds: record.at.milliseconds)
        writer.member("actor", record.actor)
        writer.member("actor_kind", record.actorKind)
        writer.member("actor_id", record.actorID)
        writer.member("address", record.address.nonEmpty)
        writer.member("request_id", record.requestID.nonEmpty)
        writer.member("action", record.action)
        writer.member("severity", record.severity)
        writer.member("entity", record.entity)
        writer.member("entity_id", record.entityID)
        writer.member("entity_name", record.entityName.nonEmpty)
        writer.name("before")
        Self.write(record.before, to: &writer)
        writer.name("after")
        Self.write(record.after, to: &writer)
        writer.member("previous_hash", record.previousHash)
        writer.member("hash", record.hash)
        writer.endObject()
    }

    /// What was stored, as it was stored. A row that somebody meddled with is shown as text and not trusted to be JSON.
    private static func write(_ stored: String?, to writer: inout JSONWriter) {
        guard let stored else { return writer.null() }
        if (try? JSONParser.parse(stored)) != nil { writer.raw(stored) } else { writer.string(stored) }
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
        writer.member("head", verdict.head)
        writer.endObject()
    }
}

extension String {
    var nonEmpty: String? { isEmpty ? nil : self }
}
