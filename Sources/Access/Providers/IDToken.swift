import JSONKit
import JWTKit
import Kernel

/// The signed statement of a provider about a person (OpenID Connect Core 1.0 section 2), and all that makes one valid
/// (section 3.1.3.7). The signature is checked by JWTKit with exactly one key, and an algorithm that fits that key.
struct IDToken: Sendable {
    /// Clocks differ a little.
    static let leeway: Int64 = 60

    let claims: JSONObject
    let subject: String

    struct Expectation: Sendable {
        let issuers: Set<String>
        let clientID: String
        let nonce: String
        let now: Instant
    }

    init(_ text: String, keys: JWKSet, _ expected: Expectation) async throws(ProviderRefusal) {
        let header = try Self.header(of: text)
        try await keys.verify(text, header)
        let claims = try Self.claims(of: text)
        guard let issuer = claims["iss"]?.stringValue, expected.issuers.contains(issuer) else { throw .wrongIssuer }
        try Self.checkAudience(claims, expected.clientID)
        try Self.checkTime(claims, expected.now)
        guard claims["nonce"]?.stringValue == expected.nonce else { throw .wrongNonce }
        guard let subject = claims["sub"]?.stringValue, (1...255).contains(subject.utf8.count), !subject.hasControl
        else {
            throw .badAnswer
        }
        self.claims = claims
        self.subject = subject
    }

    struct Header: Sendable, Equatable {
        let algorithm: JWKSet.Algorithm
        let keyID: String?
    }

    static func header(of text: String) throws(ProviderRefusal) -> Header {
        guard text.utf8.count <= 64 << 10 else { throw .badAnswer }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.bytes(String(parts[0]), atMost: 8 << 10),
            let object = (try? JSONParser.parse(bytes))?.objectValue
        else { throw .badAnswer }
        // `none` and the algorithms with a shared secret are no signatures of a provider.
        guard let algorithm = object["alg"]?.stringValue.flatMap(JWKSet.Algorithm.init(rawValue:)),
            object["crit"] == nil
        else { throw .badSignature }
        return Header(algorithm: algorithm, keyID: object["kid"]?.stringValue)
    }

    private static func claims(of text: String) throws(ProviderRefusal) -> JSONObject {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, let bytes = Base64URL.bytes(String(parts[1]), atMost: 48 << 10),
            let object = (try? JSONParser.parse(bytes))?.objectValue
        else { throw .badAnswer }
        return object
    }

    private static func checkAudience(_ claims: JSONObject, _ clientID: String) throws(ProviderRefusal) {
        let audience: [String] =
            claims["aud"]?.stringValue.map { [$0] } ?? claims["aud"]?.arrayValue?.compactMap(\.stringValue) ?? []
        guard audience.contains(clientID) else { throw .wrongAudience }
        let party = claims["azp"]?.stringValue
        guard audience.count == 1 ? party == nil || party == clientID : party == clientID else { throw .wrongAudience }
    }

    private static func checkTime(_ claims: JSONObject, _ now: Instant) throws(ProviderRefusal) {
        let seconds = now.milliseconds / 1000
        guard let end = claims["exp"]?.wholeSeconds else { throw .badAnswer }
        guard seconds < end.addingClamped(leeway) else { throw .tokenExpired }
        guard let issued = claims["iat"]?.wholeSeconds, issued <= seconds + leeway else { throw .badAnswer }
        if let start = claims["nbf"]?.wholeSeconds, start > seconds + leeway { throw .tokenExpired }
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension JSONValue {
    /// A count of seconds, whole or not.
    fileprivate var wholeSeconds: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): value.isFinite && abs(value) < 1e15 ? Int64(value) : nil
        default: nil
        }
    }
}

/// The public keys of a provider (RFC 7517).
struct JWKSet: Sendable {
    enum Algorithm: String, Sendable, CaseIterable {
        case rs256 = "RS256"
        case rs384 = "RS384"
        case rs512 = "RS512"
        case ps256 = "PS256"
        case ps384 = "PS384"
        case ps512 = "PS512"
        case es256 = "ES256"
        case es384 = "ES384"
        case es512 = "ES512"
        case edDSA = "EdDSA"

        var keyType: String {
            switch self {
            case .rs256, .rs384, .rs512, .ps256, .ps384, .ps512: "RSA"
            case .es256, .es384, .es512: "EC"
            case .edDSA: "OKP"
            }
        }

        var curve: String? {
            switch self {
            case .es256: "P-256"
            case .es384: "P-384"
            case .es512: "P-521"
            case .edDSA: "Ed25519"
            default: nil
            }
        }
    }

    let keys: [JSONObject]

    init(_ object: JSONObject) throws(ProviderRefusal) {
        guard let list = object["keys"]?.arrayValue, list.count <= 100 else { throw .badAnswer }
        keys = list.compactMap(\.objectValue)
    }

    /// The key that a header means; nil when it is not here, or not clear which one it is.
    func key(for header: IDToken.Header) -> JSONObject? {
        let fitting = keys.filter { key in
            key["kty"]?.stringValue == header.algorithm.keyType
                && (key["use"]?.stringValue ?? "sig") == "sig"
                && (key["alg"]?.stringValue ?? header.algorithm.rawValue) == header.algorithm.rawValue
                && (header.algorithm.curve == nil || key["crv"]?.stringValue == header.algorithm.curve)
        }
        guard let id = header.keyID else { return fitting.count == 1 ? fitting.first : nil }
        let named = fitting.filter { $0["kid"]?.stringValue == id }
        return named.count == 1 ? named.first : nil
    }

    func verify(_ token: String, _ header: IDToken.Header) async throws(ProviderRefusal) {
        guard let key = key(for: header) else { throw .badSignature }
        do {
            let collection = JWTKeyCollection()
            try await Self.add(key, header.algorithm, to: collection)
            _ = try await collection.verify(token, as: AnyPayload.self)
        } catch {
            throw .badSignature
        }
    }

    private static func add(_ key: JSONObject, _ algorithm: Algorithm, to collection: JWTKeyCollection) async throws {
        func text(_ name: String) -> String { key[name]?.stringValue ?? "" }
        switch algorithm {
        case .rs256, .rs384, .rs512:
            let rsa = try Insecure.RSA.PublicKey(modulus: text("n"), exponent: text("e"))
            await collection.add(rsa: rsa, digestAlgorithm: digest(algorithm))
        case .ps256, .ps384, .ps512:
            let rsa = try Insecure.RSA.PublicKey(modulus: text("n"), exponent: text("e"))
            await collection.add(pss: rsa, digestAlgorithm: digest(algorithm))
        case .es256: await collection.add(ecdsa: try ES256PublicKey(parameters: (text("x"), text("y"))))
        case .es384: await collection.add(ecdsa: try ES384PublicKey(parameters: (text("x"), text("y"))))
        case .es512: await collection.add(ecdsa: try ES512PublicKey(parameters: (text("x"), text("y"))))
        case .edDSA: await collection.add(eddsa: try EdDSA.PublicKey(x: text("x"), curve: .ed25519))
        }
    }

    private static func digest(_ algorithm: Algorithm) -> DigestAlgorithm {
        switch algorithm {
        case .rs384, .ps384: .sha384
        case .rs512, .ps512: .sha512
        default: .sha256
        }
    }
}

/// What is signed is read here, strictly, after JWTKit has checked the signature.
private struct AnyPayload: JWTPayload {
    func verify(using algorithm: some JWTAlgorithm) async throws {}
}
