import Foundation
import JSONKit
import Kernel
import NIOCore
import Persistence
import TestSupport
import Testing

@testable import Access
@testable import HTTPKit
@testable import Schema

@Suite("Photos of people")
struct PhotoTests {
    @Test("a photo is kept, shown to those who may see people, and goes with the account", arguments: Engine.available)
    func life(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let grace = try await house.person(ada, .viewer)
        let png = try Sample.png()

        let set = try await grace.send("PUT", "me/photo", bytes: png)

        #expect(set.status == 200)
        #expect(set["photo"] == "picture")
        let version = try #require(set["photo_version"]?.stringValue)
        for answer in [try await grace.get("me/photo"), try await ada.get("users/2/photo?v=\(version)")] {
            #expect(answer.status == 200)
            #expect(Array(answer.body.readableBytesView) == png)
            #expect(answer.header("content-type") == "image/png")
            #expect(answer.header("x-content-type-options") == "nosniff")
            #expect(answer.header("content-security-policy") == "default-src 'none'; sandbox")
            #expect(answer.header("content-disposition") == "inline; filename=\"photo.png\"")
            #expect(answer.header("cache-control") == "private, no-cache")
            #expect(answer.header("etag") == "\"\(version)\"")
        }
        let again = try await ada.send("GET", "users/2/photo", headers: ["if-none-match": "\"\(version)\""])
        #expect(again.status == 304)
        #expect(again.body.readableBytes == 0)
        #expect(try await grace.get("users/1/photo").status == 403)
        #expect(try await ada.get("me/photo").status == 404)
        let row = try #require(try await house.audit().last)
        #expect(row.entity == "user" && row.after?.contains(#""photo":"picture""#) == true)
        #expect(row.after?.contains(version) == true && row.after?.contains("base64") == false)

        #expect(try await ada.delete("users/2").status == 204)
        #expect(try await house.store.read { try $0.rows("SELECT user_id FROM user_photos") }.isEmpty)
    }

    @Test(
        "a photo that an earlier release kept in the account moves to its place with every byte",
        arguments: Engine.available)
    func moved(engine: Engine) async throws {
        let store = try await engine.emptyStore()
        try await Migrator(store, steps: Migration.all.filter { $0.number < Migration.m0067Photos.number }).migrate()
        let pictures = [
            ("image/png", try Sample.png()), ("image/jpeg", try Sample.jpeg()), ("image/webp", try Sample.webp()),
        ]
        let photos = pictures.map { "data:\($0.0);base64,\(Data($0.1).base64EncodedString())" } + ["gravatar", nil]
        try await store.write { tx in
            for (number, photo) in photos.enumerated() {
                let email = "p\(number)@example.org"
                try tx.run(
                    """
                    INSERT INTO users (email, email_key, display_name, role, password_hash, password_changed_at, photo,
                        created_at, updated_at)
                    VALUES (\(email), \(email), 'P', 'viewer', 'none', 7, \(photo), 7, 7)
                    """)
            }
        }

        try await Migrator(store).migrate()

        try await store.read { tx in
            for (number, picture) in pictures.enumerated() {
                let user = try #require(try UserStore.find(emailKey: "p\(number)@example.org", in: tx))
                let kept = try #require(try PhotoStore.find(user.id, in: tx))
                #expect(kept.contentType == picture.0)
                #expect(kept.bytes == picture.1)
                #expect(user.photo == .picture(version: kept.version))
                // What the page fetches is what a photo set today would be.
                #expect(try PictureFile(reading: picture.1).format.rawValue == picture.0)
            }
            #expect(try UserStore.find(emailKey: "p3@example.org", in: tx)?.photo == .gravatar)
            #expect(try UserStore.find(emailKey: "p4@example.org", in: tx)?.photo == nil)
            #expect(try tx.rows("SELECT id FROM users WHERE photo LIKE 'data:%'").isEmpty)
            #expect(try tx.rows("SELECT user_id FROM user_photos").count == pictures.count)
        }
        try await store.close()
    }

