/// Reads config.yaml into raw values by the option table and says, for everything that does not fit, where it
/// stands and what would be right.
struct YAMLSettings {
    let path: String
    private(set) var values: [String: RawValue] = [:]
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var notices: [String] = []
    /// The flat key that gave a value, to name it when the nested one is there as well.
    private var flatMarks: [String: YAMLEntry] = [:]

    init(_ bytes: [UInt8], path: String) {
        self.path = path
        if let (mark, sentence) = unreadableText(bytes) {
            add(mark, sentence)
            return
        }
        let tabs = tabbedLines(bytes)
        guard tabs.isEmpty else {
            for mark in tabs { add(mark, "The line is indented with a tab; YAML takes only spaces here.") }
            return
        }
        let (root, found) = YAMLTree.read(bytes)
        for (mark, sentence) in found { add(mark, sentence) }
        guard let root, !root.isNothing else { return }
        guard case .map(let entries) = root.content else {
            add(root.mark, "The file is \(root.kindName); it must hold sections such as \"server:\".")
            return
        }
        readTop(entries)
    }

    private mutating func add(_ mark: YAMLMark, _ sentence: String) {
        problems.append(ConfigurationProblem(origin(mark), sentence))
    }

    private func origin(_ mark: YAMLMark) -> ValueOrigin {
        .file(path: path, line: mark.line, column: mark.column)
    }

    private mutating func readTop(_ entries: [YAMLEntry]) {
        for entry in entries {
            if let option = OptionTable.byFlatKey[entry.key] {
                flatMarks[option.key] = entry
                read(entry.value, for: option, named: entry.key)
            } else if let why = OptionTable.retiredKeys[entry.key] {
                notices.append("\(path):\(entry.mark.line): \(entry.key) is not used any more: \(why).")
            }
        }
        readSection(
            "",
            entries.filter {
                OptionTable.byFlatKey[$0.key] == nil && OptionTable.retiredKeys[$0.key] == nil
            })
    }

    private mutating func readSection(_ prefix: String, _ entries: [YAMLEntry]) {
        for entry in entries where problems.count < YAMLTree.mostProblems {
            let key = prefix.isEmpty ? entry.key : "\(prefix).\(entry.key)"
            if let option = OptionTable.byKey[key], !entry.key.contains(".") {
                if let flat = flatMarks[key] {
                    add(
                        entry.mark,
                        "\(key) is also given as \(flat.key) in line \(flat.mark.line); keep one of them.")
                }
                read(entry.value, for: option, named: key)
            } else if OptionTable.sections.contains(where: { $0.key == key }), !entry.key.contains(".") {
                enter(entry.value, section: key)
            } else {
                add(entry.mark, unknown(entry.key, in: prefix))
            }
        }
    }

    private mutating func enter(_ node: YAMLNode, section: String) {
        if case .map(let inner) = node.content {
            readSection(section, inner)
        } else if !node.isNothing {
            add(node.mark, "\(section) is \(node.kindName); it is a section: put its keys indented below it.")
        }
    }

    private mutating func read(_ node: YAMLNode, for option: OptionEntry, named name: String) {
        if node.isNothing {
            if !option.allowsNothing {
                add(node.mark, "\(name) has no value; give \(option.expected), or delete the line.")
            }
            return
        }
        switch (node.content, option.shape) {
        case (.scalar(let text, let isPlain), .number), (.scalar(let text, let isPlain), .boolean):
            // `redirect_port: off` and a number in quotes: the one is a word that the option takes, the other is text.
            if isPlain {
                accept(RawValue(text, origin(node.mark)), for: option)
            } else {
                add(node.mark, "\(name) is text in quotes; give \(option.expected), without quotes.")
            }
        case (.scalar(let text, _), .text):
            accept(RawValue(text, origin(node.mark)), for: option)
        case (.scalar, .list):
            add(node.mark, "\(name) is a single value; write a list such as [\(option.placeholder)], even for one.")
        case (.list(let nodes), .list):
            readList(nodes, at: node.mark, for: option, named: name)
        case (.list, _), (.map, _):
            add(node.mark, "\(name) is \(node.kindName); give \(option.expected).")
        }
    }

    private mutating func readList(_ nodes: [YAMLNode], at mark: YAMLMark, for option: OptionEntry, named name: String)
    {
        var texts: [String] = []
        for node in nodes {
            guard case .scalar(let text, _) = node.content, !node.isNothing else {
                add(node.mark, "An element of \(name) is not one value; give \(option.expected).")
                return
            }
            texts.append(text)
        }
        accept(RawValue(texts, origin(mark), nodes.map { origin($0.mark) }), for: option)
    }

    private mutating func accept(_ raw: RawValue, for option: OptionEntry) {
        problems += option.problems(raw)
        values[option.key] = raw
    }

    private func unknown(_ key: String, in prefix: String) -> String {
        let place = prefix.isEmpty ? "There is no key" : "There is no key in \(prefix) named"
        let named = presentable(key)
        let sentence = named.hasPrefix("\"") ? "\(place) \(named)" : "\(named) is not known"
        let siblings = OptionTable.entries.filter { $0.section == prefix }.map(\.name)
        let sections = OptionTable.sections.map(\.key).filter { section in
            section.split(separator: ".").dropLast().joined(separator: ".") == prefix
        }
        .map { $0.split(separator: ".").last.map(String.init) ?? $0 }
        if let known = OptionTable.byKey[key] {
            return "\(sentence); write it nested: \(known.name) below \(known.section)."
        }
        let flat = prefix.isEmpty ? Array(OptionTable.byFlatKey.keys) : []
        if let near = suggestion(for: key, among: siblings + sections + flat) {
            return "\(sentence); did you mean \(near)?"
        }
        if let elsewhere = OptionTable.entries.first(where: { $0.name == key }) {
            return "\(sentence); \(elsewhere.key) belongs below \(elsewhere.section)."
        }
        let all = (siblings + sections).joined(separator: ", ")
        return "\(sentence); known \(prefix.isEmpty ? "sections" : "keys") are \(all)."
    }
}

/// The first byte that is not UTF-8, where the text is not.
func unreadableText(_ bytes: [UInt8]) -> (YAMLMark, String)? {
    guard String(validating: bytes, as: UTF8.self) == nil else { return nil }
    var mark = YAMLMark(line: 1, column: 1)
    var decoder = UTF8()
    var iterator = bytes.makeIterator()
    while true {
        switch decoder.decode(&iterator) {
        case .scalarValue("\n"): mark = YAMLMark(line: mark.line + 1, column: 1)
        case .scalarValue: mark = YAMLMark(line: mark.line, column: mark.column + 1)
        case .emptyInput, .error: return (mark, "The text is not UTF-8 from here on; save the file as UTF-8.")
        }
    }
}

/// Lines whose indentation holds a tab, other than blank lines and comments.
func tabbedLines(_ bytes: [UInt8]) -> [YAMLMark] {
    var marks: [YAMLMark] = []
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        let indentation = line.prefix { $0 == 0x20 || $0 == 0x09 }
        guard let tab = indentation.firstIndex(of: 0x09) else { continue }
        let rest = line.dropFirst(indentation.count)
        guard let first = rest.first, first != 0x23, first != 0x0D else { continue }
        marks.append(YAMLMark(line: number + 1, column: tab - line.startIndex + 1))
        if marks.count == 20 { break }
    }
    return marks
}
