import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import SecretVault

/// Somebody else who knows people: GitHub, Google, or any server that speaks OpenID Connect.
struct SignInProvider: Sendable, Equatable {
    enum Kind: String, Sendable, CaseIterable, Codable {
        case github, google, oidc

        /// Where the provider is when nobody says otherwise.
        var usualIssuer: String? {
            switch self {
            case .github: "https://github.com"
            case .google: "https://accounts.google.com"
            case .oidc: nil
            }
        }

        var usualScopes: String {
            switch self {
            case .github: "read:user user:email"
            case .google, .oidc: "openid email profile"
            }
        }
    }

    let id: Int64
    let slug: String
    let kind: Kind
    var name: String
    /// Of OpenID Connect; for GitHub the address of its pages.
    var issuer: String
    var clientID: String
    var clientSecret: SealedText?
    var scopes: String
    var isEnabled: Bool
    /// Only people of these mail domains; empty for all.
    var allowedDomains: [String]
    /// Whether somebody without an account gets one.
    var opensRegistration: Bool
    var defaultRole: Role
    /// The member of the ID token that lists groups; for GitHub its organisations are the groups.
    var groupsClaim: String
    var groupRoles: [GroupRole]
    /// Whether the role follows the groups at every sign-in, and not only at the first.
    var syncsRoles: Bool
    let createdAt: Instant
    let updatedAt: Instant
    let revision: Int

    struct GroupRole: Sendable, Equatable, Codable {
        var group: String
        var role: Role
    }

    /// What goes into the provider's own settings, to the letter.
    func redirectURI(base: String) -> String { "\(base)\(Self.callbackPath(slug))" }

    static func callbackPath(_ slug: String) -> String { "/api/v1/auth/oauth/\(slug)/callback" }

    /// The highest role that any of the groups gives, or the one for everybody.
    func role(of groups: Set<String>) -> Role {
        let given = groupRoles.filter { groups.contains($0.group) }.map(\.role)
        return Role.allCases.last { given.contains($0) } ?? defaultRole
    }

    func allows(email: String) -> Bool {
        guard !allowedDomains.isEmpty else { return true }
        guard let domain = email.split(separator: "@").last?.lowercased() else { return false }
        return allowedDomains.contains(domain)
    }
}

/// A provider as administrators see it: of the secret only whether there is one.
struct ShownProvider: JSONAnswer {
    let provider: SignInProvider
    let secret: SealedMark
    let redirectURI: String

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "slug", shape: .string, isRequired: true),
        .init(name: "kind", shape: .choice(SignInProvider.Kind.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "issuer", shape: .string, isRequired: true),
        .init(name: "client_id", shape: .string, isRequired: true),
        .init(name: "client_secret", shape: SealedMark.shape, isRequired: true),
        .init(name: "scopes", shape: .string, isRequired: true),
        .init(name: "enabled", shape: .boolean, isRequired: true),
        .init(name: "allowed_domains", shape: .array(.string), isRequired: true),
        .init(name: "opens_registration", shape: .boolean, isRequired: true),
        .init(name: "default_role", shape: .choice(Role.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "groups_claim", shape: .string, isRequired: true),
        .init(
            name: "group_roles",
            shape: .array(
                .object([
                    .init(name: "group", shape: .string, isRequired: true),
                    .init(name: "role", shape: .choice(Role.allCases.map(\.rawValue)), isRequired: true),
                ])), isRequired: true),
        .init(name: "syncs_roles", shape: .boolean, isRequired: true),
        .init(
            name: "redirect_uri", shape: .string, isRequired: true,
            summary: "To be entered at the provider, exactly like this."),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        provider.writeMembers(to: &writer)
        writer.name("client_secret")
        secret.write(to: &writer)
        writer.member("redirect_uri", redirectURI)
        writer.member("revision", provider.revision)
        writer.endObject()
    }

    func reply() -> Reply { unkept(revision: Int64(provider.revision)) }
}

extension SignInProvider {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("slug", slug)
        writer.member("kind", kind.rawValue)
        writer.member("name", name)
        writer.member("issuer", issuer)
        writer.member("client_id", clientID)
        writer.member("scopes", scopes)
        writer.member("enabled", isEnabled)
        writer.member("allowed_domains", allowedDomains)
        writer.member("opens_registration", opensRegistration)
        writer.member("default_role", defaultRole.rawValue)
        writer.member("groups_claim", groupsClaim)
        writer.name("group_roles")
        writer.beginArray()
        for entry in groupRoles {
            writer.beginObject()
            writer.member("group", entry.group)
            writer.member("role", entry.role.rawValue)
            writer.endObject()
        }
        writer.endArray()
        writer.member("syncs_roles", syncsRoles)
    }

    func writeRecord(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("client_secret_set_at", milliseconds: clientSecret?.since?.milliseconds)
        writer.member("revision", revision)
        writer.endObject()
    }

    var record: String {
        var writer = JSONWriter()
        writeRecord(to: &writer)
        return writer.text
    }
}

/// A provider on the sign-in page.
struct OfferedProvider: JSONAnswer, Equatable {
    let slug: String
    let name: String
    let kind: SignInProvider.Kind

    static let shape: JSONShape = .object([
        .init(name: "slug", shape: .string, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "kind", shape: .choice(SignInProvider.Kind.allCases.map(\.rawValue)), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("slug", slug)
        writer.member("name", name)
        writer.member("kind", kind.rawValue)
        writer.endObject()
    }
}

/// What the sign-in page has besides e-mail address and password.
struct SignInOffer: JSONAnswer {
    let providers: [OfferedProvider]
    /// Whether a forgotten password is mailed a link for.
    let hasMail: Bool

    static let shape: JSONShape = .object([
        .init(name: "providers", shape: .array(OfferedProvider.shape), isRequired: true),
        .init(name: "reset_by_mail", shape: .boolean, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("providers")
        writer.beginArray()
        for provider in providers { provider.write(to: &writer) }
        writer.endArray()
        writer.member("reset_by_mail", hasMail)
        writer.endObject()
    }
}
