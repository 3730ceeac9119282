import Crypto
import Foundation
import JSONKit
import Kernel

/// Signs a request as AWS signature version 4 wants it. Pure: the moment is handed in.
struct SignatureV4: Sendable {
    struct Request: Sendable {
        var method: String
        /// Absolute and not yet escaped: `/bucket/folder/name`.
        var path: String
        /// Not yet escaped, in any order.
        var query: [(name: String, value: String)] = []
        /// All that is signed; `host` has to be among them.
        var headers: [(name: String, value: String)]
        /// SHA-256 of the body in hex, or `UNSIGNED-PAYLOAD`.
        var bodyHash: String
    }

    static let algorithm = "AWS4-HMAC-SHA256"
    static let emptyBody = hex(SHA256.hash(data: [UInt8]()))

    let keyID: String
    let secret: Secret<String>
    let region: String
    let service: String

    /// The value of the field `authorization`. `time` is what the field `x-amz-date` says.
    func authorization(_ request: Request, time: String) -> String {
        let names = Self.signedNames(request)
        return
            "\(Self.algorithm) Credential=\(keyID)/\(scope(time)),SignedHeaders=\(names),Signature=\(signature(request, time: time))"
    }

    func signature(_ request: Request, time: String) -> String {
        let digest = Self.hex(SHA256.hash(data: Array(Self.canonical(request).utf8)))
        let text = "\(Self.algorithm)\n\(time)\n\(scope(time))\n\(digest)"
        return Self.hex(Self.code(text, under: signingKey(day: String(time.prefix(8)))))
    }

    func signingKey(day: String) -> SymmetricKey {
        var key = SymmetricKey(data: Array("AWS4\(secret.reveal())".utf8))
        for part in [day, region, service, "aws4_request"] { key = SymmetricKey(data: Self.code(part, under: key)) }
        return key
    }

    private func scope(_ time: String) -> String { "\(time.prefix(8))/\(region)/\(service)/aws4_request" }

    static func canonical(_ request: Request) -> String {
        let query = request.query.map { (escaped($0.name), escaped($0.value)) }.sorted { $0 < $1 }
            .map { "\($0.0)=\($0.1)" }.joined(separator: "&")
        let headers = lowered(request).map { "\($0.name):\($0.value)\n" }.joined()
        return [
            request.method, escapedPath(request.path), query, headers, signedNames(request), request.bodyHash,
        ].joined(separator: "\n")
    }

    private static func signedNames(_ request: Request) -> String {
        lowered(request).map(\.name).joined(separator: ";")
    }

    private static func lowered(_ request: Request) -> [(name: String, value: String)] {
        request.headers.map { header in
            let words = header.value.split(separator: " ", omittingEmptySubsequences: true)
            return (name: header.name.lowercased(), value: words.joined(separator: " "))
        }.sorted { $0.name < $1.name }
    }

    /// Escapes everything but the letters, digits and four signs that RFC 3986 calls unreserved.
    static func escaped(_ text: some StringProtocol) -> String {
        var out = ""
        for byte in text.utf8 {
            switch byte {
            case 0x41...0x5A, 0x61...0x7A, 0x30...0x39, 0x2D, 0x2E, 0x5F, 0x7E:
                out.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                out += "%"
                if byte < 16 { out += "0" }
                out += String(byte, radix: 16, uppercase: true)
            }
        }
        return out
    }

    static func escapedPath(_ path: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false).map(escaped).joined(separator: "/")
    }

    /// `20130524T000000Z`
    static func time(_ moment: Instant) -> String {
        let text = RFC3339.text(moment.milliseconds)
        return String(text.prefix(19).filter { $0 != "-" && $0 != ":" }) + "Z"
    }

    private static func code(_ text: String, under key: SymmetricKey) -> HMAC<SHA256>.MAC {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: key)
    }

    static func hex(_ bytes: some Sequence<UInt8>) -> String {
        var out = ""
        for byte in bytes {
            if byte < 16 { out += "0" }
            out += String(byte, radix: 16)
        }
        return out
    }
}
