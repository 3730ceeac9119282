import HTTPKit
import Kernel
import NIOCore
import Persistence

struct IconRoutes: Sendable {
    private let icons: Icons

    init(store: any Store) { icons = Icons(store: store) }

    func register(in api: inout API) {
        let icons = icons
        api.component("UploadedIcon", UploadedIcon.shape)
        api.get("icons", "List the icons that people brought", needs: .may(.viewInventory)) { _ in
            Items(items: try await icons.all())
        }
        api.post(
            "icons", "Bring an icon: PNG, JPEG or WebP of at most 64 KiB and 512 pixels a side",
            needs: .may(.editInventory),
            .init(
                query: [
                    QueryField("name", .string, "What it shows."),
                    QueryField("category", .string, "Where the picker shows it; “Own” if left out."),
                ],
                takes: .bytes("image/*"), answer: .json(.named("UploadedIcon")), bodyLimit: PictureLimits.icon.bytes)
        ) { (call: Call<RawBody>) in
            try await icons.add(
                Array(call.body.bytes.readableBytesView), name: call.query("name") ?? "",
                category: call.query("category") ?? "Own", by: call.caller)
        }
        api.get("icons/:id/picture", "An icon that somebody brought", needs: .may(.viewInventory), KeptPicture.details)
        {
            call in
            try await icons.picture(call.path("id")).reply(to: call, named: "icon")
        }
        api.delete("icons/:id", "Delete an icon that no object wears", needs: .may(.editInventory)) { call in
            try await icons.remove(call.path("id"), by: call.caller)
        }
    }
}
