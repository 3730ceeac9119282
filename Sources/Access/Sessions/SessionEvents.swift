import JSONKit
import Kernel
import Persistence

/// A person has signed in.
struct SessionCreated: Event {
    let session: BrowserSession
    let email: String
    /// What the person has proven who they are with.
    let proofs: [String]

    var subject: String { "access.session.created" }

    var audit: AuditEntry {
        AuditEntry(
            "signed_in", entity: "session", id: session.id, name: email,
            after: JSONText.object([
                ("user_agent", .string(session.userAgent)), ("proofs", .array(proofs.map { .string($0) })),
            ]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", session.id)
        writer.member("user_id", session.userID)
        writer.endObject()
    }
}

/// A session has ended before its time.
struct SessionEnded: Event {
    enum Why: String, Sendable {
        case signedOut = "signed_out"
        /// From another session of the same person.
        case revoked
        /// Another one has taken its place in the same browser, or the person has too many.
        case replaced
    }

    let session: BrowserSession
    let email: String
    let why: Why

    var subject: String { "access.session.ended" }

    var audit: AuditEntry {
        AuditEntry(
            why == .signedOut ? "signed_out" : "session_ended", entity: "session", id: session.id, name: email,
            after: JSONText.object([("reason", .string(why.rawValue))]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", session.id)
        writer.member("user_id", session.userID)
        writer.endObject()
    }
}

/// Small JSON texts for the audit trail.
enum JSONText {
    static func object(_ members: [(String, JSONValue)]) -> String {
        JSONValue.object(JSONObject(members.map { (name: $0.0, value: $0.1) })).text
    }
}
