import Crypto
import Foundation
import JSONKit
import Kernel
import TestSupport

@testable import Access

/// An authenticator in software: makes and uses one passkey as a browser would hand it over, with whatever is wrong
/// that a test asks for.
struct SoftAuthenticator {
    enum Key {
        case es256(P256.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
    }

    var key: Key
    var id: [UInt8] = ScryptHash.randomBytes(32)
    var site = "lab.local"
    var origin = "https://lab.local:8443"
    /// Present, verified.
    var flags: UInt8 = 0x05
    var count: UInt32 = 0
    var userHandle: String?

    static func es256() -> SoftAuthenticator { SoftAuthenticator(key: .es256(P256.Signing.PrivateKey())) }
    static func ed25519() -> SoftAuthenticator { SoftAuthenticator(key: .ed25519(Curve25519.Signing.PrivateKey())) }

    var credentialID: String { Base64URL.text(id) }

    func data(flags: UInt8, attested: [UInt8] = []) -> [UInt8] {
        Array(SHA256.hash(data: Array(site.utf8))) + [flags] + withUnsafeBytes(of: count.bigEndian) { Array($0) }
            + attested
    }

    /// The public key in COSE.
    var publicKey: [UInt8] {
        switch key {
        case .es256(let key):
            let raw = Array(key.publicKey.rawRepresentation)
            return [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + raw[..<32] + [0x22, 0x58, 0x20]
                + raw[32...]
        case .ed25519(let key):
            return [0xA4, 0x01, 0x01, 0x03, 0x27, 0x20, 0x06, 0x21, 0x58, 0x20] + Array(key.publicKey.rawRepresentation)
        }
    }

    func clientData(_ type: String, _ challenge: String) -> [UInt8] {
        Array(#"{"type":"\#(type)","challenge":"\#(challenge)","origin":"\#(origin)","crossOrigin":false}"#.utf8)
    }

    func attestation(_ authenticatorData: [UInt8]) -> [UInt8] {
        let count = authenticatorData.count
        return [0xA3, 0x63] + Array("fmt".utf8) + [0x64] + Array("none".utf8) + [0x67] + Array("attStmt".utf8)
            + [0xA0, 0x68] + Array("authData".utf8)
            + (count < 256 ? [0x58, UInt8(count)] : [0x59, UInt8(count >> 8), UInt8(count & 255)]) + authenticatorData
    }

    /// The body of a registration.
    func made(_ challenge: String, name: String = "Key") -> String {
        let attested =
            [UInt8](repeating: 0, count: 16) + [UInt8(id.count >> 8), UInt8(id.count & 255)] + id + publicKey
        return """
            {"name":"\(name)","credential_id":"\(credentialID)","transports":["internal"],
             "client_data":"\(Base64URL.text(clientData("webauthn.create", challenge)))",
             "attestation":"\(Base64URL.text(attestation(data(flags: flags | 0x40, attested: attested))))"}
            """
    }

    /// The body of a proof.
    func proof(_ challenge: String, type: String = "webauthn.get") throws -> String {
        let client = clientData(type, challenge)
        let signed = data(flags: flags)
        let signature = try sign(signed + Array(SHA256.hash(data: client)))
        return """
            {"credential_id":"\(credentialID)","client_data":"\(Base64URL.text(client))",
             "authenticator_data":"\(Base64URL.text(signed))","signature":"\(Base64URL.text(signature))",
             "user_handle":\(userHandle.map { "\"\($0)\"" } ?? "null")}
            """
    }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        switch key {
        case .es256(let key): Array(try key.signature(for: message).derRepresentation)
        case .ed25519(let key): Array(try key.signature(for: message))
        }
    }

    /// Registers with that person's session.
    static func registered(_ authenticator: SoftAuthenticator, by person: Visitor) async throws -> SoftAuthenticator {
        var authenticator = authenticator
        let options = try await person.post("me/passkeys/options")
        authenticator.userHandle = options["user_handle"]?.stringValue
        let answer = try await person.post("me/passkeys", authenticator.made(options["challenge"]?.stringValue ?? ""))
        guard answer.status == 201 else { throw AccessHouse.Unexpected(answer.text) }
        return authenticator
    }
}
