import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// What the browser is asked to make a passkey with, in the names of the browsers' own interface.
struct PasskeyCreation: JSONAnswer {
    let challenge: String
    let site: String
    let userHandle: String
    let email: String
    let displayName: String
    let known: [Passkey]

    static let shape: JSONShape = .object([
        .init(name: "challenge", shape: .string, isRequired: true, summary: "Bytes in base64url, as all ids here."),
        .init(name: "site", shape: .string, isRequired: true),
        .init(name: "user_handle", shape: .string, isRequired: true),
        .init(name: "user_name", shape: .string, isRequired: true),
        .init(name: "display_name", shape: .string, isRequired: true),
        .init(name: "algorithms", shape: .array(.integer), isRequired: true),
        .init(name: "known", shape: .array(PasskeyRequest.knownShape), isRequired: true),
        .init(name: "timeout_ms", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("challenge", challenge)
        writer.member("site", site)
        writer.member("user_handle", userHandle)
        writer.member("user_name", email)
        writer.member("display_name", displayName)
        writer.name("algorithms")
        writer.beginArray()
        for algorithm in COSEKey.algorithms { writer.integer(algorithm) }
        writer.endArray()
        PasskeyRequest.write(known, to: &writer)
        writer.member("timeout_ms", Passkeys.lifetime.milliseconds)
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

/// What the browser is asked to prove with a passkey.
struct PasskeyRequest: JSONAnswer {
    let challenge: String
    let site: String
    let known: [Passkey]
    /// The passkey has to know its person, because it stands alone.
    let mustVerify: Bool

    fileprivate static let knownShape: JSONShape = .object([
        .init(name: "credential_id", shape: .string, isRequired: true),
        .init(name: "transports", shape: .array(.string), isRequired: true),
    ])

    static let shape: JSONShape = .object([
        .init(name: "challenge", shape: .string, isRequired: true),
        .init(name: "site", shape: .string, isRequired: true),
        .init(name: "known", shape: .array(knownShape), isRequired: true),
        .init(name: "user_verification", shape: .choice(["required", "preferred"]), isRequired: true),
        .init(name: "timeout_ms", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("challenge", challenge)
        writer.member("site", site)
        Self.write(known, to: &writer)
        writer.member("user_verification", mustVerify ? "required" : "preferred")
        writer.member("timeout_ms", Passkeys.lifetime.milliseconds)
        writer.endObject()
    }

    fileprivate static func write(_ known: [Passkey], to writer: inout JSONWriter) {
        writer.name("known")
        writer.beginArray()
        for passkey in known {
            writer.beginObject()
            writer.member("credential_id", passkey.credentialID)
            writer.member("transports", passkey.transports)
            writer.endObject()
        }
        writer.endArray()
    }

    func reply() -> Reply { unkept() }
}

/// A passkey as its person sees it.
struct ShownPasskey: JSONAnswer {
    let passkey: Passkey

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "site", shape: .string, isRequired: true, summary: "The host name it opens."),
        .init(name: "synced", shape: .boolean, isRequired: true, summary: "Kept by a password manager."),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "last_used_at", shape: .nullable(.format("date-time")), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", passkey.id)
        writer.member("name", passkey.name)
        writer.member("site", passkey.site)
        writer.member("synced", passkey.isSynced)
        writer.member("created_at", milliseconds: passkey.createdAt.milliseconds)
        writer.member("last_used_at", milliseconds: passkey.lastUsedAt?.milliseconds)
        writer.endObject()
    }
}
