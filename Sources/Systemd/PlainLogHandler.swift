import Glibc
import Logging

/// One line per event on stderr, for a terminal or a file: time (UTC), level, message, metadata.
package struct PlainLogHandler: LogHandler {
    package var logLevel: Logger.Level
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let write: @Sendable (String) -> Void

    package init(
        level: Logger.Level = .info, write: @escaping @Sendable (String) -> Void = PlainLogHandler.writeToStderr
    ) {
        logLevel = level
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        let line = LogLine(event, own: metadata, provided: metadataProvider?.get())
        write("\(Self.now()) \(event.level.rawValue) \(line.text)\n")
    }

    /// One call for the whole line, so that lines of several threads do not mix.
    package static func writeToStderr(_ line: String) {
        var line = line
        line.withUTF8 { _ = Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }

    static func now() -> String {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        var parts = tm()
        gmtime_r(&time.tv_sec, &parts)
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, "%Y-%m-%dT%H:%M:%S", &parts)
        let seconds = String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let fraction = String(1_000 + time.tv_nsec / 1_000_000).dropFirst()
        return "\(seconds).\(fraction)Z"
    }
}

/// Where log lines go and what they look like.
package enum LogBackend: Sendable {
    /// The journal when stderr leads there, else text.
    case auto
    case journal, text, json

    /// What `LoggingSystem.bootstrap` takes.
    package func make(
        _ environment: SystemdEnvironment, level: Logger.Level
    ) -> @Sendable (String) -> any LogHandler {
        switch self {
        case .auto: (environment.isStderrJournal ? LogBackend.journal : .text).make(environment, level: level)
        case .journal: { JournalLogHandler(label: $0, level: level) }
        case .text: { _ in PlainLogHandler(level: level) }
        case .json: { JSONLogHandler(label: $0, level: level) }
        }
    }
}
