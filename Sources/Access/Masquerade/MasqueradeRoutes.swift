import HTTPKit
import HTTPTypes
import Kernel

struct MasqueradeRoutes: Sendable {
    let masquerade: Masquerade

    func register(in api: inout API) {
        api.post(
            "users/:id/masquerade", "Act as this person for half an hour", needs: .may(.manageUsers), stepUp: .recent,
            .init(status: .noContent)
        ) { (call: Call<Nothing>) in
            try await masquerade.begin(as: call.path("id"), by: call.caller)
            return Nothing()
        }
        // Open, because whoever acts as somebody else has that person's permissions.
        api.delete("auth/masquerade", "Stop acting as somebody else", needs: .nothing) { call in
            try await masquerade.end(by: call.caller)
        }
    }
}
