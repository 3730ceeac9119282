import AuditProof
import Dispatch
import Kernel
import Persistence
import Synchronization

/// Goes back in the audit trail from now, or from a moment it was at before, to the map as it was.
///
/// Rows are read in windows, each in a transaction of its own, so memory does not grow with the trail. The work on them
/// runs on a queue of its own, and a walk that nobody waits for any more ends at the next window. States passed on the
/// way are kept, so that looking around in the past costs little.
final class HistoryDesk: Sendable {
    static let window: Int64 = 4_000
    /// So many rows apart, at least and at most, states are kept while going far back: about as many as fit.
    static let apart: ClosedRange<Int64> = 8_000...64_000
    static let mostWalks = 4

    /// The map after a row of the trail.
    struct Found: Sendable {
        let state: PastState
        let row: Int64
        let at: Instant
        let reach: HistoryReach
    }

    /// A moment by the clock, or by the last row that is taken in.
    enum Point: Sendable {
        case moment(Instant)
        case row(Int64)
        case now

        /// A row that retention has taken stands for the first state that can still be told.
        func found(_ reach: HistoryReach, in tx: any Session) throws -> (at: Instant, row: Int64) {
            switch self {
            case .moment(let moment):
                let at = min(moment, reach.now)
                return (at, try reach.row(at: at, in: tx))
            case .row(let row):
                let row = min(max(row, reach.cut), reach.newest)
                let at = try tx.rows("SELECT at FROM audit_log WHERE id = \(row)").first?.get(0, as: Instant.self)
                return (at ?? reach.since ?? reach.now, row)
            case .now: return (reach.now, reach.newest)
            }
        }
    }

    private let store: any Store
    private let queue = DispatchQueue(label: "map-history", qos: .userInitiated)
    private let walks = Mutex(0)
    let frames = KeptStates()

    init(store: any Store) {
        self.store = store
    }

    func state(at moment: Instant) async throws -> Found {
        try await alone {
            let start = try await start(for: [.moment(moment)])
            let walk = try await go(from: start, to: start.rows[0], folding: false)
            return Found(state: walk.state, row: start.rows[0], at: start.moments[0], reach: start.reach)
        }
    }

    /// Both moments, and what the rows between them say of fields.
    func states(at older: Point, and newer: Point) async throws -> (
        older: Found, newer: Found, fields: FieldChanges
    ) {
        try await alone {
            let start = try await start(for: [newer, older])
            let first = try await go(from: start, to: start.rows[0], folding: false)
            let later = Found(state: first.state, row: start.rows[0], at: start.moments[0], reach: start.reach)
            let next = Start(first.frame, start)
            // A clock that was set back may turn the two around: then nothing lies between them.
            let row = min(start.rows[0], start.rows[1])
            let second = try await go(from: next, to: row, folding: true)
            let earlier = Found(state: second.state, row: row, at: start.moments[1], reach: start.reach)
            return (earlier, later, second.fields)
        }
    }

