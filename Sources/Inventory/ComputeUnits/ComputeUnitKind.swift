extension Kind {
    /// A virtual machine or a container.
    static let computeUnit = Kind(
        "compute_unit", path: "compute-units", "Compute unit", "Compute units", group: .inventory, isNode: true,
        fields: [
            .choice("type", "Type", "vm", "container").required.listed,
            .reference("hardware_id", "Runs on", to: "hardware", onDelete: .clear).of("General").listed,
            .text("platform", "Platform").listed.suggesting(
                "Proxmox VE", "KVM", "Docker", "Podman", "LXC", "ESXi", "Hyper-V", "Kubernetes", "bhyve"),
            .text("guest_id", "Guest id").help("What the platform calls it: a VMID, a container id."),
            .text("image", "Image"),
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
            .text("hostname", "Host name").of("Network").upTo(253),
            Field("ip_address", "IP address", .ip).of("Network").listed,
            Field("mac", "MAC address", .mac).of("Network"),
            .integer("download_speed_mbps", "Download", 0...10_000_000).of("Network").unit("Mbit/s"),
            .integer("upload_speed_mbps", "Upload", 0...10_000_000).of("Network").unit("Mbit/s"),
            .text("os", "Operating system").of("Machine"),
            .text("os_version", "Version").of("Machine"),
            .text("cpu", "Processor").of("Machine"),
            .integer("cpu_cores", "Cores", 1...4096).of("Machine"),
            .integer("memory_mb", "Memory", 0...1_073_741_824).of("Machine").unit("MiB"),
            .integer("disk_gb", "Disk", 0...1_000_000_000).of("Machine").unit("GiB"),
            .boolean("starts_at_boot", "Starts with its host").of("Machine"),
            .boolean("moves_between_hosts", "Moves to another host").of("Machine").help(
                "When its host stops, another member of the host's cluster starts it."),
        ])
}
