import Crypto
import JSONKit
import Kernel

/// What the daemon signed about one row of the chain.
package struct ChainStatement: Sendable, Equatable {
    package enum Kind: String, Sendable {
        /// Every row up to this one was removed by retention.
        case checkpoint
        /// This row was here at that moment.
        case anchor
    }

    package let kind: Kind
    package let link: ChainLink
    /// How many rows were removed since the beginning; 0 for an anchor.
    package let removed: Int64
    package let at: Instant
    /// 64 hexadecimal digits; empty where nothing could be signed, because the vault is locked.
    package let publicKey: String
    package let signature: String

    package init(
        kind: Kind, link: ChainLink, removed: Int64 = 0, at: Instant, publicKey: String, signature: String
    ) {
        self.kind = kind
        self.link = link
        self.removed = removed
        self.at = at
        self.publicKey = publicKey
        self.signature = signature
    }

    /// Signed with that key; without one it is a bare note.
    package init(kind: Kind, link: ChainLink, removed: Int64 = 0, at: Instant, by key: ChainKey?) {
        let text = Self.text(kind, link, removed, at)
        self.init(
            kind: kind, link: link, removed: removed, at: at, publicKey: key?.publicKey ?? "",
            signature: key?.sign(text) ?? "")
    }

    package var isSigned: Bool { !signature.isEmpty }

    /// Whether the key it names has signed exactly this.
    package var isGenuine: Bool {
        guard let key = [UInt8](hex: publicKey), let signature = [UInt8](hex: signature),
            let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key)
        else { return false }
        return publicKey.isValidSignature(signature, for: Self.text(kind, link, removed, at))
    }

    private static func text(_ kind: Kind, _ link: ChainLink, _ removed: Int64, _ at: Instant) -> [UInt8] {
        Array(
            "circuit-breaker audit \(kind.rawValue) 1\n\(link.id)\n\(link.hash)\n\(removed)\n\(at.milliseconds)\n".utf8)
    }
}

extension ChainStatement: JSONWritable {
    /// `{"checkpoint": {…}}` or `{"anchor": {…}}`: a line of an export or of the file of anchors.
    package func writeLine(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name(kind.rawValue)
        write(to: &writer)
        writer.endObject()
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", link.id)
        writer.member("hash", link.hash)
        if kind == .checkpoint { writer.member("removed", removed) }
        writer.member("at", milliseconds: at.milliseconds)
        writer.member("public_key", publicKey.isEmpty ? nil : publicKey)
        writer.member("signature", signature.isEmpty ? nil : signature)
        writer.endObject()
    }

    /// Nil where the line is none of these.
    package init?(line: JSONValue) {
        guard let members = line.objectValue?.members, members.count == 1, let kind = Kind(rawValue: members[0].name),
            let object = members[0].value.objectValue, let id = object["id"]?.integerValue,
            let hash = object["hash"]?.stringValue, let text = object["at"]?.stringValue,
            let milliseconds = RFC3339.milliseconds(text)
        else { return nil }
        self.init(
            kind: kind, link: ChainLink(id: id, hash: hash), removed: object["removed"]?.integerValue ?? 0,
            at: Instant(milliseconds: milliseconds), publicKey: object["public_key"]?.stringValue ?? "",
            signature: object["signature"]?.stringValue ?? "")
    }
}

/// The pair of keys of a daemon that signs what it says about its history.
package struct ChainKey: Sendable {
    private let key: Curve25519.Signing.PrivateKey

    package init() { key = Curve25519.Signing.PrivateKey() }

    /// From what `seed` gave; nil where it is none.
    package init?(seed: Secret<String>) {
        guard let bytes = [UInt8](hex: seed.reveal()),
            let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: bytes)
        else { return nil }
        self.key = key
    }

    package var seed: Secret<String> { Secret(key.rawRepresentation.hexText) }

    package var publicKey: String { key.publicKey.rawRepresentation.hexText }

    /// Signing with a key in memory cannot fail; an empty text would be found by every check all the same.
    func sign(_ bytes: [UInt8]) -> String { (try? key.signature(for: bytes))?.hexText ?? "" }

    /// What people compare: the first 16 bytes of the key's SHA-256, in groups of four digits.
    package static func fingerprint(of publicKey: String) -> String {
        let text = SHA256.hash(data: Array(publicKey.utf8)).prefix(16).hexText
        return stride(from: 0, to: text.count, by: 4).map { String(text.dropFirst($0).prefix(4)) }
            .joined(separator: " ")
    }
}

extension [UInt8] {
    /// Nil where the text is not pairs of hexadecimal digits.
    init?(hex text: String) {
        let digits = Array<UInt8>(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.value(digits[index]), let low = Self.value(digits[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        self = bytes
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
