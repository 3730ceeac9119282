import JSONKit
import Kernel
import NIOCore
import Persistence
import Serving
import Synchronization
import TestSupport
import Testing

@testable import DaemonApp

@Suite("Live hub")
struct LiveHubTests {
    @Test("an event and what it changes come together, the event marked as not the whole")
    func pairs() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow(after: 0)
            try await lab.topology.take(.test(7), TopologyFeed(deltas: TestDeltas()))
            try await lab.topology.take(.test(8, "inventory.tag.created"), TopologyFeed(deltas: TestDeltas()))

            #expect(
                try await client.next()
                    == JSONObject([
                        ("type", "event"), ("id", 7), ("subject", "inventory.hardware.created"),
                        ("at", "2026-09-21T14:13:20.000Z"), ("more", true), ("payload", ["id": 7]),
                    ]))
            #expect(
                try await client.next()
                    == JSONObject([
                        ("type", "delta"), ("id", 7), ("nodes", ["set": [["id": 7, "name": "n"]], "removed": []]),
                    ]))
            let alone = try await client.next()
            #expect(alone["id"] == 8)
            #expect(alone["more"] == nil)
        }
    }

    @Test("each stream carries its own events")
    func feeds() async throws {
        let subjects = [
            "inventory.rack.changed", "topology.map.created", "discovery.self.changed", "access.session.ended",
            "operations.settings.changed",
        ]
        let feeds: [any LiveFeed] = [TopologyFeed(deltas: nil), DiscoveryFeed(), StatusFeed()]

        var counts: [[Int]] = []
        for feed in feeds {
            var own: [Int] = []
            for subject in subjects { own.append(try await feed.frames(of: .test(1, subject)).count) }
            counts.append(own)
        }

        #expect(counts == [[1, 1, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 0, 0]])
    }

    @Test("who says nothing follows from the greeting on, with nothing lost in between")
    func grace() async throws {
        try await LiveLab.run({ $0.grace = .milliseconds(20) }) { lab in
            let client = try await lab.follow()
            try await lab.topology.take(1...3)

            #expect(try await client.ids(3) == [1, 2, 3])
        }
    }

    @Test("who goes on from an event gets the rest, each once, however late they say so")
    func resumes() async throws {
        try await LiveLab.run { lab in
            try await lab.topology.take(1...10)
            let client = try await lab.follow()
            try await lab.topology.take(11...12)

            try await client.say(#"{"type":"subscribe","after":4}"#)
            #expect(try await client.ids(8) == [5, 6, 7, 8, 9, 10, 11, 12])
            try await lab.topology.take(13...13)
            #expect(try await client.ids(1) == [13])
        }
    }

    @Test("who has more than the hub does not get it again")
    func ahead() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow(after: 3)
            try await lab.topology.take(1...4)

            #expect(try await client.ids(1) == [4])
        }
    }

    @Test("too late to insert what was missed: fetch anew; nothing missed: nothing said")
    func lateSubscription() async throws {
        try await LiveLab.run({ $0.grace = .zero }) { lab in
            try await lab.topology.take(1...2)
            try await lab.topology.take(.test(3, "access.user.changed"))
            let gap = try await lab.follow()
            let whole = try await lab.follow()
            try await lab.topology.take(4...4)
            #expect(try await gap.ids(1) == [4])
            #expect(try await whole.ids(1) == [4])

            try await gap.say(#"{"type":"subscribe","after":1}"#)
            try await whole.say(#"{"type":"subscribe","after":2}"#)
            try await whole.say(#"{"type":"subscribe"}"#)

            #expect(try await gap.next() == JSONObject([("type", "reset"), ("event_id", 4)]))
            try await lab.topology.take(5...5)
            #expect(try await gap.ids(1) == [5])
            #expect(try await whole.next()["id"] == 5)
        }
    }

    @Test("what is dropped already, and what never was, is answered by a reset")
    func tooOld() async throws {
        try await LiveLab.run(at: 100, newest: 150, { $0.backlogEntries = 3 }) { lab in
            try await lab.topology.take(101...110)
            for id in [0, 99, 106, 151, 1_000_000_000_000_000] as [Int64] {
                let client = try await lab.follow(after: id)
                #expect(try await client.next() == JSONObject([("type", "reset"), ("event_id", 110)]), "\(id)")
                await client.close()
            }
            let client = try await lab.follow(after: 107)
            #expect(try await client.ids(3) == [108, 109, 110])
        }
    }

    @Test("when events are lost on the way everybody is told, and goes on from there")
    func reset() async throws {
        try await LiveLab.run { lab in
            let follows = try await lab.follow(after: 0)
            try await lab.topology.take(1...1)
            #expect(try await follows.ids(1) == [1])

            try lab.topology.reset(at: 50)
            let late = try await lab.follow(after: 1)

            #expect(try await follows.next() == JSONObject([("type", "reset"), ("event_id", 50)]))
            #expect(try await late.next() == JSONObject([("type", "reset"), ("event_id", 50)]))
            try await lab.topology.take(51...51)
            #expect(try await follows.ids(1) == [51])
            #expect(try await late.ids(1) == [51])
        }
    }

    @Test("an event that comes twice is told once")
    func twice() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow(after: 0)
            for id in [1, 2, 2, 1, 3] as [Int64] { try await lab.topology.take(.test(id)) }

            #expect(try await client.ids(3) == [1, 2, 3])
        }
    }

    @Test("a lasting state is told on arrival and on change")
    func standing() async throws {
        try await LiveLab.run { lab in
            let hub = try #require(lab.hubs[.status])
            let early = try await lab.follow(.status)
            hub.stand(.health([HealthItem(id: "disk", severity: .warning, message: "Soon.")], needs: .viewStatus))
            let late = try await lab.follow(.status)

            let told: JSONValue = [
                "type": "health", "status": "warning",
                "items": [["id": "disk", "severity": "warning", "message": "Soon."]],
            ]
            #expect(JSONValue.object(try await early.next()) == told)
            #expect(JSONValue.object(try await late.next()) == told)
        }
    }

    @Test("pages that come and go while much happens lose nothing and get nothing twice")
    func reconnecting() async throws {
        let last: Int64 = 3000
        try await LiveLab.run({ $0.chunkEntries = 7 }) { lab in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for id in 1...last {
                        try await lab.topology.take(.test(id), TopologyFeed(deltas: TestDeltas()))
                        if id % 10 == 0 { await Task.yield() }
                    }
                }
                for reader in 1...4 {
                    group.addTask { try await Self.read(lab, upTo: last, leavingAfter: reader * 97) }
                }
                try await group.waitForAll()
            }
        }
    }

    /// Reads pairs of event and delta, leaves in the middle, and comes back as `live.js` does.
    private static func read(_ lab: LiveLab, upTo last: Int64, leavingAfter count: Int) async throws {
        var known: Int64 = 0
        while known < last {
            let client = try await lab.follow(after: known)
            for _ in 0..<count where known < last {
                let event = try await client.next()
                try #require(event["type"] == "event", "\(event)")
                try #require(event["id"]?.integerValue == known + 1)
                let delta = try await client.next()
                try #require(delta["type"] == "delta")
                try #require(delta["id"] == event["id"])
                known += 1
            }
            await client.close()
        }
    }

    @Test("a reader that never reads is dropped with a reason, and the others do not notice")
    func slow() async throws {
        var webSocket = WebSocketLimits()
        webSocket.queueBytes = 256 << 10
        webSocket.closeTimeout = .milliseconds(50)
        try await LiveLab.run(webSocket: webSocket) { lab in
            let slow = try await lab.follow(after: 0)
            let quick = try await lab.follow(after: 0)
            try await slow.wire.setReading(false)
            let payload = "\"" + String((0..<60_000).map { _ in "abcdefghijklmnop".randomElement() ?? "x" }) + "\""

            for id in 1...400 as ClosedRange<Int64> {
                try await lab.topology.take(.test(id, payload: payload))
                #expect(try await quick.ids(1) == [id])
            }

            while try lab.topology.socketCount > 1 { await Task.yield() }
            await slow.close()
        }
    }

    @Test("a socket that leaves is forgotten")
    func forgets() async throws {
        try await LiveLab.run { lab in
            let client = try await lab.follow()
            #expect(try lab.topology.socketCount == 1)

            await client.close()

            while try lab.topology.socketCount > 0 { await Task.yield() }
        }
    }
}
