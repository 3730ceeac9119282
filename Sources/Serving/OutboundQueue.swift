import NIOConcurrencyHelpers

/// Counts what waits to be written to one socket, from any thread, so that a sender learns at once that the reader is
/// behind instead of waiting for it.
final class OutboundQueue: Sendable {
    private struct State {
        var bytes = 0
        var messages = 0
        var end: CloseReason?
    }

    enum Verdict { case accepted, full, closed }

    private let state = NIOLockedValueBox(State())
    private let limits: WebSocketLimits

    init(limits: WebSocketLimits) {
        self.limits = limits
    }

    func add(_ size: Int) -> Verdict {
        state.withLockedValue { state in
            guard state.end == nil else { return .closed }
            // An empty queue takes one message of any size: a first picture of the map may be large.
            guard
                state.messages == 0
                    || (state.bytes + size <= limits.queueBytes && state.messages < limits.queueMessages)
            else { return .full }
            state.bytes += size
            state.messages += 1
            return .accepted
        }
    }

    func remove(_ size: Int) {
        state.withLockedValue { state in
            state.bytes -= size
            state.messages -= 1
        }
    }

    /// The first reason stays. True for the caller that set it.
    @discardableResult
    func end(_ reason: CloseReason) -> Bool {
        state.withLockedValue { state in
            guard state.end == nil else { return false }
            state.end = reason
            return true
        }
    }

    var isEmpty: Bool { state.withLockedValue { $0.messages == 0 } }
    var ending: CloseReason? { state.withLockedValue { $0.end } }
}
