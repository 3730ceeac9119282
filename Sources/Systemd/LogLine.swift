import Logging

/// What a log event says, in the two forms both back ends need.
struct LogLine {
    let message: String
    let metadata: [(key: String, value: String)]

    init(_ event: LogEvent, own: Logger.Metadata, provided: Logger.Metadata?) {
        var all = own
        if let provided { all.merge(provided) { $1 } }
        if let metadata = event.metadata { all.merge(metadata) { $1 } }
        message = event.message.description
        var pairs = all.map { (key: $0.key, value: "\($0.value)") }
        if let error = event.error { pairs.append(("error", "\(error)")) }
        metadata = pairs.sorted { $0.key < $1.key }
    }

    /// `message key=value key="two words"`, on one line whatever the values hold.
    var text: String {
        metadata.reduce(into: Self.plain(message)) { $0 += " \($1.key)=\(Self.quoted($1.value))" }
    }

    private static func quoted(_ value: String) -> String {
        let plain = plain(value)
        let isWord = !plain.isEmpty && !plain.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        return isWord
            ? plain : "\"\(plain.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\\\""))\""
    }

    /// A name from the network must neither start a line of its own nor steer a terminal.
    private static func plain(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if isControl(scalar) {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7f...0x9f).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
