import Glibc
import JSONKit

/// The two streams: data for whoever reads or pipes it, talk for whoever sits there.
enum Console {
    static func data(_ text: String) { write(text, to: STDOUT_FILENO) }

    static func data(_ json: JSONValue) { write(json.text, to: STDOUT_FILENO) }

    /// `cb: lower-case message`
    static func talk(_ message: String) { write("cb: \(message)", to: STDERR_FILENO) }

    static func hint(_ message: String) { write("hint: \(message)", to: STDERR_FILENO) }

    static func complain(_ failure: Failure) {
        talk(Phrase.lowered(failure.message))
        for text in failure.hints { hint(text) }
    }

    static func write(_ text: String, to descriptor: Int32) {
        write(bytes: Array((text.hasSuffix("\n") ? text : text + "\n").utf8), to: descriptor)
    }

    static func write(bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // The reader is gone: there is nobody left to tell.
            guard count > 0 || errno == EINTR else { return }
            rest = rest.dropFirst(max(0, count))
        }
    }
}

/// Text from elsewhere, made fit for one line of a terminal.
enum Phrase {
    /// The sentences as a message: lower case at the front unless it is a name, no full stop at the end.
    static func lowered(_ sentences: String) -> String {
        var text = printable(sentences)
        while text.hasSuffix(".") || text.hasSuffix(" ") { text.removeLast() }
        let first = text.prefix { $0.isLetter }
        guard first.dropFirst().allSatisfy(\.isLowercase), let letter = first.first else { return text }
        let names: Set<Substring> = ["Circuit", "PostgreSQL"]
        return names.contains(first) ? text : letter.lowercased() + text.dropFirst()
    }

    /// Without anything that a terminal would obey: what a daemon says may have come from the network.
    static func printable(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { scalar in
                    let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
                    return isControl ? "\u{FFFD}" : scalar
                }))
    }
}
