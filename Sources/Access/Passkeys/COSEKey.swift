import Crypto
import Foundation

/// A passkey's public key (RFC 9052): ES256 on P-256, or EdDSA on Ed25519.
struct COSEKey: Sendable {
    /// As they are offered to the authenticator, the liked one first.
    static let algorithms: [Int64] = [-8, -7]

    private enum Kind: Sendable {
        case es256(P256.Signing.PublicKey)
        case ed25519(Curve25519.Signing.PublicKey)
    }

    private let kind: Kind

    /// Nil for another algorithm, or a point that is not on its curve.
    init?(_ value: CBORValue) {
        switch (value[1]?.integer, value[3]?.integer, value[-1]?.integer) {
        case (2, -7, 1):
            guard let x = value[-2]?.byteString, let y = value[-3]?.byteString, x.count == 32, y.count == 32,
                let key = try? P256.Signing.PublicKey(rawRepresentation: x + y)
            else { return nil }
            kind = .es256(key)
        case (1, -8, 6):
            guard let x = value[-2]?.byteString, x.count == 32,
                let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x)
            else { return nil }
            kind = .ed25519(key)
        default: return nil
        }
    }

    /// From the bytes of a stored key.
    init?(bytes: [UInt8]) {
        var reader = CBORReader(bytes)
        guard let value = try? reader.value(), reader.isAtEnd else { return nil }
        self.init(value)
    }

    func isSigned(_ message: [UInt8], _ signature: [UInt8]) -> Bool {
        switch kind {
        case .es256(let key):
            guard let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature) else { return false }
            return key.isValidSignature(signature, for: message)
        case .ed25519(let key):
            return signature.count == 64 && key.isValidSignature(signature, for: message)
        }
    }
}

/// RFC 4648 section 5 without padding, as browsers and authenticators write bytes.
enum Base64URL {
    static func text(_ bytes: some Sequence<UInt8>) -> String {
        Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    /// Nil for anything that is not in the one form bytes have: no padding, no stray bits.
    static func bytes(_ text: String, atMost limit: Int) -> [UInt8]? {
        guard text.utf8.count <= limit * 4 / 3 + 4, !text.contains(where: { "+/=".contains($0) }) else { return nil }
        let plain = text.replacing("-", with: "+").replacing("_", with: "/")
        let padding = String(repeating: "=", count: (4 - plain.utf8.count % 4) % 4)
        guard let data = Data(base64Encoded: plain + padding), data.count <= limit, self.text(data) == text else {
            return nil
        }
        return Array(data)
    }
}
