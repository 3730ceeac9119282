import JSONKit
import Kernel

/// Whom a provider has vouched for.
struct ProviderPerson: Sendable, Equatable {
    /// Stays the same when the person changes name and address there.
    let subject: String
    /// Verified by the provider.
    let email: String
    let name: String
    let groups: Set<String>
}

extension ProviderPerson {
    /// From the claims of an ID token, completed by those of the user-info answer, which must speak of the same person.
    init(_ token: IDToken, userInfo: JSONObject?, groupsClaim: String) throws(ProviderRefusal) {
        if let userInfo, userInfo["sub"]?.stringValue != token.subject { throw .badAnswer }
        // Both members come from one answer: an address of one and the word “verified” of the other prove nothing.
        let source = token.claims["email"] == nil ? userInfo : token.claims
        guard let email = source?["email"]?.stringValue?.trimmed, email.isEmailAddress else { throw .noEmail }
        // Some send the text.
        let isVerified = source?["email_verified"]
        guard isVerified == .bool(true) || isVerified == .string("true") else { throw .unverifiedEmail }
        subject = token.subject
        self.email = email
        name = Self.name(token.claims["name"] ?? userInfo?["name"], email)
        groups = Self.groups(token.claims[groupsClaim] ?? userInfo?[groupsClaim])
    }

    /// From the answers of GitHub: the primary address counts if it is verified, and no other.
    init(github user: JSONObject, emails: [JSONValue], organisations: [JSONValue]) throws(ProviderRefusal) {
        guard case .integer(let id)? = user["id"] else { throw .badAnswer }
        let primary = emails.compactMap(\.objectValue).first { $0["primary"] == .bool(true) }
        guard let email = primary?["email"]?.stringValue?.trimmed, email.isEmailAddress else { throw .noEmail }
        guard primary?["verified"] == .bool(true) else { throw .unverifiedEmail }
        subject = "\(id)"
        self.email = email
        name = Self.name(user["name"]?.isNull == false ? user["name"] : user["login"], email)
        groups = Set(organisations.compactMap { $0.objectValue?["login"]?.stringValue })
    }

    private static func name(_ value: JSONValue?, _ email: String) -> String {
        let text = (value?.stringValue ?? "").trimmed.bounded(100)
        return text.isEmpty ? String(email.prefix { $0 != "@" }) : text
    }

    private static func groups(_ value: JSONValue?) -> Set<String> {
        if let one = value?.stringValue { return [one] }
        return Set((value?.arrayValue ?? []).prefix(1000).compactMap(\.stringValue))
    }
}
