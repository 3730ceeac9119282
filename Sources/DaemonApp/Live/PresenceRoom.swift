import JSONKit

/// Who looks at which map, and what each reader has been told of the others: a value without sockets and time.
///
/// Only the newest word of each is kept, so a reader that is told seldom is told less, never late. Nothing is stored.
struct PresenceRoom<Key: Hashable & Sendable>: Sendable {
    struct Visitor: Sendable {
        /// Names the visitor to the others for as long as the connection lasts.
        let number: Int64
        /// Tabs of one person share it; a passer-by is a person of their own.
        let person: String
        let name: String
        var word: PresenceWord
        /// Grows with each word.
        var version = 1
        var colour: Int
        /// The versions of others that this one was told.
        var told: [Int64: Int] = [:]
    }

    /// More on all maps together are not shown to one another.
    static var most: Int { 64 }
    static var colours: Int { 8 }

    private(set) var visitors: [Key: Visitor] = [:]
    private var lastNumber: Int64 = 0

    /// True where others are to be told.
    mutating func say(_ word: PresenceWord, by key: Key, person: String?, name: String) -> Bool {
        guard word.map != nil else { return leave(key) }
        if var known = visitors[key] {
            guard known.word != word else { return false }
            // Another map is another company: who was told about is told anew.
            if known.word.map != word.map { known.told = [:] }
            known.word = word
            known.version += 1
            visitors[key] = known
            return true
        }
        guard visitors.count < Self.most else { return false }
        lastNumber += 1
        let person = person ?? "visitor \(lastNumber)"
        visitors[key] = Visitor(
            number: lastNumber, person: person, name: name, word: word, colour: colour(of: person))
        return true
    }

    @discardableResult
    mutating func leave(_ key: Key) -> Bool { visitors.removeValue(forKey: key) != nil }

    /// What that reader has not been told yet; it counts as told.
    mutating func news(for key: Key) -> [PresenceNews] {
        guard let reader = visitors[key], let map = reader.word.map else { return [] }
        let others = visitors.filter { $0.key != key && $0.value.word.map == map }.values
        var news: [PresenceNews] = []
        for other in others.sorted(by: { $0.number < $1.number }) where reader.told[other.number] != other.version {
            visitors[key]?.told[other.number] = other.version
            news.append(
                .is(map: map, who: other.number, name: other.name, colour: other.colour, word: other.word))
        }
        let present = Set(others.map(\.number))
        for number in reader.told.keys.sorted() where !present.contains(number) {
            visitors[key]?.told[number] = nil
            news.append(.left(map: map, who: number))
        }
        return news
    }

    /// The lowest that no other person has; once all are taken, they are shared.
    private func colour(of person: String) -> Int {
        if let own = visitors.values.first(where: { $0.person == person }) { return own.colour }
        let taken = Set(visitors.values.map(\.colour))
        return (0..<Self.colours).first { !taken.contains($0) } ?? Int(lastNumber) % Self.colours
    }
}

/// One message about another person on the same map.
enum PresenceNews: Equatable, Sendable {
    case `is`(map: Int64, who: Int64, name: String, colour: Int, word: PresenceWord)
    case left(map: Int64, who: Int64)

    var text: String {
        var writer = JSONWriter(capacity: 256)
        writer.beginObject()
        writer.member("type", "presence")
        switch self {
        case .left(let map, let who):
            writer.member("map", map)
            writer.member("who", who)
            writer.member("left", true)
        case .is(let map, let who, let name, let colour, let word):
            writer.member("map", map)
            writer.member("who", who)
            writer.member("name", name)
            writer.member("colour", Int64(colour))
            writer.name("selected")
            writer.beginArray()
            for id in word.selected { writer.value(.integer(id)) }
            writer.endArray()
            writer.name("moving")
            writer.beginArray()
            for one in word.moving {
                writer.beginObject()
                writer.member("id", one.id)
                writer.member("x", one.x)
                writer.member("y", one.y)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return writer.text
    }
}
