import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct TokenRoutes: Sendable {
    let tokens: APITokens

    func register(in api: inout API) {
        api.component("Token", ShownToken.shape)
        api.get(
            "tokens", "API tokens", needs: .may(.manageTokens),
            .init(query: IDCursor.fields, answer: .json(.page(of: .named("Token"))))
        ) { call in
            let (after, limit) = try IDCursor.read(call)
            return IDCursor.page(try await tokens.list(after: after, limit: limit + 1), limit) { $0.token.id }
        }
        api.get(
            "tokens/:id", "One API token", needs: .may(.manageTokens), .init(answer: .json(.named("Token")))
        ) { call in
            try await tokens.find(call.path("id"))
        }
        api.post(
            "tokens", "Make an API token; its text is shown only in this answer", needs: .may(.manageTokens),
            stepUp: .byBody,
            .init(answer: .json(ShownToken.madeShape))
        ) { (call: Call<APITokenDraft>) in
            try await tokens.create(call.body, by: call.caller)
        }
        api.delete("tokens/:id", "Revoke an API token", needs: .may(.manageTokens)) { call in
            try await tokens.revoke(call.path("id"), by: call.caller)
        }
    }
}
