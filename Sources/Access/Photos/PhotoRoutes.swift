import HTTPKit
import HTTPTypes
import Kernel
import NIOCore

struct PhotoRoutes: Sendable {
    let photos: Photos

    private static let picture = EndpointDetails(answer: .bytes("image/*"), alsoAnswers: [.notModified])

    func register(in api: inout API) {
        api.put(
            "me/photo", "Set one's own photo: PNG, JPEG or WebP of at most 256 KiB and 1024 pixels a side",
            needs: .may(.ownAccount),
            .init(takes: .bytes("image/*"), answer: .json(.named("User")), bodyLimit: PhotoFile.mostBytes)
        ) { (call: Call<RawBody>) in
            try await photos.set(Array(call.body.bytes.readableBytesView), by: call.caller)
        }
        api.get("me/photo", "One's own photo", needs: .may(.ownAccount), Self.picture) { call in
            Self.reply(try await photos.own(call.caller), to: call)
        }
        api.delete("me/photo", "Take one's own photo away", needs: .may(.ownAccount)) { call in
            try await photos.remove(by: call.caller)
        }
        api.get("users/:id/photo", "The photo of a person", needs: .may(.viewUsers), Self.picture) { call in
            Self.reply(try await photos.find(call.path("id")), to: call)
        }
    }

    /// Opened by itself, a picture is shown as one and as nothing else: no type is guessed, and nothing in it runs.
    private static func reply(_ photo: KeptPhoto, to call: Call<Nothing>) -> Reply {
        let tag = "\"\(photo.version)\""
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache", .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        guard !call.holds(etag: tag) else { return .notModified(headers) }
        let ending = PhotoFile.Format(rawValue: photo.contentType)?.ending ?? "bin"
        headers[.contentDisposition] = "inline; filename=\"photo.\(ending)\""
        return Reply(ByteBuffer(bytes: photo.bytes), contentType: photo.contentType, headers: headers)
    }
}
