import JSONKit
import Kernel

/// A note as a Markdown file: what is known of it stands above the text, between two lines of three dashes. The values are
/// JSON, which YAML is as well; plain texts and lists of plain words are read too.
struct NoteFile: Equatable {
    struct Link: Equatable {
        let kind: String
        let name: String
    }

    var title: String
    var folder: String?
    var type: String?
    var isPinned = false
    var tags: [String] = []
    var links: [Link] = []
    var text: String

    private static let fence = "---"

    // MARK: - Writing

    var markdown: String {
        var head = ["title: " + JSONValue.string(title).text]
        if let folder { head.append("folder: " + JSONValue.string(folder).text) }
        if let type, type != "note" { head.append("type: " + JSONValue.string(type).text) }
        if isPinned { head.append("pinned: true") }
        if !tags.isEmpty { head.append("tags: " + JSONValue.array(tags.map { .string($0) }).text) }
        if !links.isEmpty { head.append("links: " + JSONValue.array(links.map(\.json)).text) }
        return ([Self.fence] + head + [Self.fence, "", text]).joined(separator: "\n") + "\n"
    }

    // MARK: - Reading

    /// A head that says anything else than ours does belongs to the text: nothing a person wrote is lost.
    init(reading whole: String, path: String) {
        text = whole.hasPrefix("\u{FEFF}") ? String(whole.dropFirst()) : whole
        text = text.replacing("\r\n", with: "\n")
        var parts = path.split(separator: "/").map(String.init)
        let file = parts.popLast() ?? "note.md"
        title = file.lowercased().hasSuffix(".md") ? String(file.dropLast(3)) : file
        folder = parts.isEmpty ? nil : parts.joined(separator: "/")
        if let (head, rest) = Self.split(text), take(head) { text = rest }
        text = text.trimmed
    }

    init(title: String, text: String) {
        self.title = title
        self.text = text
    }

    private static func split(_ text: String) -> (head: [Substring], rest: String)? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "---", let end = lines.dropFirst().firstIndex(of: "---"), end <= 20 else { return nil }
        return (Array(lines[1..<end]), lines[(end + 1)...].joined(separator: "\n"))
    }

    private mutating func take(_ head: [Substring]) -> Bool {
        var copy = self
        copy.folder = nil
        for line in head {
            guard let colon = line.firstIndex(of: ":") else { return false }
            let name = line[..<colon].trimmed
            guard copy.take(name, Self.value(line[line.index(after: colon)...].trimmed)) else { return false }
        }
        guard !head.isEmpty else { return false }
        self = copy
        return true
    }

    /// JSON, or what people write by hand: a plain text, or plain words between square brackets.
    private static func value(_ text: String) -> JSONValue {
        if let value = try? JSONParser.parse(text) { return value }
        guard text.hasPrefix("["), text.hasSuffix("]") else { return .string(text) }
        let items = text.dropFirst().dropLast().split(separator: ",").map(\.trimmed)
        return .array(items.map { .string($0) })
    }

    private mutating func take(_ name: String, _ value: JSONValue) -> Bool {
        switch (name, value) {
        case ("title", .string(let text)): title = text
        case ("folder", .string(let text)): folder = text
        case ("type", .string(let text)): type = text
        case ("pinned", _):
            guard let flag = value.boolValue else { return false }
            isPinned = flag
        case ("tags", .array(let items)):
            tags = items.compactMap(\.stringValue)
            return tags.count == items.count
        case ("links", .array(let items)):
            links = items.compactMap(Link.init)
            return links.count == items.count
        default: return false
        }
        return true
    }
}

extension NoteFile {
    /// As a row of an import.
    func row(number: Int) -> ImportSheet.Row {
        var row = ImportSheet.Row(number: number)
        row.members["name"] = .string(title)
        row.members["folder"] = folder.map { .string($0) } ?? .null
        row.members["type"] = .string(type ?? "note")
        row.members["is_pinned"] = .bool(isPinned)
        row.members["tags"] = .array(tags.map { .string($0) })
        row.members["notes"] = .string(text)
        return row
    }
}

extension NoteFile.Link {
    fileprivate init?(_ json: JSONValue) {
        guard let kind = json.objectValue?["kind"]?.stringValue, let name = json.objectValue?["name"]?.stringValue
        else { return nil }
        self.init(kind: kind, name: name)
    }

    fileprivate var json: JSONValue {
        .object(JSONObject([("kind", .string(kind)), ("name", .string(name))]))
    }
}
