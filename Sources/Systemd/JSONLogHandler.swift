import JSONKit
import Logging

/// One JSON object per line on stderr, for collectors: `time`, `level`, `message`, `logger`, and each metadata value
/// as a member of `fields`.
package struct JSONLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let label: String
    private let write: @Sendable (String) -> Void

    package init(
        label: String, level: Logger.Level = .info,
        write: @escaping @Sendable (String) -> Void = PlainLogHandler.writeToStderr
    ) {
        self.label = label
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = LogLine(event, own: metadata, provided: metadataProvider?.get())
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("time", PlainLogHandler.now())
        writer.member("level", event.level.rawValue)
        writer.member("message", line.message)
        writer.member("logger", label)
        writer.name("fields")
        writer.beginObject()
        for (key, value) in line.metadata {
            writer.name(key)
            writer.string(value)
        }
        writer.endObject()
        writer.endObject()
        write(writer.text + "\n")
    }
}
