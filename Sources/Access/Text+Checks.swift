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

    /// A short name for addresses: small letters, digits and hyphens.
    var isSlug: Bool {
        (1...40).contains(utf8.count)
            && utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
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
