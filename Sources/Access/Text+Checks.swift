extension String {
    /// Without white space at either end.
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    /// Holds a character that no line of text has, such as NUL, which PostgreSQL would not store either.
    var hasControl: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }

    /// The name of a theme or font, as the pages know it.
    var isSlug: Bool {
        (1...40).contains(utf8.count)
            && utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    /// The form of a name of the time zone database; whether it exists is the browser's business.
    var isZoneName: Bool {
        guard (1...64).contains(utf8.count), !hasPrefix("/"), !hasSuffix("/") else { return false }
        return utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                || [0x2B, 0x2D, 0x2F, 0x5F].contains(byte)
        }
    }

    /// Good enough to tell a typing error: one `@`, something before it, a host after it, no spaces.
    var isEmailAddress: Bool {
        guard (3...254).contains(utf8.count), !hasControl, !contains(where: \.isWhitespace) else { return false }
        let parts = split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.count <= 64 else { return false }
        let labels = parts[1].split(separator: ".", omittingEmptySubsequences: false)
        return labels.allSatisfy { !$0.isEmpty && !$0.hasPrefix("-") && !$0.hasSuffix("-") }
    }

    /// The first part of a text from outside, without control characters.
    func bounded(_ count: Int) -> String {
        String(
            String.UnicodeScalarView(unicodeScalars.filter { $0.properties.generalCategory != .control }.prefix(count)))
    }
}
