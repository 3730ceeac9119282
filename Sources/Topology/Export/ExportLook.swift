/// Colours and lines of a drawing: the pages' own, of the light theme and the dark one.
struct ExportLook: Sendable {
    enum Theme: String, Sendable, CaseIterable { case light, dark }

    let ground: String
    let disc: String
    let text: String
    let quiet: String
    private let hues: [String: String]
    private let states: [String: String]

    static func of(_ theme: Theme) -> ExportLook {
        switch theme {
        case .light:
            ExportLook(
                ground: "#f4f6f9", disc: "#ffffff", text: "#17202e", quiet: "#4c5870",
                hues: [
                    "cluster": "#6540c9", "hardware": "#1d5fc4", "compute_unit": "#146c43", "service": "#9a4a05",
                    "storage": "#8a2bb0", "network": "#0b6b66", "external_node": "#0a6496", "misc_item": "#566173",
                ],
                states: [
                    "up": "#146c43", "degraded": "#805200", "maintenance": "#805200", "down": "#b42323",
                    "retired": "#cfd6e0", "unknown": "#566173",
                ])
        case .dark:
            ExportLook(
                ground: "#0b0e14", disc: "#11151d", text: "#e6eaf2", quiet: "#9aa5b8",
                hues: [
                    "cluster": "#a78bfa", "hardware": "#6ea8fe", "compute_unit": "#5fd19a", "service": "#f5a35c",
                    "storage": "#d08cf0", "network": "#45c8c0", "external_node": "#66bdf2", "misc_item": "#a3adbd",
                ],
                states: [
                    "up": "#4cc38a", "degraded": "#e5b045", "maintenance": "#e5b045", "down": "#ff7a7a",
                    "retired": "#2a3241", "unknown": "#98a2b3",
                ])
        }
    }

    func hue(_ kind: ObjectKind) -> String { hues[kind.rawValue] ?? quiet }
    func hue(_ node: ExportScene.Node) -> String { node.colour.map { hue($0) } ?? hue(node.kind) }
    func state(_ status: String) -> String { states[status] ?? states["unknown"] ?? quiet }

    struct Line: Sendable, Equatable {
        var colour: String
        var opacity: Double
        var weight: Double
        var dash: [Double] = []
        var isDouble = false
        var hasArrow = false
    }

    func line(_ link: ExportScene.Link) -> Line {
        switch link.type {
        case .hosts, .runs, .stores, .mounted, .member: Line(colour: quiet, opacity: 0.42, weight: 1.25)
        case .inNetwork: Line(colour: hue(.network), opacity: 0.32, weight: 1)
        case .gateway: Line(colour: hue(.network), opacity: 0.6, weight: 2)
        case .peers: Line(colour: hue(.network), opacity: 0.32, weight: 1.25, dash: [7, 5])
        case .depends: Line(colour: hue(.service), opacity: 0.6, weight: 1, hasArrow: true)
        case .connection: cable(link.medium?.lowercased() ?? "")
        }
    }

    private func cable(_ medium: String) -> Line {
        func begins(_ words: String...) -> Bool { words.contains { medium.hasPrefix($0) } }
        var line = Line(colour: quiet, opacity: 0.8, weight: 1.5)
        if begins("fibre", "fiber", "sfp", "dac", "optic") {
            line.isDouble = true
        } else if begins("wifi", "wi-fi", "wireless", "wlan", "radio") {
            line.weight = 1.75
            line.dash = [1.75, 4]
        } else if begins("vpn", "tunnel", "wg", "wireguard", "ipsec", "ssh", "gre", "vxlan") {
            line.dash = [7, 5]
        } else if medium == "power" {
            line = Line(colour: state("degraded"), opacity: 0.5, weight: 1.25, dash: [7, 5])
        } else if !medium.isEmpty, !begins("ethernet", "copper", "cat", "rj45", "twisted", "backplane") {
            line.weight = 1.25
        }
        return line
    }

    struct Ring: Sendable {
        var width: Double
        var dashes = 0.0
        var share = 1.0

        /// Around a disc with a radius of 20; nil is solid.
        var dash: [Double]? {
            guard dashes > 0 else { return nil }
            let step = 2 * Double.pi * 24 / dashes
            return [step * share, step * (1 - share)]
        }
    }

    /// The outer ring, whose shape tells the state too.
    static func ring(_ status: String) -> Ring? {
        switch status {
        case "up": Ring(width: 1.25)
        case "degraded": Ring(width: 2.5, dashes: 4, share: 0.72)
        case "down": Ring(width: 3.5)
        case "maintenance": Ring(width: 2.5, dashes: 2, share: 0.5)
        case "unknown": Ring(width: 1.25, dashes: 18, share: 0.5)
        default: nil
        }
    }
}
