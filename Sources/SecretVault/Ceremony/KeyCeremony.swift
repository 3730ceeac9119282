import Fernet
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence
import Synchronization

/// The key as the ceremony shows it, in groups of four letters, and which two of them are asked back.
struct ShownKey: JSONAnswer {
    let key: VaultKey

    static let groupLength = 4

    /// The positions, counted from 1, of the groups to type back. They follow from the key, so that a page that was left
    /// asks for the same.
    var asked: [Int] {
        let digits = key.key.fingerprint.utf8.map { Int($0) }
        return [1 + digits.prefix(8).reduce(0, +) % 5, 6 + digits.suffix(8).reduce(0, +) % 5]
    }

    func group(_ position: Int) -> String {
        String(key.text.reveal().dropFirst((position - 1) * Self.groupLength).prefix(Self.groupLength))
    }

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .string, isRequired: true, summary: "Names the key without giving it away."),
        .init(name: "key", shape: .string, isRequired: true),
        .init(name: "group_length", shape: .integer, isRequired: true),
        .init(
            name: "asked", shape: .array(.integer), isRequired: true,
            summary: "The groups to type back, counted from 1."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", key.id.shown)
        writer.member("key", key.text.reveal())
        writer.member("group_length", Self.groupLength)
        writer.name("asked")
        writer.beginArray()
        for position in asked { writer.integer(position) }
        writer.endArray()
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

extension SecretVault {
    /// The key, for an administrator to keep a copy of: until one has shown to have it, and never after. Each look is in
    /// the audit trail.
    func showKey(to caller: Caller) async throws -> ShownKey {
        let key = try await keyToConfirm(by: caller)
        try await store.write { tx in
            try tx.audit(
                AuditEntry("key_shown", severity: .critical, entity: "vault", name: "vault"), by: caller)
        }
        return ShownKey(key: key)
    }

    /// The person has typed back the groups that were asked for.
    func confirmKey(_ parts: [String], by caller: Caller) async throws {
        let key = try await keyToConfirm(by: caller)
        let shown = ShownKey(key: key)
        let given = parts.map { $0.filter { !$0.isWhitespace } }
        guard given == shown.asked.map(shown.group) else {
            let asked = shown.asked.map(String.init).joined(separator: " and ")
            throw AppError(
                .invalid, "This is not what the key says there. Look at your copy: are all its letters right?",
                fields: ["parts": "Give groups \(asked) of the key, capitals as they are."])
        }
        try await store.write { tx in
            try VaultStore.confirm(key.id, in: tx)
            try tx.audit(
                AuditEntry("key_confirmed", severity: .notice, entity: "vault", name: "vault"), by: caller)
        }
    }

    private func keyToConfirm(by caller: Caller) async throws -> VaultKey {
        guard caller.kind == .person else {
            throw AppError(.forbidden, "Only a person who is signed in is shown the vault's key.")
        }
        let known = state.withLock { $0 }
        guard let key = known.keyring.current else { throw Self.isLocked(known) }
        guard known.source == .dataFile else {
            let source = (known.source ?? .environment).name
            throw AppError(
                .conflict, "The key was supplied as \(source): whoever supplied it has it. It is not shown here.")
        }
        let confirmed = try await store.read { tx in
            try VaultStore.keys(in: tx).first { $0.id == key.id }?.confirmedAt
        }
        guard confirmed == nil else {
            throw AppError(.conflict, "A copy of this key has been confirmed, so it is not shown again.")
        }
        return key
    }
}
