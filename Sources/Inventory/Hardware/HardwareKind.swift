extension Kind {
    /// A physical device: the root of most relations.
    static let hardware = Kind(
        "hardware", path: "hardware", "Hardware", "Hardware", group: .inventory, isNode: true,
        rules: Rules(check: RackPlace.check),
        fields: [
            .choice(
                "role", "Role", "server", "hypervisor", "nas", "storage", "router", "firewall", "switch",
                "access_point", "modem", "ups", "pdu", "sbc", "mini_pc", "workstation", "desktop", "laptop", "tablet",
                "phone", "printer", "camera", "smart_tv", "thermostat", "iot_device", "gaming_console", "voip_phone",
                "kvm_switch", "patch_panel", "sensor", "other"
            ).listed,
            .text("vendor", "Vendor").listed.suggesting(
                "AMD", "APC", "Apple", "ASRock", "ASUS", "AVM", "Cisco", "CyberPower", "Dell", "Fujitsu", "Gigabyte",
                "HP", "HPE", "Huawei", "Intel", "Juniper", "Lenovo", "MikroTik", "Netgate", "Netgear", "NVIDIA",
                "Protectli", "QNAP", "Raspberry Pi", "Supermicro", "Synology", "TP-Link", "Ubiquiti"),
            .text("model", "Model").listed,
            .text("serial_number", "Serial number"),
            .text("asset_tag", "Asset tag"),
            .reference("environment_id", "Environment", to: "environment", onDelete: .clear).of("General"),
            .text("hostname", "Host name").of("Network").upTo(253),
            Field("ip_address", "IP address", .ip).of("Network").listed,
            Field("management_ip", "Management address", .ip).of("Network").help("Of its BMC, iDRAC, iLO or IPMI."),
            Field("mac", "MAC address", .mac).of("Network"),
            .integer("port_count", "Ports", 0...4096).of("Network"),
            .text("wan_uplink", "WAN uplink").of("Network"),
            .integer("download_speed_mbps", "Download", 0...10_000_000).of("Network").unit("Mbit/s"),
            .integer("upload_speed_mbps", "Upload", 0...10_000_000).of("Network").unit("Mbit/s"),
            .text("wifi_standards", "Wi-Fi standards").of("Network").suggesting("802.11ac", "802.11ax", "802.11be"),
            .text("wifi_bands", "Wi-Fi bands").of("Network").suggesting("2.4 GHz", "5 GHz", "6 GHz"),
            .integer("max_tx_power_dbm", "Transmit power", -30...60).of("Network").unit("dBm"),
            .text("cpu", "Processor").of("Machine"),
            .integer("cpu_cores", "Cores", 1...4096).of("Machine"),
            .integer("cpu_threads", "Threads", 1...8192).of("Machine"),
            .integer("memory_mb", "Memory", 0...1_073_741_824).of("Machine").unit("MiB"),
            .text("os", "Operating system").of("Machine"),
            .text("os_version", "Version").of("Machine"),
            .text("software_platform", "Platform").of("Machine").suggesting(
                "Proxmox VE", "TrueNAS", "OPNsense", "pfSense", "UniFi OS", "RouterOS", "OpenWrt", "ESXi", "Unraid"),
            .text("firmware_version", "Firmware").of("Machine"),
            .integer("power_watts", "Power draw", 0...1_000_000).of("Power").unit("W"),
            .integer("power_max_watts", "Greatest power draw", 0...1_000_000).of("Power").unit("W"),
            .integer("power_supplies", "Power supplies", 0...64).of("Power"),
            .reference("location_id", "Location", to: "location", onDelete: .clear).of("Place").listed,
            .reference("rack_id", "Rack", to: "rack", onDelete: .clear).of("Place"),
            .integer("rack_unit", "Lowest unit", 1...60).of("Place").help("The lowest rack unit it takes."),
            .integer("height_units", "Height", 1...60).of("Place").unit("U"),
            .choice("rack_face", "Face", "front", "rear").of("Place"),
            .boolean("is_full_depth", "Full depth").of("Place"),
            .number("weight_kg", "Weight", 0...10_000).of("Place").unit("kg"),
            Field("purchased_on", "Bought", .date).of("Life"),
            Field("warranty_until", "Warranty until", .date).of("Life"),
        ])
}
