import JSONKit
import Kernel

/// How the file of a backup is called: `circuit-breaker-20260921T141320Z-3f2a91.cbbackup`. The moment is in it, so that a
/// list needs no look into the files, and names sort by it; the end keeps two of the same second apart.
package enum BackupName {
    package static let ending = ".cbbackup"
    private static let beginning = "circuit-breaker-"
    private static let momentLength = 16
    private static let longest = 96

    /// `mark` is of lower-case letters and digits.
    package static func make(at moment: Instant, mark: String) -> String {
        "\(beginning)\(SignatureV4.time(moment))-\(mark)\(ending)"
    }

    package static func randomMark() -> String {
        var generator = SystemRandomNumberGenerator()
        let letters = Array("0123456789abcdef".utf8)
        return String(
            decoding: (0..<6).map { _ in letters[Int.random(in: 0..<16, using: &generator)] }, as: UTF8.self)
    }

    @Sendable package static func isValid(_ name: String) -> Bool { moment(of: name) != nil }

    /// When the backup was made, by its name; nil for what is not such a name.
    package static func moment(of name: String) -> Instant? {
        guard name.utf8.count <= longest, name.hasPrefix(beginning), name.hasSuffix(ending) else { return nil }
        let inside = Array(name.utf8.dropFirst(beginning.utf8.count).dropLast(ending.utf8.count))
        guard inside.count > momentLength + 1, inside[momentLength] == UInt8(ascii: "-"),
            inside.dropFirst(momentLength + 1).allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
            })
        else { return nil }
        func digits(_ range: Range<Int>) -> String { String(decoding: inside[range], as: UTF8.self) }
        guard inside[8] == UInt8(ascii: "T"), inside[15] == UInt8(ascii: "Z") else { return nil }
        let text =
            "\(digits(0..<4))-\(digits(4..<6))-\(digits(6..<8))T\(digits(9..<11)):\(digits(11..<13)):\(digits(13..<15))Z"
        return RFC3339.milliseconds(text).map(Instant.init(milliseconds:))
    }
}
