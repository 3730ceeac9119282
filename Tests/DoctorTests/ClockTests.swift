import Kernel
import Testing

@testable import Doctor

@Suite("Doctor's clock")
struct ClockTests {
    @Test("the date of an answer is read, and nothing else")
    func dates() {
        #expect(HTTPMoment.parse("Sun, 29 Nov 2026 01:15:32 GMT")?.milliseconds == 1_795_914_932_000)
        #expect(HTTPMoment.parse("Thu, 01 Jan 1970 00:00:00 GMT")?.milliseconds == 0)
        for text in ["", "2026-11-29T01:15:32Z", "Sun, 29 Foo 2026 01:15:32 GMT", "Sun, 29 Nov 2026 01:15 GMT"] {
            #expect(HTTPMoment.parse(text) == nil)
        }
    }
}
