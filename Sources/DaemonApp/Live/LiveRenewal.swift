import HTTPKit
import Kernel
import Logging
import Serving
import Synchronization

/// Sees to it that a socket does not outlive what it was opened with: asks for every caller again and closes the
/// sockets of those who may no longer follow.
final class LiveRenewal: Sendable {
    /// Sockets of one person, token or passer-by are asked for once.
    private struct Key: Hashable {
        let kind: Caller.Kind
        let id: Int64?
        let sessionID: Int64?
        let name: String

        init(_ caller: Caller) {
            (kind, id, sessionID, name) = (caller.kind, caller.id, caller.sessionID, caller.name)
        }
    }

    private let hubs: [LiveHub]
    private let gate: any LiveGate
    private let logger: Logger
    private let generation = Atomic<Int>(0)

    init(_ hubs: [LiveHub], gate: any LiveGate, logger: Logger) {
        self.hubs = hubs
        self.gate = gate
        self.logger = logger
    }

    /// Grows with each renewal: who was admitted before one and joined after it is asked for again.
    var current: Int { generation.load(ordering: .sequentiallyConsistent) }

    func renewAll() async {
        generation.add(1, ordering: .sequentiallyConsistent)
        var known: [Key: Caller?] = [:]
        for hub in hubs {
            for socket in hub.sockets {
                guard let caller = socket.caller else { continue }
                let key = Key(caller)
                if known[key] == nil {
                    guard let answer = await ask(caller) else { continue }
                    known[key] = answer
                }
                apply(known[key] ?? nil, to: socket, of: hub.stream)
            }
        }
    }

    func renew(_ socket: LiveSocket, of stream: LiveStream) async {
        guard let caller = socket.caller, let answer = await ask(caller) else { return }
        apply(answer, to: socket, of: stream)
    }

    /// Nil when it cannot be told just now: then nothing can have been revoked either, and the next renewal asks again.
    private func ask(_ caller: Caller) async -> Caller?? {
        do {
            return .some(try await gate.renewed(caller))
        } catch {
            logger.warning("a live socket's caller could not be asked for", metadata: ["error": "\(error)"])
            return nil
        }
    }

    private func apply(_ caller: Caller?, to socket: LiveSocket, of stream: LiveStream) {
        guard let caller else { return socket.close(.signedOut) }
        guard caller.may(stream.permission) else { return socket.close(.notAllowed) }
        socket.become(caller)
    }
}
