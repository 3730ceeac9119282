/// The name of an entry: a path that stays below the archive.
package enum ZipPath {
    static let longest = 500

    static func read(_ bytes: ArraySlice<UInt8>) throws(ZipError) -> String {
        guard let path = String(validating: bytes, as: UTF8.self) else {
            throw ZipError("The archive has a name that is not UTF-8.")
        }
        guard !path.isEmpty, path.utf8.count <= longest else {
            throw ZipError("The archive has a name without letters, or of more than \(longest) bytes.")
        }
        guard !path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control || $0 == "\\" }) else {
            throw ZipError("The archive has a name with a backslash or a control character.")
        }
        let shown = String(path.prefix(80))
        guard !path.hasPrefix("/"), !(path.dropFirst().first == ":") else {
            throw ZipError("“\(shown)” does not stay below the archive.")
        }
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let inner = path.hasSuffix("/") ? parts.dropLast() : parts[...]
        guard inner.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
            throw ZipError("“\(shown)” does not stay below the archive.")
        }
        return path
    }

    /// A part of a name that every system takes, made of what people wrote.
    package static func part(_ text: String) -> String {
        let forbidden: Set<Character> = ["/", "\\", ":", "*", "?", "\"", "<", ">", "|"]
        let plain = text.map { character -> Character in
            let isControl = character.unicodeScalars.contains { $0.properties.generalCategory == .control }
            return forbidden.contains(character) || isControl ? "-" : character
        }
        let kept = String(plain.prefix(60)).drop { $0 == "." || $0 == " " }
        var whole = String(kept)
        while whole.hasSuffix(".") || whole.hasSuffix(" ") { whole.removeLast() }
        return whole.isEmpty ? "-" : whole
    }
}
