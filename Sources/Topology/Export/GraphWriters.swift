import JSONKit

/// Graphviz: `neato -n2` keeps the places, `dot` makes its own.
struct DOTWriter: Sendable {
    let scene: ExportScene
    let look: ExportLook

    /// Leading lines around more nodes than these takes Graphviz minutes.
    static let mostRouted = 300

    var text: String {
        let lines = scene.nodes.count > Self.mostRouted ? "line" : "true"
        var out = "digraph map {\n  graph [label=\(quoted(scene.title)), charset=\"UTF-8\", splines=\(lines)];\n"
        out += "  node [shape=box, style=\"rounded,filled\", fillcolor=\"#ffffff\", fontname=\"Inter, sans-serif\"];\n"
        out += "  edge [fontname=\"Inter, sans-serif\", fontsize=9, color=\"\(look.quiet)\"];\n"
        for node in scene.nodes {
            let label = [node.shownName, node.address].compactMap { $0 }.map(escaped).joined(separator: "\\n")
            // Graphviz counts upwards from the bottom, in points.
            let place = "\(ExportText.number(node.x)),\(ExportText.number(-node.y))"
            out += "  n\(node.id) [label=\"\(label)\", color=\"\(look.hue(node))\", pos=\"\(place)\""
            if node.alias != nil { out += ", tooltip=\(quoted(node.name))" }
            out += ", class=\"\(node.kind.rawValue)\", comment=\(quoted(node.status))];\n"
        }
        for link in scene.links {
            let line = look.line(link)
            var parts = ["class=\"\(link.type.rawValue)\""]
            if !link.words.isEmpty { parts.append("label=\(quoted(link.words))") }
            if !line.hasArrow { parts.append("dir=none") }
            if !line.dash.isEmpty { parts.append("style=\(line.dash[0] < 3 ? "dotted" : "dashed")") }
            if line.isDouble { parts.append("penwidth=2.5") }
            out +=
                "  n\(scene.nodes[link.from].id) -> n\(scene.nodes[link.to].id) [\(parts.joined(separator: ", "))];\n"
        }
        return out + "}\n"
    }

    private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

    /// A backslash is doubled: `\N` would be the name of the node. `&` begins an entity.
    private func escaped(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": out += "\\\\"
            case "\"": out += "\\\""
            case "&": out += "&amp;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }
}

/// A Mermaid flowchart. It has no places; every word is in quotes, and what Mermaid or the HTML it makes would read is
/// written as an entity of its own kind (`#35;`).
struct MermaidWriter: Sendable {
    let scene: ExportScene
    let look: ExportLook

    var text: String {
        var out = "flowchart TB\n"
        for node in scene.nodes {
            let label = [node.shownName, node.address].compactMap { $0 }.map(escaped).joined(separator: "<br/>")
            let (open, close) = shape(node.kind)
            out += "  n\(node.id)\(open)\"\(label.isEmpty ? "#32;" : label)\"\(close)\n"
        }
        for link in scene.links {
            let words = link.words.isEmpty ? "" : "|\"\(escaped(link.words))\"|"
            out += "  n\(scene.nodes[link.from].id) \(arrow(link))\(words) n\(scene.nodes[link.to].id)\n"
        }
        for node in scene.nodes where node.colour != nil {
            out += "  style n\(node.id) stroke:\(look.hue(node)),stroke-width:2px\n"
        }
        return out
    }

    private func shape(_ kind: ObjectKind) -> (String, String) {
        switch kind {
        case .network: ("([", "])")
        case .storage: ("[(", ")]")
        case .service: ("(", ")")
        case .cluster: ("[[", "]]")
        case .externalNode: ("((", "))")
        case .computeUnit: ("{{", "}}")
        default: ("[", "]")
        }
    }

    private func arrow(_ link: ExportScene.Link) -> String {
        switch link.type {
        case .depends: "-.->"
        case .connection, .peers, .inNetwork: "---"
        case .gateway: "==="
        default: "-->"
        }
    }

    /// Mermaid reads Markdown in words: a number with a full stop would begin a list, a dash too, an underscore would be
    /// emphasis, and `www.` a link.
    private func escaped(_ text: String) -> String {
        let scalars = Array(text.unicodeScalars)
        var out = ""
        for (index, scalar) in scalars.enumerated() {
            let isPlain =
                switch scalar {
                case "-": index > 0
                case ".": isDigit(scalars, index - 1) && isDigit(scalars, index + 1)
                default:
                    scalar.value > 0x7F || scalar.properties.isAlphabetic || isDigit(scalars, index)
                        || " :,".unicodeScalars.contains(scalar)
                }
            if isPlain { out.unicodeScalars.append(scalar) } else { out += "#\(scalar.value);" }
        }
        return out
    }

