import Kernel
import Serving
import Synchronization

/// What the hub needs of a connection; `WebSocketConnection` is the real one.
protocol LiveWire: Sendable {
    /// Never waits. A reader that is too slow is closed by the wire itself.
    func put(_ message: PreparedMessage)
    /// Waits until the reader has taken it; throws when it is gone.
    func deliver(_ message: PreparedMessage) async throws
    func close(_ reason: CloseReason)
    /// Something that was sent has not been taken yet.
    var isBusy: Bool { get }
}

extension WebSocketConnection: LiveWire {
    package func put(_ message: PreparedMessage) {
        // Who is gone or too slow is being closed already, and its session ends with that.
        try? send(message)
    }
}

/// One open connection to a stream, and on whose behalf.
final class LiveSocket: Sendable {
    enum Phase { case stranger, greeted, begun }

    private struct State {
        var caller: Caller?
        var phase = Phase.stranger
        var shownName: String?
    }

    private let wire: any LiveWire
    private let state = Mutex(State())

    init(_ wire: any LiveWire) {
        self.wire = wire
    }

    var caller: Caller? { state.withLock { $0.caller } }
    var phase: Phase { state.withLock { $0.phase } }
    var isBusy: Bool { wire.isBusy }
    /// What others read of who this is, once it was asked for.
    var shownName: String? { state.withLock { $0.shownName } }

    func become(_ caller: Caller) {
        state.withLock { $0.caller = caller }
    }

    func show(_ name: String) {
        state.withLock { $0.shownName = name }
    }

    /// True for the one who takes the step, so that it is taken once.
    func step(from old: Phase, to new: Phase) -> Bool {
        state.withLock { state in
            guard state.phase == old else { return false }
            state.phase = new
            return true
        }
    }

    /// How many frames were sent: none where the caller may not see it.
    @discardableResult
    func send(_ frame: LiveFrame) -> UInt64 {
        guard maySee(frame) else { return 0 }
        wire.put(frame.message)
        return 1
    }

    func send(text: String) {
        wire.put(PreparedMessage(text: text))
    }

    /// Sends all of them and waits until the last one was taken.
    func deliver(_ entries: [LiveEntry]) async throws {
        let frames = entries.flatMap(\.frames).filter(maySee)
        guard let last = frames.last else { return }
        for frame in frames.dropLast() { wire.put(frame.message) }
        try await wire.deliver(last.message)
    }

    func close(_ reason: CloseReason) {
        wire.close(reason)
    }

    private func maySee(_ frame: LiveFrame) -> Bool { caller?.may(frame.needs) ?? false }
}
