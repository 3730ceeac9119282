import Inventory
import JSONKit

/// The older edition's words in ours.
enum Words {
    static func status(_ old: String?) -> String? {
        guard let old else { return nil }
        return switch old.lowercased() {
        case "online", "active", "running", "up", "healthy": "up"
        case "offline", "inactive", "stopped", "down", "critical": "down"
        case "degraded", "warning": "degraded"
        case "maintenance": "maintenance"
        default: "unknown"
        }
    }

    static func role(_ old: String?) -> String? {
        guard let old = old?.lowercased().replacing("-", with: "_").replacing(" ", with: "_"), !old.isEmpty else {
            return nil
        }
        return switch old {
        case "compute": "server"
        case "raspberry_pi": "sbc"
        case "ip_camera": "camera"
        case "ap", "wifi": "access_point"
        case "vm", "lxc", "misc": "other"
        default: choice(old, Kind.named("hardware"), "role")
        }
    }

    static func storage(_ old: String) -> String { choice(old.lowercased(), Kind.named("storage"), "type") ?? "disk" }

    static func port(_ old: String?) -> String? {
        old.map {
            ["sfp+": "sfp_plus"][$0.lowercased()] ?? choice($0.lowercased(), Kind.named("interface"), "type") ?? "other"
        }
    }

    static func medium(_ old: String?) -> String? {
        guard let old = old?.lowercased() else { return nil }
        return switch old {
        case "fiber", "fibre": "fibre"
        case "wireless", "wifi": "wifi"
        case "wg", "wireguard": "wireguard"
        case "vlan": "virtual"
        default: choice(old, Kind.named("connection"), "medium") ?? "other"
        }
    }

    /// Of a membership in a network.
    static func link(_ old: String?) -> String? {
        guard let old = old?.lowercased() else { return nil }
        return switch old {
        case "wireless": "wifi"
        case "wg": "wireguard"
        case "tunnel": "vpn"
        default: choice(old, Kind.named("network_membership"), "link_type") ?? "other"
        }
    }

    /// The word where the field knows it, `other` where it has that, else nil.
    static func choice(_ old: String, _ kind: Kind?, _ field: String) -> String? {
        guard case .choice(let choices)? = kind?.field(field)?.type else { return nil }
        return choices.contains(old) ? old : choices.contains("other") ? "other" : nil
    }
}

/// What must not be written in the clear.
enum Masking {
    private static let words = [
        "password", "secret", "community", "token", "api_key", "passphrase", "private", "key_pem", "webhook_url",
        "_enc",
        "hashed", "backup_codes", "vault_key", "encrypted",
    ]

    static func isSecret(_ name: String) -> Bool {
        let name = name.lowercased()
        return name != "vault_key_rotation_days" && name != "token_type" && words.contains { name.contains($0) }
    }

    /// The value of that column or member. What is still sealed stays as it is: it is of use to whoever finds the key.
    static func masked(_ value: JSONValue, named name: String) -> JSONValue {
        guard isSecret(name) else { return masked(value) }
        if let text = value.stringValue, OldSecrets.isToken(text) { return value }
        return "[secret]"
    }

    /// A value with the secret members of its objects masked.
    static func masked(_ value: JSONValue) -> JSONValue {
        switch value {
        case .object(let object):
            return .object(
                JSONObject(object.members.map { ($0.name, masked($0.value, named: $0.name)) }))
        case .array(let items): return .array(items.map(masked))
        case .string(let text) where text.first == "{" || text.first == "[":
            guard let parsed = try? JSONParser.parse(text) else { return value }
            return .string(masked(parsed).text)
        default: return value
        }
    }
}

extension JSONObject {
    mutating func put(_ name: String, _ value: String?) {
        if let value, !value.isEmpty { self[name] = .string(value) }
    }

    mutating func put(_ name: String, _ value: Int64?) {
        if let value { self[name] = .integer(value) }
    }

    mutating func put(_ name: String, _ value: JSONValue?) {
        if let value { self[name] = value }
    }
}

extension StringProtocol {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }
}
