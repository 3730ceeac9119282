import JSONKit
import Kernel
import Testing

@testable import DaemonApp

/// A room that can be asked within an expectation.
private final class Room<Key: Hashable & Sendable> {
    private var room = PresenceRoom<Key>()

    func say(_ word: PresenceWord, by key: Key, person: String?, name: String) -> Bool {
        room.say(word, by: key, person: person, name: name)
    }
    func leave(_ key: Key) { room.leave(key) }
    func news(for key: Key) -> [PresenceNews] { room.news(for: key) }
    func colour(of key: Key) -> Int? { room.visitors[key]?.colour }
}

@Suite("Who is on a map with whom")
struct PresenceRoomTests {
    private static func word(_ map: Int64?, _ selected: [Int64] = []) -> PresenceWord {
        PresenceWord(map: map, selected: selected)
    }

    private static func names(_ news: [PresenceNews]) -> [String] {
        news.map { one in
            switch one {
            case .is(_, _, let name, _, let word): "\(name) \(word.selected)"
            case .left(_, let who): "left \(who)"
            }
        }
    }

    @Test("the newest word is told once, and nobody hears of themselves")
    func newest() {
        let room = Room<String>()
        #expect(room.say(Self.word(1), by: "a", person: "a", name: "Ada"))
        #expect(room.say(Self.word(1, [7]), by: "b", person: "b", name: "Bo"))
        #expect(room.say(Self.word(1, [7, 8]), by: "b", person: "b", name: "Bo"))
        #expect(!room.say(Self.word(1, [7, 8]), by: "b", person: "b", name: "Bo"))

        #expect(Self.names(room.news(for: "a")) == ["Bo [7, 8]"])
        #expect(room.news(for: "a").isEmpty)
        #expect(Self.names(room.news(for: "b")) == ["Ada []"])
    }

    @Test("who goes, or looks at another map, is told as gone to those who knew")
    func leaving() {
        let room = Room<String>()
        for key in ["a", "b", "c"] { _ = room.say(Self.word(1), by: key, person: key, name: key) }
        #expect(room.news(for: "a").count == 2)

        room.leave("b")
        _ = room.say(Self.word(2), by: "c", person: "c", name: "c")

        #expect(Self.names(room.news(for: "a")) == ["left 2", "left 3"])
        #expect(room.news(for: "c").isEmpty)
        #expect(room.news(for: "b").isEmpty)
    }

    @Test("two tabs of one person share a colour, two people do not")
    func colours() {
        let room = Room<Int>()
        for (key, person) in ["ada", "bo", "ada", nil, nil].enumerated() {
            _ = room.say(Self.word(1), by: key, person: person, name: "")
        }

        let colours = (0..<5).compactMap { room.colour(of: $0) }
        #expect(colours == [0, 1, 0, 2, 3])
    }

    @Test("there is an end to how many are shown")
    func bound() {
        let room = Room<Int>()
        for key in 0..<PresenceRoom<Int>.most { #expect(room.say(Self.word(1), by: key, person: nil, name: "")) }

        #expect(!room.say(Self.word(1), by: 1_000, person: nil, name: ""))
        room.leave(3)
        #expect(room.say(Self.word(1), by: 1_000, person: nil, name: ""))
    }

    @Test("who may not edit moves nothing on others' screens")
    func readers() {
        let word = PresenceWord(map: 1, selected: [7], moving: [.init(id: 7, x: 1, y: 2)])

        #expect(word.allowed(to: Caller(name: "r", permissions: [.viewMap])).moving.isEmpty)
        #expect(word.allowed(to: Caller(name: "r", permissions: [.viewMap])).selected == [7])
        #expect(word.allowed(to: Caller(name: "e", permissions: [.viewMap, .editMap])) == word)
    }

    @Test(
        "what is no word closes the socket",
        arguments: [
            #"{"type":"presence","map":"1"}"#, #"{"type":"presence","map":-1}"#,
            #"{"type":"presence","map":1,"selected":["x"]}"#, #"{"type":"presence","map":1,"selected":7}"#,
            #"{"type":"presence","map":1,"moving":[{"id":1,"x":1e300,"y":0}]}"#,
            #"{"type":"presence","map":1,"moving":[7]}"#,
        ])
    func nonsense(text: String) {
        #expect(throws: LiveRequest.NotUnderstood.self) { try LiveRequest(text) }
    }

    @Test("more than a screen can tell apart is cut")
    func cut() throws {
        let ids = (1...500).map(String.init).joined(separator: ",")
        guard case .presence(let word) = try LiveRequest(#"{"type":"presence","map":1,"selected":[\#(ids)]}"#) else {
            Issue.record("no word")
            return
        }
        #expect(word.selected.count == PresenceWord.most)
    }

    @Test("a burst is taken, a flood is not")
    func pace() {
        var pace = PresencePace()
        let start = ContinuousClock.now
        let burst = (0..<100).filter { _ in pace.takes(at: start) }.count
        let later = (0..<100).filter { _ in pace.takes(at: start + .seconds(1)) }.count

        #expect(burst == 60)
        #expect(later == 30)
    }

    @Test("over the wire: each sees the other, readers too, and the end of a socket is the end of its presence")
    func wire() async throws {
        try await LiveLab.run { lab in
            let one = try await lab.follow(cookie: "editor", after: 0)
            let other = try await lab.follow(cookie: "viewer", after: 0)
            try await one.say(
                #"{"type":"presence","map":1,"selected":[7],"moving":[{"id":7,"x":1.5,"y":2}]}"#)
            try await other.say(
                #"{"type":"presence","map":1,"selected":[9],"moving":[{"id":9,"x":1,"y":2}]}"#)

            let seen = try await one.next()
            #expect(seen["name"] == "Ms viewer")
            #expect(seen["selected"] == [9])
            #expect(seen["moving"] == [])
            let editor = try await other.next()
            #expect(editor["name"] == "Ms editor")
            #expect(editor["moving"] == [["id": 7, "x": .number(1.5), "y": 2]])

            await other.close()
            let gone = try await one.next()
            #expect(gone["left"] == true)
            #expect(gone["who"] == seen["who"])
        }
    }

    @Test("who floods is closed, and presence belongs to the map's stream")
    func refusals() async throws {
        try await LiveLab.run { lab in
            let flood = try await lab.follow(cookie: "viewer", after: 0)
            try await flood.sayAtOnce((1...2_000).map { #"{"type":"presence","map":1,"selected":[\#($0)]}"# })
            #expect(try await flood.closeCode() == 4429)
            let elsewhere = try await lab.follow(.status, cookie: "viewer", after: 0)
            try await elsewhere.say(#"{"type":"presence","map":1}"#)
            #expect(try await elsewhere.closeCode() == 4400)
            let stranger = try await lab.open()
            try await stranger.say(#"{"type":"presence","map":1}"#)
            #expect(try await stranger.closeCode() == 4401)
        }
    }
}
