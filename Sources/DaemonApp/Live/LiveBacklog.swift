/// The newest entries of a stream, for pages that come back. Oldest first; bounded in number and bytes.
struct LiveBacklog: Sendable {
    enum Answer {
        /// What comes next; empty when there is nothing newer.
        case entries(ArraySlice<LiveEntry>)
        /// Something newer has been dropped already.
        case tooOld
    }

    private let mostEntries: Int
    private let mostBytes: Int
    private var entries: [LiveEntry] = []
    /// The entries before this index are gone; they are cut off in bulk.
    private var first = 0
    private var bytes = 0
    /// Every entry behind this id is here.
    private(set) var floor: Int64
    /// The newest event that was looked at, whether it had frames or not.
    private(set) var position: Int64

    init(at position: Int64, limits: LiveLimits) {
        self.position = position
        floor = position
        mostEntries = limits.backlogEntries
        mostBytes = limits.backlogBytes
    }

    var count: Int { entries.count - first }

    mutating func append(_ entry: LiveEntry) {
        position = entry.id
        guard !entry.frames.isEmpty else { return }
        entries.append(entry)
        bytes += entry.size
        while count > mostEntries || (bytes > mostBytes && count > 1) { dropFirst() }
    }

    /// Nothing before this id can be told any more.
    mutating func restart(at eventID: Int64) {
        entries.removeAll()
        first = 0
        bytes = 0
        position = eventID
        floor = eventID
    }

    /// The next entries behind that id: at most so many, and at least one where there is one.
    func next(after id: Int64, most: Int, bytes: Int) -> Answer {
        guard id >= floor else { return .tooOld }
        let start = index(after: id)
        var end = start
        var size = 0
        while end < entries.count, end - start < most {
            size += entries[end].size
            guard size <= bytes || end == start else { break }
            end += 1
        }
        return .entries(entries[start..<end])
    }

    /// Binary search: the ids grow.
    private func index(after id: Int64) -> Int {
        var low = first
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id <= id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func dropFirst() {
        floor = entries[first].id
        bytes -= entries[first].size
        // Its frames are let go now, the place in the list later.
        entries[first] = LiveEntry(id: floor, frames: [])
        first += 1
        if first > 512, first * 2 > entries.count {
            entries.removeFirst(first)
            first = 0
        }
    }
}