    /// Work on what was found, beside the walks.
    func work<Answer: Sendable>(_ body: @escaping @Sendable () throws -> Answer) async throws -> Answer {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result { try body() }) }
        }
    }

    // MARK: Walking

    private struct Start: Sendable {
        let frame: KeptStates.Frame
        let reach: HistoryReach
        let moments: [Instant]
        let rows: [Int64]

        init(frame: KeptStates.Frame, reach: HistoryReach, moments: [Instant], rows: [Int64]) {
            self.frame = frame
            self.reach = reach
            self.moments = moments
            self.rows = rows
        }

        init(_ frame: KeptStates.Frame, _ other: Start) {
            self.init(frame: frame, reach: other.reach, moments: other.moments, rows: other.rows)
        }
    }

    private struct End: Sendable {
        let frame: KeptStates.Frame
        let fields: FieldChanges
        var state: PastState { frame.state }
    }

    /// The nearest known state that is not older than the first of the points: the newest is asked for first.
    private func start(for points: [Point]) async throws -> Start {
        let known = frames.all
        let (reach, wanted, rows, frame, isForeign) = try await store.read { tx in
            let reach = try HistoryReach(in: tx)
            let found = try points.map { try $0.found(reach, in: tx) }
            let (wanted, rows) = (found.map(\.at), found.map(\.row))
            let near = known.first { $0.row >= rows[0] && $0.row <= reach.newest }
            let isForeign = try known.contains { try reach.hash(of: $0.row, in: tx) != $0.hash && $0.row > reach.cut }
            if let near, !isForeign { return (reach, wanted, rows, near, false) }
            let end = try AuditChain.end(in: tx)
            let present = PastState(try GraphLoader.load(in: tx).graph)
            return (reach, wanted, rows, KeptStates.Frame(row: end.id, hash: end.hash, state: present), isForeign)
        }
        if isForeign { frames.forget() }
        frames.keep(frame)
        return Start(frame: frame, reach: reach, moments: wanted, rows: rows)
    }

    private func go(from start: Start, to target: Int64, folding: Bool) async throws -> End {
        guard start.frame.row > target else { return End(frame: start.frame, fields: FieldChanges()) }
        let walk = Walk(start.frame.state)
        var high = start.frame.row
        var lastKept = high
        let apart = frames.apart(over: high - target, size: start.frame.state.size)
        var read = try await window(below: high, to: target, folding)
        while true {
            try Task.checkCancellation()
            let now = read
            // The database reads on while these rows are taken in.
            async let following = window(after: now, to: target, folding)
            try await work { walk.take(now.rows, folding: folding) }
            high = now.low
            if high == target || lastKept - high >= apart {
                lastKept = high
                frames.keep(KeptStates.Frame(row: high, hash: now.hash, state: walk.state))
            }
            read = try await following
            if high == target { break }
        }
        // Retention may have taken rows from under the walk.
        let reach = try await store.read { try HistoryReach(in: $0) }
        guard target >= reach.cut else {
            frames.forget()
            throw reach.tooEarly
        }
        return End(frame: KeptStates.Frame(row: target, hash: read.hash, state: walk.state), fields: walk.fields)
    }

    private struct Window: Sendable {
        let rows: [HistoryRow]
        let low: Int64
        /// Of the row at `low`.
        let hash: String
    }

    private func window(after window: Window, to target: Int64, _ folding: Bool) async throws -> Window {
        window.low > target ? try await self.window(below: window.low, to: target, folding) : window
    }

    private func window(below high: Int64, to target: Int64, _ folding: Bool) async throws -> Window {
        let low = max(target, high - Self.window)
        return try await store.read { tx in
            Window(
                rows: try HistoryRow.window(after: low, through: high, folding: folding, in: tx), low: low,
                hash: try HistoryReach(in: tx).hash(of: low, in: tx) ?? "")
        }
    }

    private func alone<Answer: Sendable>(_ body: () async throws -> Answer) async throws -> Answer {
        let isAccepted = walks.withLock { walks in
            guard walks < Self.mostWalks else { return false }
            walks += 1
            return true
        }
        guard isAccepted else {
            throw AppError(
                .rateLimited, "Several people look at the past just now. Try again in a moment.",
                retryAfter: .seconds(2))
        }
        defer { walks.withLock { $0 -= 1 } }
        return try await body()
    }
}

/// A state on its way back. In a box, so that it is changed in place and never copied.
private final class Walk: Sendable {
    private let box: Mutex<(state: PastState, fields: FieldChanges)>

    init(_ state: PastState) {
        box = Mutex((state, FieldChanges()))
    }

    var state: PastState { box.withLock { $0.state } }
    var fields: FieldChanges { box.withLock { $0.fields } }

    func take(_ rows: [HistoryRow], folding: Bool) {
        box.withLock { box in
            for row in rows {
                let before = HistoryRow.object(row.before)
                box.state.undo(row, before)
                if folding { box.fields.take(row, before) }
            }
        }
    }
}
