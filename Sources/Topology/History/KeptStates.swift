import Synchronization

/// States of the past that were passed, the nearest of which the next walk begins at. As many as fit a bound of objects,
/// and of those that are too many the one that lies closest between two others goes: so they stay spread over the trail,
/// and a walk to any moment is short.
final class KeptStates: Sendable {
    struct Frame: Sendable {
        let row: Int64
        let hash: String
        let state: PastState
    }

    /// About 30 MB.
    static let mostObjects = 80_000
    static let most = 32

    /// Oldest row first.
    private let frames = Mutex<[Frame]>([])

    var all: [Frame] { frames.withLock { $0 } }

    /// How many rows apart states of that size are kept on a way of so many rows.
    func apart(over rows: Int64, size: Int) -> Int64 {
        let fitting = max(2, min(Self.most, Self.mostObjects / max(1, size)))
        return min(max(rows / Int64(fitting), HistoryDesk.apart.lowerBound), HistoryDesk.apart.upperBound)
    }

    func keep(_ frame: Frame) {
        frames.withLock { frames in
            frames.removeAll { $0.row == frame.row }
            frames.insert(frame, at: frames.firstIndex { $0.row > frame.row } ?? frames.count)
            var objects = frames.reduce(0) { $0 + $1.state.size }
            while frames.count > 2, frames.count > Self.most || objects > Self.mostObjects {
                objects -= frames.remove(at: Self.closest(frames, but: frame.row)).state.size
            }
        }
    }

    /// Never the newest, from which everything can be reached, nor the one that was just put there.
    private static func closest(_ frames: [Frame], but row: Int64) -> Int {
        func gap(_ index: Int) -> Int64 { frames[index + 1].row - (index > 0 ? frames[index - 1].row : 0) }
        return frames.indices.dropLast().filter { frames[$0].row != row }.min { gap($0) < gap($1) } ?? 0
    }

    func forget() { frames.withLock { $0 = [] } }
}
