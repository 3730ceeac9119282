import JSONKit
import Kernel

/// What a page says of the person before it: which map is looked at, what is selected on it, what a hand moves just now.
///
/// `{"type":"presence","map":1,"selected":[7],"moving":[{"id":7,"x":120,"y":-40}]}`; `"map":null` leaves.
struct PresenceWord: Equatable, Sendable {
    struct Moving: Equatable, Sendable {
        let id: Int64
        let x: Double
        let y: Double
    }

    /// More than so many are not told apart on another's screen either; the rest is left out.
    static let most = 200
    static let farthest = 10_000_000.0

    /// Nil: no map is looked at any more.
    let map: Int64?
    private(set) var selected: [Int64] = []
    private(set) var moving: [Moving] = []

    init(map: Int64?, selected: [Int64] = [], moving: [Moving] = []) {
        self.map = map
        self.selected = Array(selected.prefix(Self.most))
        self.moving = Array(moving.prefix(Self.most))
    }

    init(_ members: JSONObject) throws(LiveRequest.NotUnderstood) {
        switch members["map"] {
        case nil, .null: map = nil
        case .integer(let id) where id > 0: map = id
        default: throw LiveRequest.NotUnderstood()
        }
        for item in try Self.list(members["selected"]) {
            guard let id = item.integerValue, id > 0 else { throw LiveRequest.NotUnderstood() }
            selected.append(id)
        }
        for item in try Self.list(members["moving"]) {
            guard let id = item.objectValue?["id"]?.integerValue, id > 0,
                let x = item.objectValue?["x"]?.numberValue, let y = item.objectValue?["y"]?.numberValue,
                abs(x) <= Self.farthest, abs(y) <= Self.farthest
            else { throw LiveRequest.NotUnderstood() }
            moving.append(Moving(id: id, x: x, y: y))
        }
    }

    private static func list(_ value: JSONValue?) throws(LiveRequest.NotUnderstood) -> ArraySlice<JSONValue> {
        switch value {
        case nil, .null: return []
        case .array(let items): return items.prefix(most)
        default: throw LiveRequest.NotUnderstood()
        }
    }

    /// Who may not change the map moves nothing on others' screens.
    func allowed(to caller: Caller) -> PresenceWord {
        PresenceWord(map: map, selected: selected, moving: caller.may(.editMap) ? moving : [])
    }
}

/// Of a burst so much is taken, and then so many a second: a page says at most ten.
struct PresencePace: Sendable {
    static let burst = 60.0
    static let perSecond = 30.0

    private var left = burst
    private var last: ContinuousClock.Instant?

    /// False: too fast.
    mutating func takes(at now: ContinuousClock.Instant) -> Bool {
        if let last {
            let gone = last.duration(to: now) / .seconds(1)
            left = min(Self.burst, left + gone * Self.perSecond)
        }
        last = now
        guard left >= 1 else { return false }
        left -= 1
        return true
    }
}
