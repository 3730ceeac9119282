import HTTPKit
import Kernel

struct AppearanceRoutes: Sendable {
    let appearances: Appearances

    func register(in api: inout API) {
        let appearances = appearances
        api.patch(
            "maps/:id/appearances", "Give objects another name, colour or icon on one map", needs: .may(.editMap),
            .init(answer: .json(.page(of: DressedNode.shape)))
        ) { (call: Call<AppearancesPatch>) in
            Listing(items: try await appearances.change(call.body, on: call.path("id"), by: call.caller))
        }
    }
}
