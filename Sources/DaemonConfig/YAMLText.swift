/// The text of config.yaml with the places of its values, to change one of them and leave the rest alone.
struct YAMLText {
    private let lines: [String]
    private let entries: [YAMLEntry]
    /// What ends an inserted line: files from elsewhere have a carriage return.
    private let lineEnd: String

    init(_ bytes: [UInt8]) {
        let text = String(decoding: bytes, as: UTF8.self)
        // By unicode scalars: Swift takes "\r\n" for one character.
        lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        lineEnd = lines.first?.unicodeScalars.last == "\r" ? "\r" : ""
        if case .map(let entries) = YAMLTree.read(bytes).root?.content { self.entries = entries } else { entries = [] }
    }

    /// Nil when the place cannot be changed in the form the file is written in.
    func setting(_ option: OptionEntry, to value: String) -> [UInt8]? {
        let changed: [String]?
        if let flatKey = option.flatKey, let flat = entries.first(where: { $0.key == flatKey }) {
            changed = replacing(flat, with: value)
        } else if let section = entries.first(where: { $0.key == option.section }) {
            changed = setting(option.name, in: section, to: value)
        } else if option.section.contains(".") {
            changed = nil
        } else {
            changed = appending(option.section, option.name, value)
        }
        return changed.map { Array($0.joined(separator: "\n").utf8) }
    }

    private func setting(_ name: String, in section: YAMLEntry, to value: String) -> [String]? {
        var children: [YAMLEntry] = []
        if case .map(let found) = section.value.content { children = found }
        if let child = children.first(where: { $0.key == name }) { return replacing(child, with: value) }
        let line = section.mark.line
        if section.value.mark.line == line, !children.isEmpty || !section.value.isNothing {
            return insertingIntoFlow(section.value, "\(name): \(value)", isFirst: children.isEmpty)
        }
        let extent = line..<end(ofSectionAt: line)
        let comment = extent.first { Self.isComment(lines[$0], of: name) }
        let indent =
            children.first.map { $0.mark.column - 1 } ?? comment.map { Self.indent(of: lines[$0]) }
            ?? extent.lazy.map { Self.indent(of: lines[$0]) }.first { $0 > 0 } ?? 2
        var changed = lines
        let new = String(repeating: " ", count: max(indent, 1)) + "\(name): \(value)\(lineEnd)"
        changed.insert(new, at: comment.map { $0 + 1 } ?? line)
        return changed
    }

    /// `#name:` of the template: the value goes below its explanation.
    private static func isComment(_ line: String, of name: String) -> Bool {
        let words = line.drop { $0 == " " }
        guard words.hasPrefix("#") else { return false }
        return words.dropFirst().drop { $0 == " " }.hasPrefix("\(name):")
    }

    private static func indent(of line: String) -> Int {
        let blanks = line.prefix { $0 == " " }.count
        return line.dropFirst(blanks).allSatisfy(\.isWhitespace) ? 0 : blanks
    }

    /// The line after the section whose key stands in `line` (counted from one, so also the index of the next).
    private func end(ofSectionAt line: Int) -> Int {
        var end = line
        while end < lines.count {
            let first = lines[end].first
            guard first == nil || first == " " || first == "#" || first?.isWhitespace == true else { break }
            end += 1
        }
        return end
    }

    private func appending(_ section: String, _ name: String, _ value: String) -> [String] {
        var changed = lines
        while let last = changed.last, last.allSatisfy(\.isWhitespace) { changed.removeLast() }
        if !changed.isEmpty { changed.append(lineEnd) }
        return changed + ["\(section):\(lineEnd)", "  \(name): \(value)\(lineEnd)", ""]
    }

    private func insertingIntoFlow(_ node: YAMLNode, _ text: String, isFirst: Bool) -> [String]? {
        let (line, column) = (node.mark.line - 1, node.mark.column - 1)
        var scalars = Array(lines[line].unicodeScalars)
        guard scalars.indices.contains(column), scalars[column] == "{" else { return nil }
        scalars.insert(contentsOf: Array((text + (isFirst ? "" : ", ")).unicodeScalars), at: column + 1)
        return with(line, scalars)
    }

