import JSONKit
import Persistence

/// What one event changes on the map, written out once for every page.
struct TopologyDelta: EventDelta {
    /// Members of a JSON object without its braces.
    let members: [UInt8]

    func writeMembers(to writer: inout JSONWriter) { writer.raw(members) }
}

/// The last differences by event id, as far as a bound of events and bytes reaches.
struct KeptDeltas: Sendable {
    enum Answer {
        /// Taken in; nil where it changed nothing.
        case known(TopologyDelta?)
        /// Changed so much that pages fetch the document anew.
        case tooMuch(bytes: Int)
        /// Older than what is kept.
        case forgotten
        case new
    }

    private enum Entry {
        case nothing
        case delta(TopologyDelta)
        case tooMuch(Int)

        var bytes: Int { if case .delta(let delta) = self { delta.members.count } else { 0 } }
    }

    static let mostEvents = 4_096
    static let mostBytes = 8 << 20
    /// A difference larger than this is told as "fetch anew": the compressed document is about as large.
    static let largest = 512 << 10

    private var entries: [Int64: Entry] = [:]
    private var order: [Int64] = []
    private var bytes = 0
    /// Nothing is known of events up to this one.
    private(set) var floor: Int64

    init(after floor: Int64) {
        self.floor = floor
    }

    subscript(id: Int64) -> Answer {
        switch entries[id] {
        case .nothing: .known(nil)
        case .delta(let delta): .known(delta)
        case .tooMuch(let bytes): .tooMuch(bytes: bytes)
        case nil: id <= floor ? .forgotten : .new
        }
    }

    mutating func keep(_ members: [UInt8], of id: Int64) {
        let entry: Entry =
            members.isEmpty
            ? .nothing : members.count > Self.largest ? .tooMuch(members.count) : .delta(.init(members: members))
        entries[id] = entry
        order.append(id)
        bytes += entry.bytes
        if order.count > Self.mostEvents || bytes > Self.mostBytes { forgetOldest() }
    }

    /// A quarter at a time, so that the list is not moved for every event.
    private mutating func forgetOldest() {
        let count = max(1, order.count / 4)
        for id in order.prefix(count) {
            bytes -= entries.removeValue(forKey: id)?.bytes ?? 0
            floor = max(floor, id)
        }
        order.removeFirst(count)
    }
}
