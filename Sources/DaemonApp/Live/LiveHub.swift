import Kernel
import Serving
import Synchronization

/// One stream: what it said last, and who listens.
///
/// Everything happens under one lock, and sending never waits, so a socket gets each entry once and in order: it
/// catches up from the backlog chunk by chunk, and the step from there to following is taken in the moment when
/// nothing is left. What a slow reader leaves is bounded by its socket, which then closes itself.
final class LiveHub: Sendable {
    private struct Listener {
        let socket: LiveSocket
        let greeting: Int64
        /// Entries up to here are known to the page.
        var cursor: Int64
        var isFollowing = false
    }

    private struct State {
        var backlog: LiveBacklog
        var listeners: [ObjectIdentifier: Listener] = [:]
        /// The last word on a lasting state, said to everybody who comes.
        var standing: LiveFrame?
        var sent: UInt64 = 0
        var taken: UInt64 = 0
    }

    let stream: LiveStream
    private let limits: LiveLimits
    private let state: Mutex<State>

    init(_ stream: LiveStream, at position: Int64, limits: LiveLimits) {
        self.stream = stream
        self.limits = limits
        state = Mutex(State(backlog: LiveBacklog(at: position, limits: limits)))
    }

    var position: Int64 { state.withLock { $0.backlog.position } }
    var sockets: [LiveSocket] { state.withLock { $0.listeners.values.map(\.socket) } }
    var socketCount: Int { state.withLock { $0.listeners.count } }
    var sentCount: UInt64 { state.withLock { $0.sent } }
    var eventCount: UInt64 { state.withLock { $0.taken } }

    // MARK: What is said

    /// An event that was delivered before is left out.
    func publish(_ entry: LiveEntry) {
        state.withLock { state in
            guard entry.id > state.backlog.position else { return }
            state.backlog.append(entry)
            state.taken += 1
            guard !entry.frames.isEmpty else { return }
            for (key, listener) in state.listeners where listener.isFollowing && listener.cursor < entry.id {
                state.listeners[key]?.cursor = entry.id
                for frame in entry.frames { state.sent += listener.socket.send(frame) }
            }
        }
    }

    /// Tells everybody to fetch anew: something before that id cannot be told.
    func reset(at eventID: Int64) {
        state.withLock { state in
            let place = max(eventID, state.backlog.position)
            state.backlog.restart(at: place)
            for (key, listener) in state.listeners where listener.isFollowing {
                state.listeners[key]?.cursor = place
                listener.socket.send(text: LiveFrame.place("reset", at: place))
            }
        }
    }

    /// A state that lasts until the next one: said now and to whoever comes.
    func stand(_ frame: LiveFrame) {
        state.withLock { state in
            state.standing = frame
            for listener in state.listeners.values { state.sent += listener.socket.send(frame) }
        }
    }

    /// Something for this moment only: nobody misses it who comes later.
    func say(_ frame: LiveFrame) {
        state.withLock { state in
            for listener in state.listeners.values { state.sent += listener.socket.send(frame) }
        }
    }

    // MARK: Who listens

    /// Greets the socket. It gets events from `begin` on.
    func join(_ socket: LiveSocket) {
        state.withLock { state in
            let position = state.backlog.position
            state.listeners[ObjectIdentifier(socket)] = Listener(
                socket: socket, greeting: position, cursor: position)
            socket.send(text: LiveFrame.place("hello", at: position))
            if let standing = state.standing { state.sent += socket.send(standing) }
        }
    }

    func leave(_ socket: LiveSocket) {
        state.withLock { $0.listeners[ObjectIdentifier(socket)] = nil }
    }

    /// Sets where the socket goes on; nil is its greeting. What it then misses comes from `next`.
    func place(_ socket: LiveSocket, after id: Int64?) {
        guard let id else { return }
        state.withLock { $0.listeners[ObjectIdentifier(socket)]?.cursor = id }
    }

    /// A page that follows already says where it would have gone on from: too late to insert what it missed, so it
    /// fetches anew if it missed anything.
    func isMissing(_ socket: LiveSocket, after id: Int64) -> Bool {
        state.withLock { state in
            guard let listener = state.listeners[ObjectIdentifier(socket)], id < listener.greeting else { return false }
            guard case .entries(let next) = state.backlog.next(after: id, most: 1, bytes: 0) else { return true }
            return next.first.map { $0.id <= listener.greeting } ?? false
        }
    }

    /// The next entries for a socket that catches up; nil once it has everything and follows. What is too old makes it
    /// follow from now on, with the word to fetch anew.
    func next(for socket: LiveSocket) -> [LiveEntry]? {
        state.withLock { state in
            let key = ObjectIdentifier(socket)
            guard let listener = state.listeners[key], !listener.isFollowing else { return nil }
            let answer = state.backlog.next(
                after: listener.cursor, most: limits.chunkEntries, bytes: limits.chunkBytes)
            guard case .entries(let entries) = answer else {
                state.listeners[key]?.cursor = state.backlog.position
                state.listeners[key]?.isFollowing = true
                socket.send(text: LiveFrame.place("reset", at: state.backlog.position))
                return nil
            }
            guard let last = entries.last else {
                state.listeners[key]?.isFollowing = true
                return nil
            }
            state.listeners[key]?.cursor = last.id
            state.sent += UInt64(entries.reduce(0) { $0 + $1.frames.count })
            return Array(entries)
        }
    }

    /// For an id that no event has yet, as after a restored backup: go on from here, and fetch anew.
    func restart(_ socket: LiveSocket) {
        state.withLock { state in
            let key = ObjectIdentifier(socket)
            guard state.listeners[key] != nil else { return }
            state.listeners[key]?.cursor = state.backlog.position
            socket.send(text: LiveFrame.place("reset", at: state.backlog.position))
        }
    }
}
