/// The variables of `/etc/circuit-breaker/env`, read as systemd's `EnvironmentFile=` reads it, but with an error for
/// every line whose meaning could be disputed: a comment after a bare value, an open quote, a continued line.
struct EnvironmentFile {
    let path: String
    private(set) var variables: [NamedValue] = []
    private(set) var problems: [ConfigurationProblem] = []

    init(_ bytes: [UInt8], path: String) {
        self.path = path
        if let (mark, sentence) = unreadableText(bytes) {
            problems.append(ConfigurationProblem(place: "\(path):\(mark.line):\(mark.column)", sentence))
            return
        }
        var seen: [String: Int] = [:]
        let lines = String(decoding: bytes, as: UTF8.self).split(omittingEmptySubsequences: false) { $0.isNewline }
        for (index, line) in lines.enumerated() where problems.count < YAMLTree.mostProblems {
            do throws(Malformed) {
                guard let (name, value) = try variable(in: line) else { continue }
                if let first = seen[name] {
                    throw Malformed(sentence: "\(name) is set twice, first in line \(first); keep one of them.")
                }
                seen[name] = index + 1
                let origin = ValueOrigin.environmentFile(path: path, line: index + 1, name: name)
                variables.append(NamedValue(name: name, text: value, origin: origin))
            } catch {
                problems.append(ConfigurationProblem(place: "\(path):\(index + 1)", error.sentence))
            }
        }
    }

    private struct Malformed: Error { let sentence: String }

    private func variable(in line: Substring) throws(Malformed) -> (name: String, value: String)? {
        var rest = line.trimmed
        guard let first = rest.first, first != "#", first != ";" else { return nil }
        if rest.hasPrefix("export ") { rest = rest.dropFirst("export ".count).trimmed }
        guard let equals = rest.firstIndex(of: "=") else {
            throw Malformed(sentence: "This line has no \"=\"; write NAME=VALUE, or # in front of a comment.")
        }
        let name = rest[..<equals]
        guard isVariableName(name) else {
            let sentence = "What stands before \"=\" is not a name; write NAME=VALUE without blanks around \"=\"."
            throw Malformed(sentence: sentence)
        }
        return (String(name), try value(rest[rest.index(after: equals)...].trimmed, of: String(name)))
    }

    private func value(_ text: Substring, of name: String) throws(Malformed) -> String {
        switch text.first {
        case "'": return try singleQuoted(text.dropFirst(), of: name)
        case "\"": return try doubleQuoted(text.dropFirst(), of: name)
        default:
            if text.hasSuffix("\\") {
                throw Malformed(sentence: "The value of \(name) goes on in the next line; write it in one line.")
            }
            if text.contains(" #") || text.contains("\t#") {
                throw Malformed(
                    sentence: "A # follows the value of \(name); put the comment in a line of its own, "
                        + "or the whole value in quotes.")
            }
            return String(text)
        }
    }

    private func singleQuoted(_ text: Substring, of name: String) throws(Malformed) -> String {
        guard let end = text.firstIndex(of: "'") else {
            throw Malformed(sentence: "The quote of \(name) is not closed in this line.")
        }
        try requireEnd(text[text.index(after: end)...], of: name)
        return String(text[..<end])
    }

    private func doubleQuoted(_ text: Substring, of name: String) throws(Malformed) -> String {
        var value = ""
        var rest = text
        while let character = rest.popFirst() {
            if character == "\"" {
                try requireEnd(rest, of: name)
                return value
            }
            guard character == "\\" else {
                value.append(character)
                continue
            }
            guard let escaped = rest.popFirst() else { break }
            // As a shell: a backslash before anything else stands for itself.
            value += ["\"", "\\", "$", "`"].contains(escaped) ? String(escaped) : "\\\(escaped)"
        }
        throw Malformed(sentence: "The quote of \(name) is not closed in this line.")
    }

    private func requireEnd(_ rest: Substring, of name: String) throws(Malformed) {
        let tail = rest.trimmed
        guard tail.isEmpty || (tail.hasPrefix("#") && tail.startIndex > rest.startIndex) else {
            throw Malformed(sentence: "Text follows the closing quote of \(name); end the line there.")
        }
    }
}

/// One variable of the environment or of the environment file.
struct NamedValue: Sendable {
    let name: String
    let text: String
    let origin: ValueOrigin
}

private func isVariableName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F
    }
}

extension Substring {
    /// Without blanks at both ends.
    fileprivate var trimmed: Substring {
        var text = drop { $0 == " " || $0 == "\t" }
        while let last = text.last, last == " " || last == "\t" { text.removeLast() }
        return text
    }
}
