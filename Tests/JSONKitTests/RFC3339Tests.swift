import Foundation
import TestSupport
import Testing

@testable import JSONKit

@Suite("RFC 3339")
struct RFC3339Tests {
    @Test(
        "moments as text",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (-1, "1969-12-31T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_790_000_000_123, "2026-09-21T14:13:20.123Z"), (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func text(_ milliseconds: Int64, _ text: String) {
        #expect(RFC3339.text(milliseconds) == text)
        #expect(RFC3339.milliseconds(text) == milliseconds)
    }

    @Test(
        "other ways to write them",
        arguments: [
            ("1970-01-01", 0), ("1970-01-01T00:00:00Z", 0), ("1970-01-01t00:00:00z", 0), ("1970-01-01 00:00:00Z", 0),
            ("1970-01-01T01:00:00+01:00", 0), ("1969-12-31T23:30:00-00:30", 0), ("1970-01-01T00:00:00.1Z", 100),
            ("1970-01-01T00:00:00.123456789Z", 123), ("1970-01-01T00:00:60Z", 60_000),
        ] as [(String, Int64)])
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(RFC3339.milliseconds(text) == milliseconds)
    }

    @Test(
        "what is none",
        arguments: [
            "", "1970", "1970-1-1", "1970-00-01", "1970-13-01", "1970-01-00", "1970-02-29", "2100-02-29", "1970-04-31",
            "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z", "1970-01-01T00:00:61Z", "1970-01-01T00:00:00",
            "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00+1:00", "1970-01-01T00:00:00+24:00", "1970-01-01T00:00:00Zx",
            "1970-01-01T", "1970-01-01T00:00", "yesterday", "１970-01-01", "1970/01/01",
        ])
    func refuses(_ text: String) {
        #expect(RFC3339.milliseconds(text) == nil)
    }

    @Test("any moment of ten thousand years is read back, and looks as Foundation writes it")
    func roundTrip() {
        var random = SplitMix(seed: 3)
        let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        for _ in 0..<5_000 {
            let moment = Int64(random.next() % 315_537_897_600_000) - 62_135_596_800_000
            let text = RFC3339.text(moment)
            #expect(RFC3339.milliseconds(text) == moment)
            // Foundation cuts fractions that a Double cannot hold; whole seconds it writes as we do.
            let second = moment - ((moment % 1000) + 1000) % 1000
            if second > -2_000_000_000_000 {
                #expect(RFC3339.text(second) == style.format(Date(timeIntervalSince1970: Double(second) / 1000)))
            }
        }
    }

    @Test("whatever the text, it answers")
    func fuzz() {
        var random = SplitMix(seed: 5)
        let alphabet = Array("0123456789-:TZ+. 9ü")
        for _ in 0..<50_000 {
            let text = String((0..<random.below(30)).map { _ in alphabet[random.below(alphabet.count)] })
            if let moment = RFC3339.milliseconds(text) { #expect(RFC3339.text(moment).hasPrefix(text.prefix(4))) }
        }
    }
}
