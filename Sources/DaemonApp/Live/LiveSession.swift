import HTTPKit
import Kernel
import Logging
import Serving

/// The life of one socket: who it is, where it goes on from, then following until it closes.
struct LiveSession: Sendable {
    let hub: LiveHub
    let gate: any LiveGate
    let renewal: LiveRenewal
    let presence: LivePresence
    /// The newest event there is, delivered or not.
    let newest: @Sendable () async throws -> Int64
    let limits: LiveLimits
    let facts: RequestFacts

    /// `admitted` is the caller the handshake proved, and the renewal that was the last one before.
    func run(_ connection: WebSocketConnection, admitted: Caller?, at generation: Int) async throws {
        let socket = LiveSocket(connection)
        var pace = PresencePace()
        defer {
            hub.leave(socket)
            presence.leave(socket)
        }
        try await withThrowingDiscardingTaskGroup { tasks in
            if let admitted {
                await greet(socket, admitted, generation)
                tasks.addTask { await beginAfterGrace(socket) }
            } else {
                tasks.addTask { await closeUnlessSignedIn(socket) }
            }
            for try await message in connection.messages {
                let wasStranger = socket.phase == .stranger
                await receive(message, socket, &pace)
                if wasStranger, socket.phase == .greeted { tasks.addTask { await beginAfterGrace(socket) } }
            }
            tasks.cancelAll()
        }
    }

    private func receive(
        _ message: WebSocketMessage, _ socket: LiveSocket, _ pace: inout PresencePace
    ) async {
        let isStranger = socket.phase == .stranger
        guard case .text(let text) = message else { return socket.close(isStranger ? .signInFirst : .onlyText) }
        guard text.utf8.count <= limits.messageBytes else { return socket.close(.messageTooLong) }
        do throws(LiveRequest.NotUnderstood) {
            switch try LiveRequest(text) {
            case .auth(let token): await signIn(socket, token)
            case .subscribe(let id): isStranger ? socket.close(.signInFirst) : await subscribe(socket, after: id)
            case .presence(let word): isStranger ? socket.close(.signInFirst) : await appear(socket, word, &pace)
            }
        } catch {
            socket.close(isStranger ? .signInFirst : .notUnderstood)
        }
    }

    // MARK: Who

    /// Once: a socket does not change hands.
    private func signIn(_ socket: LiveSocket, _ token: String) async {
        guard socket.phase == .stranger else { return socket.close(.notUnderstood) }
        let generation = renewal.current
        guard let caller = try? await gate.caller(ofToken: token, facts) else { return socket.close(.signInFirst) }
        await greet(socket, caller, generation)
    }

    private func greet(_ socket: LiveSocket, _ caller: Caller, _ generation: Int) async {
        guard caller.may(hub.stream.permission) else { return socket.close(.notAllowed) }
        socket.become(caller)
        guard socket.step(from: .stranger, to: .greeted) else { return }
        hub.join(socket)
        if renewal.current != generation { await renewal.renew(socket, of: hub.stream) }
    }

    private func closeUnlessSignedIn(_ socket: LiveSocket) async {
        // Cancelled when the socket has closed meanwhile.
        guard (try? await Task.sleep(for: limits.authentication)) != nil else { return }
        if socket.phase == .stranger { socket.close(.signInFirst) }
    }

    // MARK: Among others

    private func appear(_ socket: LiveSocket, _ word: PresenceWord, _ pace: inout PresencePace) async {
        guard hub.stream == .topology else { return socket.close(.notUnderstood) }
        guard pace.takes(at: .now) else { return socket.close(.tooFast) }
        if socket.shownName == nil, let caller = socket.caller { socket.show(await gate.shownName(of: caller)) }
        presence.say(word, by: socket, named: socket.shownName ?? "")
    }

    // MARK: From where

    private func beginAfterGrace(_ socket: LiveSocket) async {
        guard (try? await Task.sleep(for: limits.grace)) != nil else { return }
        await begin(socket, after: nil)
    }

    private func subscribe(_ socket: LiveSocket, after id: Int64?) async {
        if socket.phase == .greeted, let id, await isFromElsewhere(id) {
            guard socket.step(from: .greeted, to: .begun) else { return }
            hub.restart(socket)
            return await catchUp(socket)
        }
        if await begin(socket, after: id) { return }
        if let id, hub.isMissing(socket, after: id) { hub.restart(socket) }
    }

    /// An id that no event has had yet: the page saw another database.
    private func isFromElsewhere(_ id: Int64) async -> Bool {
        guard id > hub.position else { return false }
        // If it cannot be told, nothing is lost by believing the page: ids only grow.
        guard let newest = try? await newest() else { return false }
        return id > newest
    }

    /// False where it has begun before.
    @discardableResult
    private func begin(_ socket: LiveSocket, after id: Int64?) async -> Bool {
        guard socket.step(from: .greeted, to: .begun) else { return false }
        hub.place(socket, after: id)
        await catchUp(socket)
        return true
    }

    private func catchUp(_ socket: LiveSocket) async {
        while let entries = hub.next(for: socket) {
            // The socket is gone: its session is about to end.
            guard (try? await socket.deliver(entries)) != nil else { return }
        }
    }
}
