import HTTPKit
import HTTPTypes
import Kernel

struct SessionRoutes: Sendable {
    let sessions: BrowserSessions

    func register(in api: inout API) {
        api.get("me/sessions", "Where one is signed in", needs: .may(.ownAccount)) { call in
            Listing(items: try await sessions.list(of: call.caller))
        }
        api.delete("me/sessions", "End all of one's other sessions", needs: .may(.ownAccount)) { call in
            try await sessions.endOthers(by: call.caller)
        }
        api.delete("me/sessions/:id", "End one of one's sessions", needs: .may(.ownAccount)) { call in
            try await sessions.end(call.path("id"), by: call.caller)
        }
    }
}
