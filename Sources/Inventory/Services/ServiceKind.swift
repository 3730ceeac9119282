extension Kind {
    /// A program that answers: on a compute unit or on the hardware itself.
    static let service = Kind(
        "service", path: "services", "Service", "Services", group: .inventory, isNode: true,
        fields: [
            .reference("runs_on_id", "Runs on", to: "hardware", "compute_unit", "cluster", onDelete: .clear)
                .of("General").listed,
            .reference("category_id", "Category", to: "category", onDelete: .clear).of("General").listed,
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
            .text("version", "Version"),
            .longText("description", "Description").upTo(2_000),
            Field("url", "URL", .url).of("Network").listed,
            Field("ip_address", "IP address", .ip).of("Network").help("Where it is not that of its host."),
            Field("ports", "Ports", .ports).of("Network").listed.help("For instance 443/tcp, 53/udp."),
            .text("hostname", "Host name").of("Network").upTo(253),
            .text("image", "Image").of("Container"),
            .text("container_id", "Container id").of("Container"),
        ])
}
