import Foundation

/// A picture of a person: the one Gravatar has, or a small one kept here as a `data:` address.
enum ProfilePicture {
    static let gravatar = "gravatar"
    static let longest = 32 << 10

    /// Why the text is no picture, or nil. What the bytes are is decided by the bytes, not by what they claim.
    static func problem(_ text: String) -> String? {
        if text == gravatar { return nil }
        let refusal = "Use “gravatar” or a PNG, JPEG or WebP picture as a base64 data address."
        for (type, isOne) in types where text.hasPrefix("data:\(type);base64,") {
            let base64 = text.dropFirst("data:\(type);base64,".count)
            guard base64.utf8.count <= longest * 4 / 3 + 4 else { return "The picture may have at most 32 KiB." }
            guard let bytes = Data(base64Encoded: String(base64)), isOne(Array(bytes.prefix(12))) else {
                return refusal
            }
            return bytes.count <= longest ? nil : "The picture may have at most 32 KiB."
        }
        return refusal
    }

    private static let types: [(String, @Sendable ([UInt8]) -> Bool)] = [
        ("image/png", { $0.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) }),
        ("image/jpeg", { $0.starts(with: [0xFF, 0xD8, 0xFF]) }),
        (
            "image/webp",
            { $0.starts(with: Array("RIFF".utf8)) && $0.count == 12 && Array($0[8...]) == Array("WEBP".utf8) }
        ),
    ]
}
