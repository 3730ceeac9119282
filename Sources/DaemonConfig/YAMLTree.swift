/// One value of a YAML text and where it stands.
struct YAMLNode: Sendable {
    enum Content: Sendable {
        case scalar(String, isPlain: Bool)
        case list([YAMLNode])
        case map([YAMLEntry])
    }

    let content: Content
    let mark: YAMLMark

    /// Nothing at all, or what YAML calls null.
    var isNothing: Bool {
        guard case .scalar(let text, isPlain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    /// Completes "is …" without saying the value.
    var kindName: String {
        switch content {
        case .scalar: "a single value"
        case .list: "a list"
        case .map: "a section"
        }
    }
}

struct YAMLEntry: Sendable {
    let key: String
    let mark: YAMLMark
    let value: YAMLNode
}

/// Builds the tree of one document, strictly: anchors, aliases, tags, duplicate keys and further documents are
/// problems, and the depth is bounded. Problems that leave the rest readable are gathered.
struct YAMLTree: ~Copyable {
    static let deepest = 8
    /// Whoever has so many problems mends these first; the rest of the file is not read.
    static let mostProblems = 50

    private struct Stop: Error {}

    private var parser: YAMLParser
    private(set) var problems: [(YAMLMark, String)] = []

    /// The root, or nil where the text is empty or cannot be read (then there is a problem).
    static func read(_ bytes: [UInt8]) -> (root: YAMLNode?, problems: [(YAMLMark, String)]) {
        guard let parser = YAMLParser(bytes) else {
            return (nil, [(YAMLMark(line: 1, column: 1), "There is not enough memory to read this file.")])
        }
        var tree = YAMLTree(parser: parser)
        let root = try? tree.document()  // A stop has left its sentence in `problems`.
        return (root ?? nil, tree.problems)
    }

    private init(parser: consuming YAMLParser) {
        self.parser = parser
    }

    private mutating func document() throws(Stop) -> YAMLNode? {
        var root: YAMLNode?
        var documents = 0
        while true {
            let event = try next()
            switch event.kind {
            case .end:
                return root
            case .documentStart:
                documents += 1
                if documents > 1 {
                    try stop(event.mark, "A second document starts here; keep one and delete the --- between them.")
                }
            case .other:
                continue
            case .scalar, .listStart, .listEnd, .mapStart, .mapEnd, .alias:
                root = try node(event, depth: 1)
            }
        }
    }

    private mutating func node(_ event: YAMLEvent, depth: Int) throws(Stop) -> YAMLNode {
        if depth > Self.deepest {
            try stop(event.mark, "The nesting is deeper than \(Self.deepest) levels; no option is.")
        }
        if event.hasAnchor { note(event.mark, "Anchors (&name) are not read here; write the value itself.") }
        if event.hasTag { note(event.mark, "Tags (!name) are not read here; write the value without it.") }
        switch event.kind {
        case .scalar(let text, let isPlain):
            return YAMLNode(content: .scalar(text, isPlain: isPlain), mark: event.mark)
        case .listStart:
            return YAMLNode(content: .list(try elements(depth: depth)), mark: event.mark)
        case .mapStart:
            return YAMLNode(content: .map(try entries(depth: depth)), mark: event.mark)
        case .alias, .listEnd, .mapEnd, .documentStart, .end, .other:
            note(event.mark, "Aliases (*name) are not read here; write the value itself.")
            return YAMLNode(content: .scalar("", isPlain: true), mark: event.mark)
        }
    }

    private mutating func elements(depth: Int) throws(Stop) -> [YAMLNode] {
        var nodes: [YAMLNode] = []
        while true {
            let event = try next()
            if case .listEnd = event.kind { return nodes }
            nodes.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func entries(depth: Int) throws(Stop) -> [YAMLEntry] {
        var entries: [YAMLEntry] = []
        var seen: [String: YAMLMark] = [:]
        while true {
            let event = try next()
            if case .mapEnd = event.kind { return entries }
            let key = try node(event, depth: depth + 1)
            let value = try node(try next(), depth: depth + 1)
            guard case .scalar(let name, _) = key.content else {
                note(key.mark, "The key is \(key.kindName); a key is one word.")
                continue
            }
            if let first = seen[name] {
                note(
                    key.mark,
                    "\(presentable(name)) is given twice, first in line \(first.line); keep one of them.")
                continue
            }
            seen[name] = key.mark
            entries.append(YAMLEntry(key: name, mark: key.mark, value: value))
        }
    }

    private mutating func next() throws(Stop) -> YAMLEvent {
        do {
            return try parser.next()
        } catch {
            problems.append((error.mark, error.sentence))
            throw Stop()
        }
    }

    private mutating func note(_ mark: YAMLMark, _ sentence: String) {
        if problems.count < Self.mostProblems { problems.append((mark, sentence)) }
    }

    private mutating func stop(_ mark: YAMLMark, _ sentence: String) throws(Stop) {
        problems.append((mark, sentence))
        throw Stop()
    }
}

/// A key as a message may name it: what looks like a key. Anything else might be a secret in the wrong place.
func presentable(_ key: String) -> String {
    let isWord = key.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || [0x2D, 0x2E, 0x5F].contains(byte)
    }
    return isWord && (1...48).contains(key.utf8.count) ? "\"\(key)\"" : "The key here"
}

extension YAMLSyntaxError {
    /// libyaml's finding with the cure a person needs, where the finding alone does not say it.
    var sentence: String {
        switch problem {
        case "mapping values are not allowed in this context":
            "A colon is not allowed here; check the indentation, or put the value in quotes."
        case "could not find expected ':'":
            "This line has no \"key: value\"; write a colon and a space after the key."
        case "did not find expected key":
            "A key is expected here; check the indentation and that every quote and bracket is closed."
        case "did not find expected '-' indicator":
            "A list entry (\"- value\") is expected here; check the indentation."
        case "did not find expected ',' or ']'":
            "A comma or ] is missing in this list."
        case "did not find expected ',' or '}'":
            "A comma or } is missing here."
        case "found unexpected end of stream":
            "The file ends inside a quoted value; close the quote."
        case "found character that cannot start any token":
            "A value cannot start with this character; put the value in quotes."
        case "control characters are not allowed":
            "A control character stands here; delete it."
        default:
            "This is not readable YAML: \(problem)\(context.isEmpty ? "" : " (\(context))")."
        }
    }
}
