extension Kind {
    /// A text that stands for itself: a note, a runbook whose steps are ticked off, or a template others begin with. Its
    /// text is what every object has as its notes, only longer.
    static let note = Kind(
        "note", path: "notes", "Note", "Notes", group: .organisation,
        rules: Rules(unique: [["name", "folder"]], importKey: ["name", "folder"]), notesUpTo: 60_000,
        fields: [
            .choice("type", "Type", "note", "runbook", "template").required.initially("note").listed,
            .text("folder", "Folder").upTo(200).listed.help("Folders in folders: Network/Runbooks."),
            .boolean("is_pinned", "Pinned").required.initially("false").listed,
        ])

    /// A note is about something: any object that people name or that has an address.
    static let noteLink = Kind(
        "note_link", path: "note-links", "Note about", "Notes about", group: .relation, hasName: false,
        rules: Rules(
            check: { $0.refuseSelf("note_id", "object_id", "A note is not about itself.") },
            unique: [["note_id", "object_id"]], title: { try $0.joined("note_id", "→", "object_id") }),
        fields: [
            .reference("note_id", "Note", to: "note", onDelete: .cascade).required.listed,
            .reference(
                "object_id", "About", to: "hardware", "compute_unit", "service", "storage", "external_node", "cluster",
                "misc_item", "network", "interface", "address", "ip_range", "vlan", "connection", "dependency", "rack",
                "location", "environment", "category", "tag", "note", onDelete: .cascade
            ).required.listed,
        ])
}
