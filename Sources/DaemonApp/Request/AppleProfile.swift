import Foundation
import LocalCA

/// A configuration profile that makes iPhones, iPads and Macs offer the roots for trust. The same roots always give the
/// same identifiers, so that a device replaces an older copy instead of collecting them.
struct AppleProfile {
    let roots: [Certificate]

    static let contentType = "application/x-apple-aspen-config"

    func bytes() throws -> [UInt8] {
        let payloads = try roots.map(payload).joined()
        let all = roots.map(\.fingerprintSHA256).joined(separator: " ")
        return Array(
            """
            <?xml version="1.0" encoding="UTF-8"?>
            <!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
            <plist version="1.0">
            <dict>
            <key>PayloadContent</key>
            <array>
            \(payloads)</array>
            <key>PayloadDescription</key>
            <string>Trust for the Circuit Breaker server of this network. Compare the fingerprint before you install it.</string>
            <key>PayloadDisplayName</key>
            <string>\(Self.escaped(roots.first.map(Self.name) ?? "Circuit Breaker CA"))</string>
            <key>PayloadIdentifier</key>
            <string>circuit-breaker.ca.\(Self.identifier(of: "profile \(all)"))</string>
            <key>PayloadRemovalDisallowed</key>
            <false/>
            <key>PayloadType</key>
            <string>Configuration</string>
            <key>PayloadUUID</key>
            <string>\(Self.identifier(of: "profile \(all)"))</string>
            <key>PayloadVersion</key>
            <integer>1</integer>
            </dict>
            </plist>

            """.utf8)
    }

    private func payload(_ root: Certificate) throws -> String {
        let id = Self.identifier(of: "root \(root.fingerprintSHA256)")
        return """
            <dict>
            <key>PayloadCertificateFileName</key>
            <string>circuit-breaker-ca.cer</string>
            <key>PayloadContent</key>
            <data>\(Data(root.der).base64EncodedString())</data>
            <key>PayloadDescription</key>
            <string>SHA-256 \(root.fingerprintSHA256)</string>
            <key>PayloadDisplayName</key>
            <string>\(Self.escaped(Self.name(root)))</string>
            <key>PayloadIdentifier</key>
            <string>circuit-breaker.ca.root.\(id)</string>
            <key>PayloadType</key>
            <string>com.apple.security.root</string>
            <key>PayloadUUID</key>
            <string>\(id)</string>
            <key>PayloadVersion</key>
            <integer>1</integer>
            </dict>

            """
    }

    /// A UUID of version 8 (RFC 9562: made in a way of one's own) from the digest of a text.
    static func identifier(of text: String) -> String {
        var bytes = Array(Digest.sha256(Array("circuit-breaker \(text)".utf8)).prefix(16))
        bytes[6] = bytes[6] & 0x0f | 0x80
        bytes[8] = bytes[8] & 0x3f | 0x80
        let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }
        return [digits[0..<4], digits[4..<6], digits[6..<8], digits[8..<10], digits[10...]].map { $0.joined() }
            .joined(separator: "-")
    }

    /// The common name, which is the last part of the subject's line.
    static func name(_ root: Certificate) -> String {
        root.subject.components(separatedBy: "CN = ").last ?? root.subject
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
