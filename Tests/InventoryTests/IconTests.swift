import HTTPTypes
import HummingbirdTesting
import JSONKit
import NIOCore
import TestSupport
import Testing

@testable import HTTPKit
@testable import Inventory

@Suite("Icons that people bring")
struct IconTests {
    /// A PNG of 16 × 16 pixels, as far as its head and chunks go.
    private static func png(_ shade: UInt8 = 0) -> [UInt8] {
        func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
            let sum = PNGFile.check(Array(type.utf8) + data)
            return [0, 0, 0, UInt8(data.count)] + Array(type.utf8) + data
                + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: sum >> $0) }
        }
        let head: [UInt8] = [0, 0, 0, 16, 0, 0, 0, 16, 8, 2, 0, 0, 0]
        return [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A] + chunk("IHDR", head) + chunk("IDAT", [shade])
            + chunk("IEND", [])
    }

    @Test("brought once, worn, and deleted when nobody wears it", arguments: Engine.available)
    func life(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let type: HTTPFields = [.contentType: "image/png"]
            let made = try await lab.send(.post, "icons?name=Tardis&category=Boxes", bytes: Self.png(), type)
            #expect(made.status == .created)
            let id = try #require(try made.json()["id"]?.integerValue)
            let again = try await lab.send(.post, "icons?name=Other", bytes: Self.png(), type).json()
            #expect(again["id"] == .integer(id) && again["name"] == "Tardis")
            let worn = try await lab.make("hardware", #"{"name": "box", "icon": "upload-\#(id)"}"#)

            #expect(try await lab.ask(.get, "icons")["items"]?.arrayValue?.first?["used"] == 1)
            _ = try await lab.ask(.delete, "icons/\(id)", expect: .conflict)
            _ = try await lab.ask(.patch, "hardware/\(worn)", #"{"icon": null}"#)
            let shown = try await lab.send(.get, "icons/\(id)/picture")
            #expect(Array(shown.body.readableBytesView) == Self.png())
            #expect(shown.headers[.xContentTypeOptions] == "nosniff")
            #expect(shown.headers[.contentSecurityPolicy] == "default-src 'none'; sandbox")
            _ = try await lab.ask(.delete, "icons/\(id)", expect: .noContent)
            _ = try await lab.ask(.get, "icons/\(id)/picture", expect: .notFound)
            #expect(
                try await lab.subjects().filter { $0.contains("icon") } == [
                    "inventory.icon.created", "inventory.icon.deleted",
                ])
        }
    }

    @Test("what is no picture, too large, or has no name", arguments: Engine.available)
    func refused(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let wide: [UInt8] = Array(Self.png().prefix(16)) + [0, 0, 0x27, 0x10] + Array(Self.png().dropFirst(20))
            let rows: [(path: String, bytes: [UInt8])] = [
                ("icons?name=x", Array("<svg xmlns='http://www.w3.org/2000/svg'/>".utf8)), ("icons?name=x", wide),
                ("icons?name=", Self.png(1)), ("icons?name=x&category=%07", Self.png(2)), ("icons?name=x", []),
            ]
            for row in rows {
                let answer = try await lab.send(.post, row.path, bytes: row.bytes, [.contentType: "image/png"])
                #expect(answer.status == .unprocessableContent, "\(row.path) \(answer.text)")
            }
            #expect(try await lab.ask(.get, "icons")["items"] == [])
        }
    }
}
