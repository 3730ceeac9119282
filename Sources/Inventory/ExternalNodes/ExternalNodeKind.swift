extension Kind {
    /// Something off site: a rented server, a hosted service.
    static let externalNode = Kind(
        "external_node", path: "external-nodes", "External node", "External nodes", group: .inventory, isNode: true,
        fields: [
            .text("provider", "Provider").listed.suggesting(
                "AWS", "Azure", "Cloudflare", "Contabo", "DigitalOcean", "DreamHost", "Google Cloud", "Hetzner",
                "Linode", "Oracle Cloud", "OVHcloud", "Vultr"),
            .choice(
                "type", "Type", "vps", "managed_database", "saas", "vpn_gateway", "cdn", "dns", "object_storage",
                "serverless", "container_registry", "load_balancer", "other"
            ).listed,
            .text("region", "Region").listed,
            .text("hostname", "Host name").of("Network").upTo(253),
            Field("ip_address", "IP address", .ip).of("Network").listed,
            Field("url", "URL", .url).of("Network"),
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
        ])
}
