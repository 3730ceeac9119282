import Crypto
import HTTPKit
import JSONKit
import Kernel

/// The name a passkey is bound to: the host of this daemon as the browser has it (the relying party's id).
struct PasskeySite: Sendable, Equatable {
    let name: String
    /// `https://lab.local:8443`
    let origin: String

    /// Browsers make passkeys for names over TLS only, and for `localhost`.
    init(_ origin: RequestOrigin) throws(AppError) {
        guard let name = Self.host(of: origin.host), !name.isEmpty else {
            throw AppError(
                .conflict,
                "Passkeys need a name: open this daemon by its host name instead of its IP address, then try again.")
        }
        guard origin.isTLS || name == "localhost" || name.hasSuffix(".localhost") else {
            throw AppError(.conflict, "Passkeys need HTTPS: open this daemon by its https:// address, then try again.")
        }
        self.name = name
        self.origin = origin.text.lowercased()
    }

    /// The host without its port; nil for an IP address, which no passkey can be bound to.
    private static func host(of text: String) -> String? {
        guard !text.hasPrefix("[") else { return nil }
        let host = text.prefix { $0 != ":" }.lowercased()
        let last = host.split(separator: ".").last ?? ""
        // A browser takes a last part of digits for an IPv4 address in one of its forms.
        guard !last.allSatisfy(\.isNumber), !last.hasPrefix("0x") else { return nil }
        return host
    }

    var hash: [UInt8] { Array(SHA256.hash(data: Array(name.utf8))) }
}

/// What the browser has put before the authenticator (Web Authentication section 5.8.1).
struct ClientData: Sendable {
    let challenge: String
    let bytes: [UInt8]

    /// Checks everything but the challenge, which the database knows.
    init(_ bytes: [UInt8], is type: String, at site: PasskeySite) throws(PasskeyRefusal) {
        guard let value = try? JSONParser.parse(bytes), case .object(let object) = value else { throw .unreadable }
        guard object["type"]?.stringValue == type else { throw .otherCeremony }
        guard let origin = object["origin"]?.stringValue, SameOrigin.isSame(origin, site.origin) else {
            throw .otherOrigin
        }
        guard object["crossOrigin"]?.boolValue != true else { throw .otherOrigin }
        guard let challenge = object["challenge"]?.stringValue, challenge.utf8.count <= 128 else { throw .unreadable }
        self.challenge = challenge
        self.bytes = bytes
    }
}

/// Why a passkey was not taken; for the trail and the log.
enum PasskeyRefusal: String, Error, Sendable, Equatable {
    case unreadable, otherCeremony, otherOrigin, otherSite, otherCredential, otherPerson
    case notPresent, unknownChallenge, unknownCredential, badSignature, counterRegressed, noKey
}

/// A passkey as it was made, ready to be stored.
struct MadePasskey: Sendable {
    let credentialID: [UInt8]
    let key: [UInt8]
    let signCount: UInt32
    let isSynced: Bool

    /// Registration (section 7.1). Who made the authenticator is not asked, so the attestation is not looked at.
    init(attestation: [UInt8], credentialID: [UInt8], at site: PasskeySite) throws(PasskeyRefusal) {
        var reader = CBORReader(attestation)
        guard let object = try? reader.value(), reader.isAtEnd, object[.text("fmt")]?.textString != nil,
            case .map? = object[.text("attStmt")],
            let data = object[.text("authData")]?.byteString.flatMap({ AuthenticatorData($0) })
        else { throw .unreadable }
        guard data.siteHash == site.hash else { throw .otherSite }
        guard data.isPresent else { throw .notPresent }
        guard let credential = data.credential else { throw .noKey }
        guard credential.id == credentialID else { throw .otherCredential }
        self.credentialID = credential.id
        key = credential.keyBytes
        signCount = data.signCount
        isSynced = data.isSynced
    }
}

/// A proof with a stored passkey (section 7.2).
struct PasskeyProof: Sendable, Equatable {
    let isVerified: Bool
    let signCount: UInt32
    let isSynced: Bool

    init(
        _ data: [UInt8], _ client: ClientData, signature: [UInt8], by passkey: Passkey, at site: PasskeySite
    ) throws(PasskeyRefusal) {
        guard let read = AuthenticatorData(data) else { throw .unreadable }
        guard read.siteHash == site.hash, passkey.site == site.name else { throw .otherSite }
        guard read.isPresent else { throw .notPresent }
        guard let key = COSEKey(bytes: passkey.publicKey) else { throw .noKey }
        guard key.isSigned(data + Array(SHA256.hash(data: client.bytes)), signature) else { throw .badSignature }
        // Keys that count must count up; synced ones say nought for ever.
        if read.signCount != 0 || passkey.signCount != 0 {
            guard Int64(read.signCount) > passkey.signCount else { throw .counterRegressed }
        }
        isVerified = read.isVerified
        signCount = read.signCount
        isSynced = read.isSynced
    }
}
