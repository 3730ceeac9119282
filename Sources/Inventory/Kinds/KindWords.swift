import JSONKit

/// How the values of choices read.
enum KindWords {
    private static let acronyms: Set<String> = [
        "nas", "ups", "pdu", "sbc", "pc", "tv", "kvm", "iot", "voip", "vm", "lan", "wlan", "wan", "vpn", "dmz", "cdn",
        "dns", "vps", "saas", "hdd", "ssd", "nvme", "usb", "dac", "sfp", "qsfp", "bgp", "ssh", "dhcp", "slaac", "lun",
        "vlan", "url",
    ]
    private static let special: [String: String] = [
        "iot": "IoT", "voip": "VoIP", "nvme": "NVMe", "saas": "SaaS", "wifi": "Wi-Fi", "wireguard": "WireGuard",
        "vmware": "VMware", "sfp_plus": "SFP+", "hyper_v": "Hyper-V",
    ]

    /// `access_point` → `Access point`, `nas` → `NAS`.
    static func label(of value: String) -> String {
        if let known = special[value] { return known }
        let words = value.split(separator: "_").map(String.init)
        return words.enumerated().map { index, word in
            if let known = special[word] { return known }
            if acronyms.contains(word) { return word.uppercased() }
            return index == 0 ? word.prefix(1).uppercased() + word.dropFirst() : word
        }.joined(separator: " ")
    }
}

extension Kind {
    /// The kind as the pages read it.
    func describe(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("path", path)
        writer.member("label", label)
        writer.member("plural", plural)
        writer.member("icon", name)
        writer.member("group", group.rawValue)
        writer.member("is_node", isNode)
        writer.member("unique_name", isNameUnique)
        writer.member("has_name", hasName)
        writer.name("fields")
        writer.beginArray()
        for field in fields { field.describe(to: &writer) }
        writer.endArray()
        writer.endObject()
    }
}

extension Field {
    private var typeName: String {
        switch type {
        case .text, .ports, .color: "text"
        case .longText: "long_text"
        case .integer: "integer"
        case .number: "number"
        case .boolean: "boolean"
        case .choice: "choice"
        case .reference: "reference"
        case .ip: "ip"
        case .cidr: "cidr"
        case .mac: "mac"
        case .url: "url"
        case .date: "date"
        }
    }

    fileprivate func describe(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("label", label)
        writer.member("type", typeName)
        writer.member("required", isRequired)
        writer.member("max_length", maxLength)
        writer.member("minimum", minimum)
        writer.member("maximum", maximum)
        writer.name("choices")
        if case .choice(let values) = type {
            writer.beginArray()
            for value in values {
                writer.beginObject()
                writer.member("value", value)
                writer.member("label", KindWords.label(of: value))
                writer.endObject()
            }
            writer.endArray()
        } else {
            writer.null()
        }
        writer.member("suggestions", suggestions)
        writer.name("references")
        if let targets {
            writer.beginArray()
            for target in targets { writer.string(target) }
            writer.endArray()
        } else {
            writer.null()
        }
        writer.member("on_delete", targets == nil ? nil : onDelete.rawValue)
        writer.member("group", group)
        writer.member("help", help)
        writer.member("unit", unit)
        writer.member("fallback", fallback)
        writer.member("filterable", isFilterable)
        writer.member("sortable", isSortable)
        writer.member("read_only", false)
        writer.member("in_list", isListed)
        writer.endObject()
    }
}
