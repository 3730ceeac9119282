import JSONKit
import Kernel
import Persistence

/// `inventory.<kind>.created`, `.changed`, `.deleted`, `.restored`, `.purged`. The payload is the whole object, after
/// a deletion its head.
struct ObjectEvent: Event {
    enum Verb: String {
        case created, changed, deleted, restored, purged
    }

    let subject: String
    let audit: AuditEntry
    private let payload: [UInt8]

    init(
        _ verb: Verb, _ kind: Kind, id: Int64, name: String, payload: [UInt8], before: JSONObject? = nil,
        after: JSONObject? = nil
    ) {
        subject = "inventory.\(kind.name).\(verb.rawValue)"
        audit = AuditEntry(
            verb.rawValue, severity: verb == .purged ? .warning : verb == .deleted ? .notice : .info,
            entity: kind.name, id: id, name: name, before: before.map { JSONValue.object($0).text },
            after: after.map { JSONValue.object($0).text })
        self.payload = payload
    }

    func writePayload(to writer: inout JSONWriter) { writer.raw(payload) }
}
