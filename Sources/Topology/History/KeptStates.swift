import Synchronization

/// States of the past that were passed, the nearest of which the next walk begins at. As many as fit a bound of objects.
final class KeptStates: Sendable {
    struct Frame: Sendable {
        let row: Int64
        let hash: String
        let state: PastState
    }

    /// Objects and places; about 20 MB.
    static let mostObjects = 60_000
    static let most = 32

    /// Used last stands last.
    private let frames = Mutex<[Frame]>([])

    /// Oldest row first.
    var all: [Frame] { frames.withLock { $0 }.sorted { $0.row < $1.row } }

    func keep(_ frame: Frame) {
        frames.withLock { frames in
            frames.removeAll { $0.row == frame.row }
            frames.append(frame)
            var objects = frames.reduce(0) { $0 + $1.state.size }
            while frames.count > 2, frames.count > Self.most || objects > Self.mostObjects {
                objects -= frames.removeFirst().state.size
            }
        }
    }

    func forget() { frames.withLock { $0 = [] } }
}