    @Test("another picture takes the place of the one before, and none is told once", arguments: Engine.available)
    func changes(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        let first = try await ada.send("PUT", "me/photo", bytes: Sample.png())["photo_version"]

        #expect(try await ada.send("PUT", "me/photo", bytes: Sample.png())["photo_version"] == first)
        let changes = try await house.subjects().filter { $0 == "access.user.changed" }.count
        let other = try await ada.send("PUT", "me/photo", bytes: Sample.jpeg())
        #expect(other["photo_version"] != first)
        #expect(try await ada.get("me/photo").header("content-type") == "image/jpeg")
        #expect(try await house.subjects().filter { $0 == "access.user.changed" }.count == changes + 1)

        #expect(try await ada.delete("me/photo").status == 204)
        #expect(try await ada.get("me")["photo"] == .null)
        #expect(try await ada.delete("me/photo").status == 204)
        #expect(try await house.subjects().filter { $0 == "access.user.changed" }.count == changes + 2)
    }

    @Test("Gravatar instead of a photo removes the photo; other changes keep it", arguments: Engine.available)
    func instead(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine)
        _ = try await ada.send("PUT", "me/photo", bytes: Sample.webp())

        #expect(try await ada.patch("me", #"{"display_name":"Ada L."}"#)["photo"] == "picture")
        #expect(try await ada.patch("me", #"{"photo":"picture"}"#)["photo"] == "picture")
        #expect(try await ada.get("me/photo").header("content-type") == "image/webp")
        #expect(try await ada.patch("me", #"{"photo":"gravatar"}"#)["photo"] == "gravatar")
        #expect(try await ada.get("me/photo").status == 404)
        #expect(try await house.store.read { try $0.rows("SELECT user_id FROM user_photos") }.isEmpty)
    }

    @Test("only a person has a photo, and only by an own session", arguments: Engine.available)
    func whose(engine: Engine) async throws {
        let (house, ada) = try await AccessHouse.ready(engine, apiToken: "0123456789abcdef0123456789abcdef")
        let program = house.visitor(token: "0123456789abcdef0123456789abcdef")
        let png = try Sample.png()

        #expect(try await program.send("PUT", "me/photo", bytes: png).status == 403)
        #expect(try await house.visitor().send("PUT", "me/photo", bytes: png).status == 401)
        let foreign = try await ada.send("PUT", "me/photo", headers: ["origin": "https://evil.example"], bytes: png)
        #expect(foreign.status == 403)
        #expect(try await ada.get("me")["photo"] == .null)
    }

    @Test("what is no picture, or too large a one, is refused with the reason", arguments: Refused.all)
    func refused(_ refused: Refused) async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)

        let answer = try await ada.send(
            "PUT", "me/photo", headers: ["content-type": "image/png"], bytes: try refused.bytes())

        #expect(answer.status == refused.status, "\(refused.name)")
        if refused.status == 422 { #expect(answer.fields == ["photo"]) }
        #expect(answer.text.contains(refused.says), "\(refused.name): \(answer.text)")
        #expect(try await ada.get("me")["photo"] == .null)
    }

    @Test("a body of more than the limit is not read")
    func tooLong() async throws {
        let (_, ada) = try await AccessHouse.ready(.sqlite)
        let png = try Sample.png() + Array(repeating: 0, count: PictureLimits.photo.bytes)

        #expect(try await ada.send("PUT", "me/photo", bytes: png).status == 413)
    }
}

struct Refused: Sendable {
    let name: String
    var status = 422
    let says: String
    let bytes: @Sendable () throws -> [UInt8]

    static let all: [Refused] = [
        Refused(name: "nothing", says: "no PNG") { [] },
        Refused(name: "SVG", says: "no PNG") { Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8) },
        Refused(name: "HTML", says: "no PNG") { Array("<script>alert(1)</script>".utf8) },
        Refused(name: "GIF", says: "no PNG") { Array("GIF89a".utf8) + [UInt8](repeating: 0, count: 60) },
        Refused(name: "only the signature of PNG", says: "damaged") { PNGFile.signature },
        Refused(name: "PNG and then HTML", says: "damaged") {
            PNGFile.signature + Array("<html><script>alert(1)</script>".utf8)
        },
        Refused(name: "half a PNG", says: "damaged") { Array(try Sample.png().dropLast(20)) },
        Refused(name: "half a JPEG", says: "damaged") { Array(try Sample.jpeg().dropLast(2)) },
        Refused(name: "half a WebP", says: "damaged") { Array(try Sample.webp().dropLast(8)) },
        Refused(name: "too many pixels", says: "1024") { try Sample.png(width: 100_000) },
        Refused(name: "one pixel high", says: "16") { try Sample.png(height: 1) },
        Refused(name: "a WebP that moves", says: "moves") {
            var bytes = try Sample.transparentWebP()
            bytes[20] |= 0x02
            return bytes
        },
    ]
}
