import HTTPKit
import HTTPTypes
import Kernel

/// The streams as the OpenAPI document and a plain GET see them: the address exists, and wants a WebSocket.
struct LiveRoutes {
    func register(in api: inout API) {
        for stream in LiveStream.allCases {
            api.get(
                "\(stream.rawValue)/stream", "Follow live: a WebSocket", needs: .may(stream.permission),
                .init(answer: .json(.any), alsoAnswers: [.upgradeRequired])
            ) { call in
                let error = AppError(.malformed, "Open a WebSocket at this address.")
                var reply = ErrorReply.reply(for: error, requestID: call.facts.requestID)
                reply.status = .upgradeRequired
                reply.headers[.upgrade] = "websocket"
                reply.headers[.connection] = "upgrade"
                return reply
            }
        }
    }
}
