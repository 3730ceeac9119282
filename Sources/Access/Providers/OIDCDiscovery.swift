import JSONKit

/// What a provider says of itself (OpenID Connect Discovery 1.0 section 3), as far as it is used here.
struct OIDCDiscovery: Sendable, Equatable {
    let issuer: String
    let authorization: String
    let token: String
    let keys: String
    let userInfo: String?
    /// The secret goes into the form instead of the head: the provider knows no other way.
    let wantsSecretInForm: Bool
    /// The answer will name the issuer (RFC 9207), so one that does not is not the provider's.
    let namesIssuer: Bool

    static func address(issuer: String) -> String {
        "\(issuer.hasSuffix("/") ? String(issuer.dropLast()) : issuer)/.well-known/openid-configuration"
    }

    init(_ object: JSONObject, of issuer: String, _ rules: ProviderAddress.Rules) throws(ProviderRefusal) {
        guard let named = object["issuer"]?.stringValue, named == issuer else { throw .wrongIssuer }
        func address(_ name: String) -> String? {
            object[name]?.stringValue.flatMap { ProviderAddress.problem($0, rules) == nil ? $0 : nil }
        }
        guard let authorization = Self.page(object["authorization_endpoint"]?.stringValue, rules),
            let token = address("token_endpoint"), let keys = address("jwks_uri")
        else { throw .badAnswer }
        self.issuer = named
        self.authorization = authorization
        self.token = token
        self.keys = keys
        userInfo = address("userinfo_endpoint")
        let ways = object["token_endpoint_auth_methods_supported"]?.arrayValue?.compactMap(\.stringValue)
        wantsSecretInForm =
            ways.map { !$0.contains("client_secret_basic") && $0.contains("client_secret_post") } ?? false
        namesIssuer = object["authorization_response_iss_parameter_supported"]?.boolValue ?? false
    }

    /// The browser goes there, so it may have a query of its own.
    private static func page(_ text: String?, _ rules: ProviderAddress.Rules) -> String? {
        guard let text else { return nil }
        let bare = String(text.prefix { $0 != "?" })
        return ProviderAddress.problem(bare, rules) == nil && !text.contains("#") ? text : nil
    }
}
