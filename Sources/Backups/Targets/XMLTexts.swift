/// The little XML that an object store answers with: elements with text inside, nothing else. What is not understood
/// ends the reading; bounded by the size of the answer.
struct XMLElement: Sendable, Equatable {
    let name: String
    private(set) var text = ""
    private(set) var children: [XMLElement] = []

    func first(_ name: String) -> String? { children.first { $0.name == name }?.text }
    func all(_ name: String) -> [XMLElement] { children.filter { $0.name == name } }

    /// The root element; nil where the text is not such XML.
    static func parse(_ source: String) -> XMLElement? {
        var open: [XMLElement] = []
        var rest = source.unicodeScalars[...]
        while let start = rest.firstIndex(of: "<") {
            if !open.isEmpty { open[open.count - 1].text += unescaped(String(rest[..<start])) }
            guard let end = rest[start...].firstIndex(of: ">") else { return nil }
            let inside = String(rest[rest.index(after: start)..<end])
            rest = rest[rest.index(after: end)...]
            if inside.hasPrefix("?") || inside.hasPrefix("!") { continue }
            if inside.hasPrefix("/") {
                guard let done = open.popLast(), done.name == inside.dropFirst().filter({ !$0.isWhitespace }) else {
                    return nil
                }
                guard !open.isEmpty else { return done }
                open[open.count - 1].children.append(done)
                continue
            }
            guard open.count < 16, let name = inside.split(whereSeparator: { $0.isWhitespace || $0 == "/" }).first
            else { return nil }
            let element = XMLElement(name: String(name))
            if !inside.hasSuffix("/") {
                open.append(element)
            } else if open.isEmpty {
                return element
            } else {
                open[open.count - 1].children.append(element)
            }
        }
        return nil
    }

    private init(name: String) { self.name = name }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    private static let entities: [Substring: String] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'",
    ]

    private static func unescaped(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var parts = text.split(separator: "&", omittingEmptySubsequences: false)[...]
        var out = String(parts.removeFirst())
        for part in parts {
            guard let end = part.firstIndex(of: ";") else {
                out += "&" + part
                continue
            }
            let name = part[..<end]
            if let known = entities[name] {
                out += known
            } else if let scalar = scalar(name) {
                out.unicodeScalars.append(scalar)
            } else {
                out += "&\(name);"
            }
            out += part[part.index(after: end)...]
        }
        return out
    }

    private static func scalar(_ name: Substring) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return nil }
        let digits = name.dropFirst()
        let number = digits.hasPrefix("x") ? UInt32(digits.dropFirst(), radix: 16) : UInt32(digits)
        return number.flatMap(Unicode.Scalar.init)
    }
}
