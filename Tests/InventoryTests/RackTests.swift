import HTTPTypes
import JSONKit
import TestSupport
import Testing

@testable import Inventory

@Suite("Racks")
struct RackTests {
    @Test("two half-depth devices share a unit back to back, others do not", arguments: Engine.available)
    func sharedUnits(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let rack = try await lab.make("racks", #"{"name": "r", "height_units": 10}"#)
            func place(_ name: String, _ unit: Int, _ face: String, full: Bool) -> String {
                #"""
                {"name": "\#(name)", "rack_id": \#(rack), "rack_unit": \#(unit), "rack_face": "\#(face)",
                 "is_full_depth": \#(full)}
                """#
            }
            _ = try await lab.make("hardware", place("switch", 4, "front", full: false))
            let panel = try await lab.make("hardware", place("panel", 4, "rear", full: false))

            let taken = try await lab.ask(
                .post, "hardware", place("third", 4, "rear", full: false), expect: .conflict)
            #expect(taken["message"] == "panel stands in the rack at unit 4.")
            #expect(taken["holders"]?.arrayValue?.first?["id"]?.integerValue == panel)
            _ = try await lab.ask(.post, "hardware", place("server", 4, "front", full: true), expect: .conflict)
            // It would become as deep as the rack.
            _ = try await lab.ask(.patch, "hardware/\(panel)", #"{"is_full_depth": true}"#, expect: .conflict)
            _ = try await lab.ask(.patch, "hardware/\(panel)", #"{"rack_face": "front"}"#, expect: .conflict)
            _ = try await lab.ask(.patch, "hardware/\(panel)", #"{"rack_unit": 5, "rack_face": "front"}"#)
        }
    }

    @Test("a rack does not become lower than what stands in it", arguments: Engine.available)
    func height(engine: Engine) async throws {
        try await Lab.open(on: engine) { lab in
            let rack = try await lab.make("racks", #"{"name": "r", "height_units": 12}"#)
            let ups = try await lab.make(
                "hardware", #"{"name": "ups", "rack_id": \#(rack), "rack_unit": 9, "height_units": 2}"#)

            let refused = try await lab.ask(
                .patch, "racks/\(rack)", #"{"height_units": 9}"#, expect: .unprocessableContent)
            #expect(refused["fields"]?["height_units"] == "ups reaches up to unit 10. Move it first.")
            _ = try await lab.ask(.patch, "racks/\(rack)", #"{"height_units": 10}"#)
            // Growing taller at its place counts as well.
            _ = try await lab.ask(.patch, "hardware/\(ups)", #"{"height_units": 3}"#, expect: .unprocessableContent)

            _ = try await lab.ask(.delete, "hardware/\(ups)", expect: .noContent)
            _ = try await lab.ask(.patch, "racks/\(rack)", #"{"height_units": 6}"#)
            // Coming back, it no longer fits.
            _ = try await lab.ask(.post, "trash/\(ups)/restore", expect: .conflict)
        }
    }
}
