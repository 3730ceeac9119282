import JSONKit
import Persistence

/// `sharing.link.created`, `.revoked`, `.opened`: outside of what the live streams carry, since a label is nobody's
/// business but of those who keep the link.
struct ShareLinkEvent: Event {
    enum Verb: String {
        case created, revoked
        /// For the first time.
        case opened
    }

    let verb: Verb
    let link: ShareLink
    var before: ShareLink?

    var subject: String { "sharing.link.\(verb.rawValue)" }

    var audit: AuditEntry {
        AuditEntry(
            verb.rawValue, severity: verb == .opened ? .info : .notice, entity: "share_link", id: link.id,
            name: link.label, before: before?.record, after: verb == .opened ? nil : link.record)
    }

    func writePayload(to writer: inout JSONWriter) { link.writeRecord(to: &writer) }
}
