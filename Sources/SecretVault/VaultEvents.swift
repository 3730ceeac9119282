import JSONKit
import Kernel
import Persistence

/// What happens to the vault's keys. Keys are named by their ids; nothing here gives one away.
struct VaultKeyTaken: Event {
    enum Way: String, Sendable {
        /// The first key of this vault.
        case first = "key_taken"
        case rotation = "rotation_started"
        case recovery = "key_recovered"
    }

    let way: Way
    let key: KeyID
    let before: KeyID?
    let source: KeySource

    var subject: String { "vault.key.taken" }

    var audit: AuditEntry {
        AuditEntry(
            way.rawValue, severity: way == .recovery ? .critical : .warning, entity: "vault", name: "vault",
            before: before.map { Self.record([("key", .string($0.shown))]) },
            after: Self.record([("key", .string(key.shown)), ("source", .string(source.rawValue))]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", key.shown)
        writer.member("source", source.rawValue)
        writer.endObject()
    }
}

/// Every value that can be opened lies under the key in use.
struct VaultRotationFinished: Event {
    let key: KeyID
    let done: Int

    var subject: String { "vault.rotation.finished" }

    var audit: AuditEntry {
        AuditEntry(
            "rotation_finished", severity: .notice, entity: "vault", name: "vault",
            after: Self.record([("key", .string(key.shown)), ("values", .integer(Int64(done)))]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", key.shown)
        writer.member("values", done)
        writer.endObject()
    }
}

/// Values were opened with keys that somebody brought.
struct VaultRekeyed: Event {
    let keys: [KeyID]
    let values: Int

    var subject: String { "vault.key.brought" }

    var audit: AuditEntry {
        AuditEntry(
            "keys_brought", severity: .warning, entity: "vault", name: "vault",
            after: Self.record([
                ("keys", .array(keys.map { .string($0.shown) })), ("values", .integer(Int64(values))),
            ]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("keys", keys.map(\.shown))
        writer.member("values", values)
        writer.endObject()
    }
}

/// Earlier keys that nothing needs any more.
struct VaultKeysRetired: Event {
    let keys: [KeyID]

    var subject: String { "vault.key.retired" }

    var audit: AuditEntry {
        AuditEntry(
            "keys_retired", severity: .warning, entity: "vault", name: "vault",
            before: Self.record([("keys", .array(keys.map { .string($0.shown) }))]))
    }

    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("keys", keys.map(\.shown))
        writer.endObject()
    }
}

extension Event {
    fileprivate static func record(_ members: [(String, JSONValue)]) -> String {
        JSONValue.object(JSONObject(members.map { (name: $0.0, value: $0.1) })).text
    }
}
