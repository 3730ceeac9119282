internal import CSystemd
import Glibc
import Logging

/// Writes to the journal with native fields, so that `journalctl REQUEST_ID=…` finds a request.
///
/// `MESSAGE` is what people read and carries the metadata behind the constant text; `CB_EVENT` is the constant text
/// alone, to count and to search by. Each metadata value is a field of its own, `CB_<KEY>`.
package struct JournalLogHandler: LogHandler {
    package typealias Field = (name: String, value: String)

    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let identifier: String
    private let send: @Sendable ([Field]) -> Void

    package init(
        label: String, level: Logger.Level = .info, identifier: String = "circuit-breaker",
        send: @escaping @Sendable ([Field]) -> Void = JournalLogHandler.sendToJournal
    ) {
        self.label = label
        self.identifier = identifier
        self.send = send
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = LogLine(event, own: metadata, provided: metadataProvider?.get())
        var fields: [Field] = [
            ("MESSAGE", line.text), ("PRIORITY", "\(Self.priority(event.level))"), ("SYSLOG_IDENTIFIER", identifier),
            ("CB_EVENT", line.message), ("CB_LOGGER", label), ("CODE_FILE", event.file),
            ("CODE_LINE", "\(event.line)"), ("CODE_FUNC", event.function),
        ]
        for (key, value) in line.metadata { fields.append((Self.fieldName(key), value)) }
        send(fields)
    }

    /// syslog(3): 7 debug to 2 critical.
    static func priority(_ level: Logger.Level) -> Int {
        switch level {
        case .trace, .debug: 7
        case .info: 6
        case .notice: 5
        case .warning: 4
        case .error: 3
        case .critical: 2
        }
    }

    /// Journal fields hold capitals, digits and underscores, 64 at most.
    static func fieldName(_ key: String) -> String {
        if key == "request_id" || key == "requestID" || key == "hb.request.id" { return "REQUEST_ID" }
        let name = key.uppercased().utf8.map { byte -> Character in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
                Character(Unicode.Scalar(byte))
            default: "_"
            }
        }
        return "CB_" + String(name.prefix(61))
    }

    /// One buffer holds all fields, and the vectors point into it. Values may hold line breaks here.
    package static func sendToJournal(_ fields: [Field]) {
        var bytes: [UInt8] = []
        var ends: [Int] = []
        for field in fields {
            bytes.append(contentsOf: field.name.utf8)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: field.value.utf8)
            ends.append(bytes.count)
        }
        bytes.withUnsafeMutableBytes { buffer in
            var start = 0
            var vectors = ends.map { end in
                defer { start = end }
                return iovec(iov_base: buffer.baseAddress?.advanced(by: start), iov_len: end - start)
            }
            // There is nowhere left to report a failure of the journal to.
            _ = sd_journal_sendv(&vectors, Int32(vectors.count))
        }
    }
}
