import Kernel
import Persistence

extension Kind {
    static let rack = Kind(
        "rack", path: "racks", "Rack", "Racks", group: .organisation, isNameUnique: true,
        rules: Rules(check: RackPlace.checkHeight),
        fields: [
            .integer("height_units", "Height", 1...60).required.initially("42").unit("U").listed,
            .choice("width_inches", "Width", "19", "10", "23").unit("in"),
            .integer("depth_mm", "Depth", 1...5_000).unit("mm"),
            .number("max_weight_kg", "Greatest weight", 0...100_000).unit("kg"),
            .integer("max_power_watts", "Greatest power", 0...1_000_000).unit("W"),
            .boolean("numbered_from_top", "Numbered from the top"),
            .reference("location_id", "Location", to: "location", onDelete: .clear).of("General").listed,
        ])
}

/// Where a device stands in a rack, and that nothing else stands there.
enum RackPlace {
    /// A rack does not become lower than what stands in it.
    static let checkHeight: @Sendable (inout Checkup) throws -> Void = { checkup in
        guard let rack = checkup.id, checkup.isChanged("height_units") else { return }
        guard let units = checkup.integer("height_units") else { return }
        let highest = try checkup.tx.rows(
            """
            SELECT o.name, h.rack_unit + COALESCE(h.height_units, 1) - 1 AS top FROM hardware h
            JOIN objects o ON o.id = h.id
            WHERE h.rack_id = \(rack) AND h.rack_unit IS NOT NULL AND o.deleted_at IS NULL
            ORDER BY top DESC LIMIT 1
            """
        ).first
        guard let highest else { return }
        let top = try highest.get("top", as: Int64.self)
        guard top > units else { return }
        let name = try highest.get("name", as: String.self)
        checkup.refuse("height_units", "\(name) reaches up to unit \(top). Move it first.")
    }

    static let check: @Sendable (inout Checkup) throws -> Void = { checkup in
        guard let rack = checkup.integer("rack_id") else { return }
        guard let unit = checkup.integer("rack_unit") else { return }
        let height = checkup.integer("height_units") ?? 1
        guard
            let units = try checkup.tx.rows("SELECT height_units FROM racks WHERE id = \(rack)").first?
                .get("height_units", as: Int64.self)
        else { return }
        guard unit + height - 1 <= units else {
            checkup.refuse("rack_unit", "The rack has \(units) units; this would reach unit \(unit + height - 1).")
            return
        }
        guard checkup.isChanged("rack_id", "rack_unit", "height_units", "rack_face", "is_full_depth") else { return }
        try refuseOverlap(&checkup, rack: rack, unit: unit, height: height)
    }

    private static func refuseOverlap(_ checkup: inout Checkup, rack: Int64, unit: Int64, height: Int64) throws {
        let neighbours = try checkup.tx.rows(
            """
            SELECT o.id, o.name, h.rack_unit, h.rack_face, h.is_full_depth FROM hardware h JOIN objects o ON o.id = h.id
            WHERE h.rack_id = \(rack) AND o.deleted_at IS NULL AND o.id <> \(checkup.id ?? 0)
            AND h.rack_unit <= \(unit + height - 1) AND h.rack_unit + COALESCE(h.height_units, 1) > \(unit)
            ORDER BY h.rack_unit LIMIT 20
            """)
        for neighbour in neighbours {
            // Two half-depth devices may share a unit back to back.
            let face = try neighbour.optional("rack_face", as: String.self) ?? "front"
            let isFull = try neighbour.optional("is_full_depth", as: Bool.self) ?? true
            let ownFace = checkup.text("rack_face") ?? "front"
            let ownFull = checkup.boolean("is_full_depth") ?? true
            guard isFull || ownFull || face == ownFace else { continue }
            let other = ObjectReference(
                kind: "hardware", id: try neighbour.get("id"), name: try neighbour.get("name"))
            let taken = try neighbour.get("rack_unit", as: Int64.self)
            throw AppError(
                .conflict, "\(other.name) stands in the rack at unit \(taken).",
                fields: ["rack_unit": "Taken by \(other.name)."], holders: [other])
        }
    }
}
