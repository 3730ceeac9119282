import JSONKit
import Kernel

/// What the daemon writes to somebody: a few paragraphs and at most one link. Made into text and HTML in one place, so
/// that both say the same and nothing a person typed becomes markup.
package struct Letter: Sendable {
    package struct Link: Sendable {
        let label: String
        let address: Secret<String>

        /// The address holds a secret: whoever has it may do what the link is for.
        package init(_ label: String, _ address: Secret<String>) {
            self.label = label
            self.address = address
        }
    }

    /// What it is about, as the queue shows it: `invitation`, `password_reset`, `password_changed`.
    package let kind: String
    package let subject: String
    package let greeting: String
    package let paragraphs: [String]
    package let link: Link?
    package let closing: [String]

    package init(
        kind: String, subject: String, greeting: String, paragraphs: [String], link: Link? = nil, closing: [String] = []
    ) {
        self.kind = kind
        self.subject = subject
        self.greeting = greeting
        self.paragraphs = paragraphs
        self.link = link
        self.closing = closing
    }

    var text: String {
        var parts = [greeting] + paragraphs
        if let link { parts.append("\(link.label):\n\(link.address.reveal())") }
        return (parts + closing).joined(separator: "\n\n") + "\n"
    }

    var html: String {
        var body = ([greeting] + paragraphs).map { "<p>\(Self.escaped($0))</p>" }
        if let link {
            let address = Self.escaped(link.address.reveal())
            body.append("<p><a href=\"\(address)\">\(Self.escaped(link.label))</a></p>")
            body.append("<p>\(address)</p>")
        }
        body += closing.map { "<p>\(Self.escaped($0))</p>" }
        return
            "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>\(Self.escaped(subject))</title>"
            + "</head>\n<body style=\"font-family: sans-serif\">\n\(body.joined(separator: "\n"))\n</body></html>\n"
    }

    /// Both forms as the queue keeps them, to be sealed.
    var content: Secret<String> {
        Secret(
            JSONValue.object(JSONObject([(name: "text", value: .string(text)), (name: "html", value: .string(html))]))
                .text)
    }

    static func escaped(_ text: String) -> String {
        var out = ""
        for character in text {
            switch character {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.append(character)
            }
        }
        return out
    }
}
