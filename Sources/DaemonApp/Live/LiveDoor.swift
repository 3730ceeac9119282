import HTTPKit
import HTTPTypes
import Kernel
import Logging
import NIOCore
import Serving

/// Decides on WebSocket handshakes: which stream, over TLS where that is demanded, and who it is.
struct LiveDoor: Sendable {
    let hubs: [LiveStream: LiveHub]
    let gate: any LiveGate
    let renewal: LiveRenewal
    let presence: LivePresence
    let newest: @Sendable () async throws -> Int64
    let limits: LiveLimits
    /// `CB_WS_REQUIRE_WSS`.
    let requiresTLS: Bool
    /// Takes trusted proxies into account.
    let origin: @Sendable (UpgradeRequest) -> RequestOrigin
    let logger: Logger

    func decide(_ request: UpgradeRequest) async -> UpgradeDecision {
        guard let stream = LiveStream(path: request.path), let hub = hubs[stream] else { return .passOn }
        let facts = RequestFacts(
            method: request.head.method, path: String(request.path), headers: request.head.headerFields,
            origin: origin(request), requestID: RequestID.make())
        do {
            guard facts.origin.isTLS || !requiresTLS else {
                throw AppError(.forbidden, "Live updates are served over TLS only, as CB_WS_REQUIRE_WSS says.")
            }
            let generation = renewal.current
            let caller = try await gate.caller(ofHandshake: facts)
            return .serve(session(hub, facts, caller, generation))
        } catch {
            return refusal(AppError(anything: error), facts)
        }
    }

    private func session(
        _ hub: LiveHub, _ facts: RequestFacts, _ caller: Caller?, _ generation: Int
    ) -> UpgradeDecision.Serve {
        let session = LiveSession(
            hub: hub, gate: gate, renewal: renewal, presence: presence, newest: newest, limits: limits, facts: facts)
        // A passer-by who may not follow can still say who they are; a person who may not is told so by the close.
        let isNobody = caller.map { $0.kind == .anonymous && !$0.may(hub.stream.permission) } ?? true
        return { connection in
            try await session.run(connection, admitted: isNobody ? nil : caller, at: generation)
        }
    }

    private func refusal(_ error: AppError, _ facts: RequestFacts) -> UpgradeDecision {
        if error.kind == .fault || error.kind == .unavailable {
            logger.error(
                "a live socket could not be opened",
                metadata: ["error": "\(error)", "path": "\(facts.path)", "request_id": "\(facts.requestID)"])
        }
        let reply = ErrorReply.reply(for: error, requestID: facts.requestID)
        var fields = reply.headers
        fields[.contentType] = reply.contentType
        return .refuse(HTTPResponse(status: error.kind.status, headerFields: fields), body: reply.body)
    }
}
