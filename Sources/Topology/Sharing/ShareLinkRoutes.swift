import HTTPKit
import HTTPTypes
import Kernel

struct ShareLinkRoutes: Sendable {
    let links: ShareLinks
    let desk: SharedMapDesk

    func register(in api: inout API) {
        let (links, desk) = (links, desk)
        api.component("ShareLink", ShownShareLink.shape)
        api.get(
            "share-links", "Links to shared maps, newest first: one's own, and everybody's for administrators",
            needs: .may(.shareMap), .init(answer: .json(.page(of: .named("ShareLink"))))
        ) { call in Listing(items: try await links.list(for: call.caller)) }
        api.post(
            "share-links", "Share a map by a link that ends; the link is shown only in this answer",
            needs: .may(.shareMap), .init(answer: .json(MadeShareLink.shape), bodyLimit: 64 << 10)
        ) { (call: Call<ShareLinkDraft>) in
            try await links.create(call.body, origin: call.facts.origin.text, by: call.caller)
        }
        api.delete("share-links/:id", "Take a link to a map back", needs: .may(.shareMap)) { call in
            try await links.revoke(call.path("id"), by: call.caller)
        }
        // The secret comes in the body: an address is written down by whatever stands on the way.
        api.post(
            "shared-map", "What the link to a shared map shows", needs: .nothing,
            .init(answer: .json(SharedMap.shape), status: .ok, bodyLimit: 4096)
        ) { (call: Call<ShareKey>) in
            let link = try await links.open(call.body.token, by: call.caller)
            return try await desk.reply(to: link, isCompressed: call.accepts(encoding: "gzip"))
        }
    }
}
