import Glibc
import Kernel
import Synchronization

/// The `Date` of answers (RFC 9110 section 5.6.7), written anew once per second.
final class HTTPDate: Sendable {
    private let clock: any WallClock
    private let last = Mutex((second: Int64.min, text: ""))

    init(_ clock: any WallClock) {
        self.clock = clock
    }

    var text: String {
        let second = clock.now.milliseconds / 1000
        return last.withLock { last in
            if last.second != second { last = (second, Self.format(second)) }
            return last.text
        }
    }

    private static func format(_ second: Int64) -> String {
        var time = time_t(second)
        var parts = tm()
        gmtime_r(&time, &parts)
        var text = [CChar](repeating: 0, count: 40)
        // The C locale, which the daemon never leaves, writes the English names the format wants.
        let count = strftime(&text, text.count, "%a, %d %b %Y %H:%M:%S GMT", &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
