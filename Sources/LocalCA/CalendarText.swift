import Glibc
import Kernel

extension Instant {
    var seconds: time_t { time_t(milliseconds / 1000) }

    var year: Int { Int(parts.tm_year) + 1900 }

    /// `2026-11-24 01:02 UTC`, for messages.
    package var minuteText: String { text("%Y-%m-%d %H:%M UTC") }

    /// `2026-11-24`, for messages.
    package var dayText: String { text("%Y-%m-%d") }

    private func text(_ form: String) -> String {
        var parts = self.parts
        var text = [CChar](repeating: 0, count: 32)
        let count = strftime(&text, text.count, form, &parts)
        return String(decoding: text.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private var parts: tm {
        var parts = tm()
        var seconds = self.seconds
        gmtime_r(&seconds, &parts)
        return parts
    }
}
