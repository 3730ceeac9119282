extension Kind {
    /// Anything else worth writing down.
    static let miscItem = Kind(
        "misc_item", path: "misc-items", "Misc item", "Misc items", group: .inventory, isNode: true,
        fields: [
            .choice("type", "Type", "saas", "tool", "account", "licence", "document", "other").listed,
            Field("url", "URL", .url).listed,
            .text("description", "Description").upTo(1_000).listed,
        ])
}
