import JSONKit
import Kernel
import Testing

@testable import DaemonApp

@Suite("Live backlog")
struct LiveBacklogTests {
    private static func entry(_ id: Int64, size: Int = 10) -> LiveEntry {
        var writer = JSONWriter()
        writer.string(String(repeating: "x", count: size - 2))
        return LiveEntry(id: id, frames: [LiveFrame(needs: .viewMap, writer)])
    }

    private static func ids(_ answer: LiveBacklog.Answer) -> [Int64]? {
        guard case .entries(let entries) = answer else { return nil }
        return entries.map(\.id)
    }

    private func backlog(at position: Int64 = 0, entries: Int = 1000, bytes: Int = 1 << 20) -> LiveBacklog {
        var limits = LiveLimits()
        limits.backlogEntries = entries
        limits.backlogBytes = bytes
        return LiveBacklog(at: position, limits: limits)
    }

    @Test("it answers by id, also between two entries")
    func finds() {
        var backlog = backlog(at: 5)
        for id in [7, 10, 11] as [Int64] { backlog.append(Self.entry(id)) }

        #expect(Self.ids(backlog.next(after: 5, most: 9, bytes: 999)) == [7, 10, 11])
        #expect(Self.ids(backlog.next(after: 8, most: 9, bytes: 999)) == [10, 11])
        #expect(Self.ids(backlog.next(after: 11, most: 9, bytes: 999)) == [])
        #expect(Self.ids(backlog.next(after: 4, most: 9, bytes: 999)) == nil)
    }

    @Test("a chunk is bounded, but never empty where there is something")
    func chunks() {
        var backlog = backlog()
        for id in 1...5 as ClosedRange<Int64> { backlog.append(Self.entry(id, size: 100)) }

        #expect(Self.ids(backlog.next(after: 0, most: 2, bytes: 999)) == [1, 2])
        #expect(Self.ids(backlog.next(after: 0, most: 9, bytes: 250)) == [1, 2])
        #expect(Self.ids(backlog.next(after: 0, most: 9, bytes: 1)) == [1])
    }

    @Test("it keeps the newest within its bounds and says what is gone")
    func bounds() {
        var byNumber = backlog(entries: 100)
        var bySize = backlog(bytes: 1000)
        for id in 1...5000 as ClosedRange<Int64> {
            byNumber.append(Self.entry(id))
            bySize.append(Self.entry(id, size: 100))
        }

        #expect(byNumber.count == 100)
        #expect(byNumber.floor == 4900)
        #expect(Self.ids(byNumber.next(after: 4899, most: 1, bytes: 999)) == nil)
        #expect(Self.ids(byNumber.next(after: 4900, most: 1, bytes: 999)) == [4901])
        #expect(bySize.count == 10)
    }

    @Test("an event without frames moves the place and nothing else")
    func empty() {
        var backlog = backlog()
        backlog.append(LiveEntry(id: 9, frames: []))

        #expect(backlog.position == 9)
        #expect(backlog.count == 0)
        #expect(Self.ids(backlog.next(after: 0, most: 9, bytes: 9)) == [])
    }

    @Test("one entry larger than the whole bound is still kept")
    func large() {
        var backlog = backlog(bytes: 100)
        backlog.append(Self.entry(1, size: 500))

        #expect(Self.ids(backlog.next(after: 0, most: 9, bytes: 9)) == [1])
    }

    @Test(
        "a client's words",
        arguments: [
            (#"{"type":"auth","token":"x"}"#, LiveRequest.auth(token: "x")),
            (#"{"type":"subscribe"}"#, .subscribe(after: nil)),
            (#"{"type":"subscribe","after":null}"#, .subscribe(after: nil)),
            (#"{"type":"subscribe","after":12}"#, .subscribe(after: 12)),
        ])
    func requests(_ text: String, _ expected: LiveRequest) throws {
        #expect(try LiveRequest(text) == expected)
    }

    @Test(
        "and what is none",
        arguments: [
            "", "{", "null", "7", #"{"type":"auth","token":""}"#, #"{"type":"auth","token":7}"#,
            #"{"type":"subscribe","after":1.5}"#, #"{"type":"subscribe","type":"auth"}"#, #"{"type":"Subscribe"}"#,
        ])
    func noRequests(_ text: String) {
        #expect(throws: LiveRequest.NotUnderstood.self) { try LiveRequest(text) }
    }
}

@Suite("Live health")
struct LiveHealthTests {
    @Test(
        "events that wait for seconds are worth a word",
        arguments: [(nil, .ok), (9, .ok), (11, .warning)] as [(Int64?, HealthItem.Severity)])
    func waiting(_ seconds: Int64?, _ severity: HealthItem.Severity) {
        #expect(LiveModule.item(oldestWaiting: seconds.map { .seconds($0) }).severity == severity)
    }
}
