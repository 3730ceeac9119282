import Kernel
import ServiceLifecycle
import Synchronization

/// Tells people on the same map of each other while their sockets last.
///
/// A word is kept until the next turn, ten a second at most and none while nothing changes. A reader whose socket still
/// has something to take is passed over, and gets the newest word the next time.
final class LivePresence: Service, Sendable {
    private struct State {
        var room = PresenceRoom<ObjectIdentifier>()
        var sockets: [ObjectIdentifier: LiveSocket] = [:]
    }

    private let state = Mutex(State())
    private let turns: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let pause: Duration

    init(pause: Duration = .milliseconds(100)) {
        self.pause = pause
        (turns, wake) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var count: Int { state.withLock { $0.room.visitors.count } }

    func say(_ word: PresenceWord, by socket: LiveSocket, named name: String) {
        guard let caller = socket.caller else { return }
        let person = caller.id.map { "\(caller.kind.rawValue) \($0)" }
        let isNews = state.withLock { state in
            let key = ObjectIdentifier(socket)
            let isNews = state.room.say(word.allowed(to: caller), by: key, person: person, name: name)
            state.sockets[key] = state.room.visitors[key] == nil ? nil : socket
            return isNews
        }
        if isNews { wake.yield() }
    }

    func leave(_ socket: LiveSocket) {
        let wasThere = state.withLock { state in
            state.sockets[ObjectIdentifier(socket)] = nil
            return state.room.leave(ObjectIdentifier(socket))
        }
        if wasThere { wake.yield() }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await _ in turns {
                turn()
                guard (try? await Task.sleep(for: pause)) != nil else { return }
            }
        }
        try? await gracefulShutdown()
    }

    /// Tells everybody what is new to them.
    func turn() {
        var isOwing = false
        state.withLock { state in
            for (key, socket) in state.sockets {
                guard !socket.isBusy else {
                    isOwing = true
                    continue
                }
                for news in state.room.news(for: key) { socket.send(text: news.text) }
            }
        }
        if isOwing { wake.yield() }
    }
}
