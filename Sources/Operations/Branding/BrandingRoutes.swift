import HTTPKit
import Kernel
import NIOCore

struct BrandingRoutes: Sendable {
    let desk: BrandingDesk

    func register(in api: inout API) {
        let desk = desk
        api.component("Branding", Branding.shape)
        let answer = BodyShape.json(.named("Branding"))
        api.get(
            "branding", "What this installation is called and which pictures it has", needs: .nothing,
            .init(answer: answer)
        ) { _ in try await desk.read() }
        api.get("branding/:place", "The logo, the favicon or the background", needs: .nothing, KeptPicture.details) {
            call in
            let place = try Self.place(call.path("place"))
            return try await desk.picture(place).reply(to: call, named: place.rawValue)
        }
        api.put(
            "branding/:place", "Set the logo, the favicon or the background: PNG, JPEG or WebP",
            needs: .may(.editSettings),
            .init(takes: .bytes("image/*"), answer: answer, bodyLimit: PictureLimits.background.bytes)
        ) { (call: Call<RawBody>) in
            try await desk.put(
                Array(call.body.bytes.readableBytesView), at: Self.place(call.path("place")), by: call.caller)
        }
        api.delete("branding/:place", "Go back to the usual picture", needs: .may(.editSettings)) { call in
            try await desk.remove(Self.place(call.path("place")), by: call.caller)
        }
    }

    private static func place(_ name: String) throws -> Branding.Place {
        guard let place = Branding.Place(rawValue: name) else { throw AppError.notFound("This picture") }
        return place
    }
}
