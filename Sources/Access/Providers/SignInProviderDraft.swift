import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What an administrator may set of a new provider.
struct SignInProviderDraft: JSONBody {
    var kind: SignInProvider.Kind
    /// Part of the redirect address, so it cannot change later; the kind when nothing is said.
    var slug: String?
    var name: String?
    var issuer: String?
    var clientId: String
    var clientSecret: Secret<String>?
    var scopes: String?
    var enabled: Bool?
    var allowedDomains: [String]?
    var opensRegistration: Bool?
    var defaultRole: Role?
    var groupsClaim: String?
    var groupRoles: [SignInProvider.GroupRole]?
    var syncsRoles: Bool?

    /// The provider without an id and without its secret.
    func validated(at now: Instant, _ rules: ProviderAddress.Rules) throws(AppError) -> SignInProvider {
        let slug = (slug ?? kind.rawValue).trimmed
        var provider = SignInProvider(
            id: 0, slug: slug, kind: kind, name: (name ?? Self.name(kind)).trimmed,
            issuer: (issuer.flatMap { $0.trimmed.isEmpty ? nil : $0.trimmed } ?? kind.usualIssuer ?? ""),
            clientID: clientId.trimmed, clientSecret: nil, scopes: (scopes ?? kind.usualScopes).trimmed,
            isEnabled: enabled ?? true, allowedDomains: allowedDomains ?? [],
            opensRegistration: opensRegistration ?? false, defaultRole: defaultRole ?? .viewer,
            groupsClaim: (groupsClaim ?? "groups").trimmed, groupRoles: groupRoles ?? [],
            syncsRoles: syncsRoles ?? false, createdAt: now, updatedAt: now, revision: 1)
        var problems: [String: String] = [:]
        if !slug.isSlug {
            problems["slug"] = "Use 1 to 40 small letters, digits and hyphens: it becomes part of an address."
        }
        provider.check(rules, &problems)
        guard problems.isEmpty else { throw AppError(.invalid, "The provider has errors.", fields: problems) }
        return provider
    }

    private static func name(_ kind: SignInProvider.Kind) -> String {
        switch kind {
        case .github: "GitHub"
        case .google: "Google"
        case .oidc: "Single sign-on"
        }
    }
}

struct SignInProviderPatch: JSONBody {
    var name: Change<String>
    var issuer: Change<String>
    var clientId: Change<String>
    var clientSecret: Change<Secret<String>?>
    var scopes: Change<String>
    var enabled: Change<Bool>
    var allowedDomains: Change<[String]>
    var opensRegistration: Change<Bool>
    var defaultRole: Change<Role>
    var groupsClaim: Change<String>
    var groupRoles: Change<[SignInProvider.GroupRole]>
    var syncsRoles: Change<Bool>

    func applied(to before: SignInProvider, _ rules: ProviderAddress.Rules) throws(AppError) -> SignInProvider {
        var provider = before
        provider.name = name.applied(to: before.name).trimmed
        provider.issuer = issuer.applied(to: before.issuer).trimmed
        provider.clientID = clientId.applied(to: before.clientID).trimmed
        provider.scopes = scopes.applied(to: before.scopes).trimmed
        provider.isEnabled = enabled.applied(to: before.isEnabled)
        provider.allowedDomains = allowedDomains.applied(to: before.allowedDomains)
        provider.opensRegistration = opensRegistration.applied(to: before.opensRegistration)
        provider.defaultRole = defaultRole.applied(to: before.defaultRole)
        provider.groupsClaim = groupsClaim.applied(to: before.groupsClaim).trimmed
        provider.groupRoles = groupRoles.applied(to: before.groupRoles)
        provider.syncsRoles = syncsRoles.applied(to: before.syncsRoles)
        var problems: [String: String] = [:]
        provider.check(rules, &problems)
        // A secret belongs to a client at an issuer; it is not shown to another one.
        if case .keep = clientSecret, before.clientSecret != nil, provider.issuer != before.issuer {
            problems["client_secret"] = "Enter the secret again: the issuer is another one now."
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The provider has errors.", fields: problems) }
        return provider
    }
}

extension SignInProvider {
    fileprivate mutating func check(_ rules: ProviderAddress.Rules, _ problems: inout [String: String]) {
        if !(1...60).contains(name.count) || name.hasControl { problems["name"] = "Give a name of 1 to 60 characters." }
        if let problem = ProviderAddress.problem(issuer, rules) { problems["issuer"] = problem }
        if !(1...300).contains(clientID.utf8.count) || clientID.hasControl {
            problems["client_id"] = "Give the client id that the provider has given out."
        }
        let words = scopes.split(separator: " ")
        if scopes.utf8.count > 500
            || !scopes.utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C })
        {
            problems["scopes"] = "Scopes are words of printable ASCII with blanks between them."
        } else if kind != .github, !words.contains("openid") || !words.contains("email") {
            problems["scopes"] = "The scopes must hold “openid” and “email”."
        }
        allowedDomains = allowedDomains.map { $0.trimmed.lowercased() }.filter { !$0.isEmpty }
        if allowedDomains.count > 100 || !allowedDomains.allSatisfy({ "a@\($0)".isEmailAddress && !$0.hasPrefix("@") })
        {
            problems["allowed_domains"] = "Give mail domains such as example.org, at most 100."
        }
        if !(1...100).contains(groupsClaim.utf8.count) || groupsClaim.hasControl {
            problems["groups_claim"] = "Give the name of the claim that lists groups, such as groups."
        }
        if groupRoles.count > 200
            || groupRoles.contains(where: { $0.group.isEmpty || $0.group.utf8.count > 300 || $0.group.hasControl })
        {
            problems["group_roles"] = "Give at most 200 groups, each with a name of at most 300 bytes."
        }
        if opensRegistration, kind != .oidc, allowedDomains.isEmpty, groupRoles.isEmpty, issuer == kind.usualIssuer {
            problems["opens_registration"] =
                "Everybody in the world can have an account there. Name the mail domains whose people may come."
        }
    }
}
