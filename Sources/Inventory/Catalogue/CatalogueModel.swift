import HTTPKit
import JSONKit

/// Facts about one model, as `share/circuit-breaker/catalogue` has them. What the source does not say is nil.
struct CatalogueModel: Codable, Sendable, JSONAnswer {
    /// Like ports in one group.
    struct Ports: Codable, Sendable {
        let kind: String
        let speedMbps: Int?
        let count: Int
        /// `in` takes power over Ethernet, `out` gives it.
        let poe: String?
        let management: Bool?
    }

    /// Where the facts were taken from.
    struct Source: Codable, Sendable {
        let repository: String
        let commit: String
        let path: String
    }

    let id: String
    let vendor: String
    let model: String
    let partNumber: String?
    let role: String
    let units: Double?
    let depth: String?
    let weightKg: Double?
    let powerMaxWatts: Int?
    let powerSupplies: Int?
    let ports: [Ports]?
    let source: Source

    static let networkPorts: Set<String> = ["rj45", "sfp", "sfp+", "sfp28", "qsfp+", "qsfp28"]
}

extension CatalogueModel {
    /// What the form of hardware gets from the model.
    var hardware: JSONObject {
        var draft = JSONObject([("vendor", .string(vendor)), ("model", .string(model)), ("role", .string(role))])
        if let units, let whole = Int64(exactly: units) { draft["height_units"] = .integer(whole) }
        if let depth { draft["is_full_depth"] = .bool(depth == "full") }
        if let weightKg { draft["weight_kg"] = .number(weightKg) }
        if let powerMaxWatts { draft["power_max_watts"] = .integer(Int64(powerMaxWatts)) }
        if let powerSupplies { draft["power_supplies"] = .integer(Int64(powerSupplies)) }
        let count = (ports ?? []).filter { Self.networkPorts.contains($0.kind) }.reduce(0) { $0 + $1.count }
        if count > 0 { draft["port_count"] = .integer(Int64(count)) }
        return draft
    }

    /// One interface for each port, numbered from the left within its kind.
    func interfaces(of holder: Int64) -> [JSONObject] {
        var numbers: [String: Int] = [:]
        var made: [JSONObject] = []
        for group in ports ?? [] {
            let (type, label) = Self.words(for: group)
            for _ in 0..<group.count {
                let number = (numbers[label] ?? 0) + 1
                numbers[label] = number
                var draft = JSONObject([
                    ("holder_id", .integer(holder)), ("name", .string("\(label) \(number)")), ("type", .string(type)),
                    ("position", .integer(Int64(made.count + 1))),
                ])
                if let speed = group.speedMbps { draft["speed_mbps"] = .integer(Int64(speed)) }
                if let poe = group.poe {
                    draft["description"] = .string(poe == "in" ? "Takes power (PoE)." : "Gives power (PoE).")
                }
                made.append(draft)
            }
        }
        return made
    }

    private static func words(for group: Ports) -> (type: String, label: String) {
        let (type, label) =
            switch group.kind {
            case "rj45": ("ethernet", "Port")
            case "sfp": ("sfp", "SFP")
            case "sfp+": ("sfp_plus", "SFP+")
            case "sfp28": ("sfp_plus", "SFP28")
            case "qsfp+": ("qsfp", "QSFP+")
            case "qsfp28": ("qsfp", "QSFP28")
            case "wifi": ("wifi", "Wi-Fi")
            case "console": ("console", "Console")
            case "outlet": ("power", "Outlet")
            default: ("other", "Port")
            }
        return (type, group.management == true ? "Management" : label)
    }
}
