/// What the authenticator has signed (Web Authentication section 6.1).
struct AuthenticatorData: Sendable {
    struct Credential: Sendable {
        let id: [UInt8]
        let key: COSEKey
        let keyBytes: [UInt8]
    }

    let siteHash: [UInt8]
    /// Somebody has touched it.
    let isPresent: Bool
    /// It knows who: by a PIN, a finger, a face.
    let isVerified: Bool
    /// The key lives on other machines too.
    let isSynced: Bool
    let signCount: UInt32
    /// At registration only.
    let credential: Credential?

    /// Nil for anything that does not read to its last byte.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 37 else { return nil }
        siteHash = Array(bytes[..<32])
        let flags = bytes[32]
        isPresent = flags & 0x01 != 0
        isVerified = flags & 0x04 != 0
        isSynced = flags & 0x10 != 0
        signCount = bytes[33..<37].reduce(0) { $0 << 8 | UInt32($1) }
        // Kept elsewhere without being able to be is a contradiction.
        guard !isSynced || flags & 0x08 != 0 else { return nil }
        var rest = bytes[37...]
        if flags & 0x40 != 0 {
            guard let (credential, after) = Self.credential(rest) else { return nil }
            self.credential = credential
            rest = after
        } else {
            credential = nil
        }
        if flags & 0x80 != 0 {
            var reader = CBORReader(rest)
            guard case .map? = try? reader.value() else { return nil }
            rest = rest[reader.position...]
        }
        guard rest.isEmpty else { return nil }
    }

    private static func credential(_ bytes: ArraySlice<UInt8>) -> (Credential, ArraySlice<UInt8>)? {
        // Sixteen bytes name the make of the authenticator, which nothing is decided by here.
        let lengthAt = bytes.startIndex + 16
        guard bytes.count >= 18 else { return nil }
        let length = Int(bytes[lengthAt]) << 8 | Int(bytes[lengthAt + 1])
        let idAt = lengthAt + 2
        guard (1...1023).contains(length), bytes.endIndex - idAt > length else { return nil }
        let keyAt = idAt + length
        var reader = CBORReader(bytes[keyAt...])
        guard let value = try? reader.value(), let key = COSEKey(value) else { return nil }
        let credential = Credential(
            id: Array(bytes[idAt..<keyAt]), key: key, keyBytes: Array(bytes[keyAt..<reader.position]))
        return (credential, bytes[reader.position...])
    }
}