    /// Puts another value in the place of one that stands in a single line; a block list grows line by line.
    private func replacing(_ entry: YAMLEntry, with value: String) -> [String]? {
        let (line, column) = (entry.value.mark.line - 1, entry.value.mark.column - 1)
        if entry.value.isNothing { return filling(entry, with: value) }
        guard lines.indices.contains(line) else { return nil }
        var scalars = Array(lines[line].unicodeScalars)
        guard scalars.indices.contains(column) else { return nil }
        let end: Int?
        switch (entry.value.content, scalars[column]) {
        case (.scalar, "'"), (.scalar, "\""): end = Self.endOfQuote(in: scalars, from: column)
        case (.scalar(let text, isPlain: true), _):
            let length = text.unicodeScalars.count
            let isHere = scalars[column...].starts(with: text.unicodeScalars)
            end = isHere ? column + length : nil
        case (.list, "["): end = Self.endOfFlow(in: scalars, from: column)
        case (.list, "-"): return replacingBlock(entry, with: value)
        default: end = nil
        }
        guard let end else { return nil }
        scalars.replaceSubrange(column..<end, with: Array(value.unicodeScalars))
        return with(line, scalars)
    }

    /// `key:` without a value.
    private func filling(_ entry: YAMLEntry, with value: String) -> [String]? {
        let line = entry.mark.line - 1
        var scalars = Array(lines[line].unicodeScalars)
        let start = entry.mark.column - 1 + entry.key.unicodeScalars.count
        guard scalars.indices.contains(start), scalars[start] == ":" else { return nil }
        var end = start + 1
        while scalars.indices.contains(end), scalars[end] == " " { end += 1 }
        let word = scalars[end...].prefix { !$0.properties.isWhitespace && $0 != "#" && $0 != "," && $0 != "}" }
        scalars.replaceSubrange((start + 1)..<(end + word.count), with: Array(" \(value)".unicodeScalars))
        return with(line, scalars)
    }

    private func replacingBlock(_ entry: YAMLEntry, with value: String) -> [String]? {
        guard case .list(let nodes) = entry.value.content, let first = nodes.first, let last = nodes.last else {
            return nil
        }
        let indent = String(repeating: " ", count: entry.value.mark.column - 1)
        let inner = value.dropFirst().dropLast()
        let fresh = inner.isEmpty ? [] : inner.split(separator: ", ").map { "\(indent)- \($0)\(lineEnd)" }
        let old = (first.mark.line - 1)...(last.mark.line - 1)
        // Comments between the elements belong to somebody; only whole runs of elements are replaced.
        guard old.count == nodes.count, !fresh.isEmpty else { return nil }
        let kept = zip(old, nodes).map { lines[$0.0] }
        let texts = kept.map { line in
            String(line.drop { $0 == " " || $0 == "-" }.prefix { !$0.isWhitespace && $0 != "#" })
        }
        let added = fresh.filter { line in !texts.contains { line.hasSuffix("- \($0)\(lineEnd)") } }
        guard fresh.count - added.count == kept.count else { return nil }
        return Array(lines[...old.upperBound]) + added + Array(lines[(old.upperBound + 1)...])
    }

    private func with(_ line: Int, _ scalars: [Unicode.Scalar]) -> [String] {
        var changed = lines
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        changed[line] = String(text)
        return changed
    }

    private static func endOfQuote(in text: [Unicode.Scalar], from start: Int) -> Int? {
        let quote = text[start]
        var index = start + 1
        while index < text.count {
            if text[index] == "\\", quote == "\"" {
                index += 2
            } else if text[index] == quote {
                guard quote == "'", index + 1 < text.count, text[index + 1] == "'" else { return index + 1 }
                index += 2
            } else {
                index += 1
            }
        }
        return nil
    }

    private static func endOfFlow(in text: [Unicode.Scalar], from start: Int) -> Int? {
        var index = start + 1
        while index < text.count {
            switch text[index] {
            case "]": return index + 1
            case "[", "{": return nil
            case "'", "\"":
                guard let end = endOfQuote(in: text, from: index) else { return nil }
                index = end
            default: index += 1
            }
        }
        return nil
    }
}
