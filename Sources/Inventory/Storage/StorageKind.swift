extension Kind {
    static let storage = Kind(
        "storage", path: "storage", "Storage", "Storage", group: .inventory, isNode: true,
        rules: Rules(check: { checkup in
            try checkup.refuseLoop("parent_id")
            if let used = checkup.integer("used_bytes"), let capacity = checkup.integer("capacity_bytes"),
                used > capacity
            {
                checkup.refuse("used_bytes", "More is used than there is.")
            }
        }),
        fields: [
            .choice("type", "Type", "disk", "pool", "dataset", "volume", "share", "lun").listed,
            .reference("hardware_id", "In", to: "hardware", onDelete: .cascade).of("General").listed,
            .reference("parent_id", "Part of", to: "storage", onDelete: .clear).of("General"),
            .integer("capacity_bytes", "Capacity", 0...(1 << 60)).unit("B").listed,
            .integer("used_bytes", "Used", 0...(1 << 60)).unit("B").listed,
            .text("path", "Path").upTo(1_000),
            .text("protocol", "Protocol").suggesting("NFS", "SMB", "iSCSI", "S3", "ext4", "XFS", "ZFS", "Btrfs"),
            .text("raid_level", "RAID level").of("Device").suggesting(
                "RAID 1", "RAID 5", "RAID 6", "RAID 10", "RAIDZ1", "RAIDZ2"),
            .choice("medium", "Medium", "hdd", "ssd", "nvme", "tape", "optical", "flash").of("Device"),
            .text("model", "Model").of("Device"),
            .text("serial_number", "Serial number").of("Device"),
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
        ])
}
