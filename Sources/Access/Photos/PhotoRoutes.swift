import HTTPKit
import HTTPTypes
import Kernel
import NIOCore

struct PhotoRoutes: Sendable {
    let photos: Photos

    func register(in api: inout API) {
        api.put(
            "me/photo", "Set one's own photo: PNG, JPEG or WebP of at most 256 KiB and 1024 pixels a side",
            needs: .may(.ownAccount),
            .init(takes: .bytes("image/*"), answer: .json(.named("User")), bodyLimit: PictureLimits.photo.bytes)
        ) { (call: Call<RawBody>) in
            try await photos.set(Array(call.body.bytes.readableBytesView), by: call.caller)
        }
        api.get("me/photo", "One's own photo", needs: .may(.ownAccount), KeptPicture.details) { call in
            try await photos.own(call.caller).reply(to: call, named: "photo")
        }
        api.delete("me/photo", "Take one's own photo away", needs: .may(.ownAccount)) { call in
            try await photos.remove(by: call.caller)
        }
        api.get("users/:id/photo", "The photo of a person", needs: .may(.viewUsers), KeptPicture.details) { call in
            try await photos.find(call.path("id")).reply(to: call, named: "photo")
        }
    }
}
