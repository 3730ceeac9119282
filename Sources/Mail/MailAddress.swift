import Kernel

/// An address that can stand in an SMTP command and in a header without changing what they mean.
///
/// Only what RFC 5321 section 4.1.2 calls a dot-string is taken as the part before the `@`: no quotes, no comments, no
/// control characters. Letters beyond ASCII would need SMTPUTF8 from every server on the way, so they are refused.
package struct MailAddress: Sendable, Hashable {
    package enum Problem: Error, Sendable, Equatable {
        case empty, tooLong, noAt, badLocalPart, badDomain, notASCII, badName

        package var sentence: String {
            switch self {
            case .empty: "Give an e-mail address such as ada@example.org."
            case .tooLong: "An e-mail address has at most 254 characters, and 64 before the “@”."
            case .noAt: "An e-mail address has exactly one “@”, as in ada@example.org."
            case .badLocalPart:
                "Before the “@” there may be letters, digits and . ! # $ % & ' * + - / = ? ^ _ ` { | } ~."
            case .badDomain: "After the “@” there must be the name of a mail domain, such as example.org."
            case .notASCII:
                "This address has letters that many mail servers do not take. Use its form without accents "
                    + "(for a domain the one that begins with xn--)."
            case .badName: "The name may have at most 120 characters, and no line ends or other control characters."
            }
        }
    }

    package let text: String
    /// Shown beside the address; may be any text of one line.
    package let name: String?

    package init(_ text: String, name: String? = nil) throws(Problem) {
        let name = name.flatMap { $0.isEmpty ? nil : $0 }
        if let name, name.count > 120 || name.utf8.count > 480 || name.hasLineControl { throw .badName }
        guard !text.isEmpty else { throw .empty }
        guard text.utf8.count <= 254 else { throw .tooLong }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw .notASCII }
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else { throw .noAt }
        guard parts[0].utf8.count <= 64 else { throw .tooLong }
        guard Self.isDotString(parts[0]) else { throw .badLocalPart }
        guard HostName.isValid(parts[1]) else { throw .badDomain }
        self.text = text
        self.name = name
    }

    package var domain: Substring { text.split(separator: "@")[1] }

    private static let marks = Set("!#$%&'*+-/=?^_`{|}~".utf8)

    private static func isDotString(_ text: Substring) -> Bool {
        text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { atom in
            !atom.isEmpty && atom.utf8.allSatisfy { HostName.isLetterOrDigit($0) || marks.contains($0) }
        }
    }
}

/// Names of hosts as DNS has them, and addresses of hosts as URLs have them.
package enum HostName {
    package static func isValid(_ text: some StringProtocol) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        return text.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: false
        }
    }
}

extension String {
    /// Holds what ends or bends a header line: controls of ASCII and Latin-1, and Unicode's own line ends.
    var hasLineControl: Bool {
        unicodeScalars.contains {
            $0.value < 0x20 || (0x7F...0x9F).contains($0.value) || [0x2028, 0x2029].contains($0.value)
        }
    }
}