    private func isDigit(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        scalars.indices.contains(index) && ("0"..."9").contains(scalars[index])
    }
}

/// GraphML 1.0 with plain attributes, and places as `x` and `y`. NetworkX takes no graph that has both kinds of edges: all are
/// directed, and an attribute says of which the direction means nothing.
struct GraphMLWriter: Sendable {
    let scene: ExportScene

    private static let keys = [
        ("node", "kind"), ("node", "name"), ("node", "alias"), ("node", "colour"), ("node", "address"),
        ("node", "role"), ("node", "status"),
        ("node", "environment"), ("node", "tags"), ("edge", "type"), ("edge", "medium"), ("edge", "label"),
    ]
    private static let others = [
        ("node", "x", "double"), ("node", "y", "double"), ("edge", "speed_mbps", "long"),
        ("edge", "has_direction", "boolean"),
    ]

    var text: String {
        var out = """
            <?xml version="1.0" encoding="UTF-8"?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns" \
            xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
            xsi:schemaLocation="http://graphml.graphdrawing.org/xmlns \
            http://graphml.graphdrawing.org/xmlns/1.0/graphml.xsd">

            """
        for (owner, name) in Self.keys {
            out += "<key id=\"\(owner)_\(name)\" for=\"\(owner)\" attr.name=\"\(name)\" attr.type=\"string\"/>\n"
        }
        for (owner, name, type) in Self.others {
            out += "<key id=\"\(owner)_\(name)\" for=\"\(owner)\" attr.name=\"\(name)\" attr.type=\"\(type)\"/>\n"
        }
        out += "<graph id=\"map\" edgedefault=\"directed\">\n<desc>\(ExportText.xml(scene.title))</desc>\n"
        // The schema wants a description before everything else in its element.
        for node in scene.nodes { write(node, to: &out) }
        for (number, link) in scene.links.enumerated() { write(link, number, to: &out) }
        return out + "</graph>\n</graphml>\n"
    }

    private func write(_ node: ExportScene.Node, to out: inout String) {
        out += "<node id=\"n\(node.id)\">"
        let values: [(String, String?)] = [
            ("kind", node.kind.rawValue), ("name", node.name), ("alias", node.alias),
            ("colour", node.colour?.rawValue), ("address", node.address), ("role", node.role),
            ("status", node.status), ("environment", node.environment),
            ("tags", node.tags.isEmpty ? nil : node.tags.joined(separator: ", ")), ("x", ExportText.number(node.x)),
            ("y", ExportText.number(node.y)),
        ]
        for (name, value) in values { data("node_\(name)", value, to: &out) }
        out += "</node>\n"
    }

    private func write(_ link: ExportScene.Link, _ number: Int, to out: inout String) {
        let (from, to) = (scene.nodes[link.from].id, scene.nodes[link.to].id)
        let hasDirection = ![.connection, .peers, .inNetwork].contains(link.type)
        out += "<edge id=\"e\(number)\" source=\"n\(from)\" target=\"n\(to)\">"
        data("edge_type", link.type.rawValue, to: &out)
        data("edge_medium", link.medium, to: &out)
        data("edge_label", link.label, to: &out)
        data("edge_speed_mbps", link.speed.map(String.init), to: &out)
        data("edge_has_direction", String(hasDirection), to: &out)
        out += "</edge>\n"
    }

    private func data(_ key: String, _ value: String?, to out: inout String) {
        guard let value else { return }
        out += "<data key=\"\(key)\">\(ExportText.xml(value))</data>"
    }
}

extension ExportScene {
    /// The same as the other formats say, for programs.
    var json: [UInt8] {
        var writer = JSONWriter(capacity: nodes.count * 160 + links.count * 96 + 128)
        writer.beginObject()
        writer.member("format", "circuit-breaker-map")
        writer.member("version", 1)
        writer.member("title", title)
        writer.member("date", date)
        writer.member("view", view.rawValue)
        writer.name("nodes")
        writer.beginArray()
        for node in nodes {
            writer.beginObject()
            writer.nodeHead(node.id, node.kind, named: node.name, status: node.status)
            writer.member("icon", node.icon)
            if let alias = node.alias { writer.member("alias", alias) }
            if let colour = node.colour { writer.member("colour", colour.rawValue) }
            if let address = node.address { writer.member("ip", address) }
            if let role = node.role { writer.member("role", role) }
            if let environment = node.environment { writer.member("environment", environment) }
            if !node.tags.isEmpty { writer.member("tags", node.tags) }
            writer.member("x", node.x)
            writer.member("y", node.y)
            writer.endObject()
        }
        writer.endArray()
        writer.name("edges")
        writer.beginArray()
        for link in links { write(link, to: &writer) }
        writer.endArray()
        writeDrawings(to: &writer)
        writer.endObject()
        return writer.bytes
    }
}
