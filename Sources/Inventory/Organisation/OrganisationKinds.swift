extension Kind {
    /// A site, a building, a room.
    static let location = Kind(
        "location", path: "locations", "Location", "Locations", group: .organisation, isNameUnique: true,
        rules: Rules(check: { try $0.refuseLoop("parent_id") }),
        fields: [
            .choice("type", "Type", "site", "building", "floor", "room", "area").listed,
            .reference("parent_id", "Inside", to: "location", onDelete: .restrict).of("General").listed,
            .longText("address", "Postal address").upTo(500),
            .number("latitude", "Latitude", -90...90).unit("°"),
            .number("longitude", "Longitude", -180...180).unit("°"),
        ])

    static let environment = Kind(
        "environment", path: "environments", "Environment", "Environments", group: .organisation, isNameUnique: true,
        fields: [Field("color", "Colour", .color).listed, .text("description", "Description").upTo(500).listed])

    static let category = Kind(
        "category", path: "categories", "Category", "Categories", group: .organisation, isNameUnique: true,
        fields: [Field("color", "Colour", .color).listed, .text("description", "Description").upTo(500).listed])

    static let tag = Kind(
        "tag", path: "tags", "Tag", "Tags", group: .organisation, isNameUnique: true,
        fields: [Field("color", "Colour", .color).listed, .text("description", "Description").upTo(500).listed])

    /// What a custom field means. Objects may have custom values without one; with one they are checked.
    static let customField = Kind(
        "custom_field", path: "custom-fields", "Custom field", "Custom fields", group: .organisation,
        isNameUnique: true, rules: Rules(check: CustomValues.checkDefinition),
        fields: [
            .choice(
                "for_kind", "Of", "hardware", "compute_unit", "service", "storage", "network", "external_node",
                "cluster", "misc_item", "rack", "interface", "address", "location"
            ).listed.help("Empty: of every kind."),
            .choice("type", "Type", "text", "integer", "number", "boolean", "date", "url", "choice").required
                .initially("text").listed,
            .text("choices", "Choices").upTo(1_000).help("For the type choice, separated by commas."),
            .text("help", "Help").upTo(200),
        ])
}
