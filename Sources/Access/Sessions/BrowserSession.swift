import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// Where a person is signed in. The secret in the cookie is not here; the database holds its digest.
struct BrowserSession: Sendable, Equatable {
    let id: Int64
    let userID: Int64
    let address: String
    let userAgent: String
    let createdAt: Instant
    let lastSeenAt: Instant
}

/// A session as its person sees it.
struct ShownSession: JSONAnswer {
    let session: BrowserSession
    let isCurrent: Bool
    let expiresAt: Instant

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "current", shape: .boolean, isRequired: true),
        .init(name: "address", shape: .string, isRequired: true),
        .init(name: "user_agent", shape: .string, isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "last_seen_at", shape: .format("date-time"), isRequired: true),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", session.id)
        writer.member("current", isCurrent)
        writer.member("address", session.address)
        writer.member("user_agent", session.userAgent)
        writer.member("created_at", milliseconds: session.createdAt.milliseconds)
        writer.member("last_seen_at", milliseconds: session.lastSeenAt.milliseconds)
        writer.member("expires_at", milliseconds: expiresAt.milliseconds)
        writer.endObject()
    }
}

/// The secret of a new session, on its way into the cookie.
struct SessionSecret: Sendable {
    let value: Secret<String>

    /// 256 random bits.
    init() {
        value = Secret(RandomText.make(43))
    }

    var hash: String { Fingerprint.of(value.reveal()) }

    /// What a cookie's value is stored as; nil for what cannot be ours, which has 43 characters.
    static func hash(ofCookie value: String) -> String? {
        (20...128).contains(value.utf8.count) ? Fingerprint.of(value) : nil
    }

    /// `Set-Cookie` for it. Over plain HTTP in a lab the browser would not keep a `Secure` cookie.
    func cookie(_ rules: AccessRules, isTLS: Bool) -> String {
        Self.cookie(value.reveal(), seconds: rules.absolute.milliseconds / 1000, rules, isTLS: isTLS)
    }

    /// `Set-Cookie` that takes it away.
    static func removal(_ rules: AccessRules, isTLS: Bool) -> String {
        cookie("", seconds: 0, rules, isTLS: isTLS)
    }

    private static func cookie(_ value: String, seconds: Int64, _ rules: AccessRules, isTLS: Bool) -> String {
        let isHardened = rules.profile == .hardened
        return "\(AccessGatekeeper.cookieName)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; "
            + "SameSite=\(isHardened ? "Strict" : "Lax")" + (isTLS || isHardened ? "; Secure" : "")
    }
}
