/// A draw.io file: every object is a shape and every link a connector bound to both, so that they follow when somebody
/// moves them. Labels are plain text (`html=0`): draw.io would read markup in a name otherwise.
struct DrawioWriter: Sendable {
    let scene: ExportScene
    let look: ExportLook

    var text: String {
        var out = """
            <?xml version="1.0" encoding="UTF-8"?>
            <mxfile host="circuit-breaker" type="device">
            <diagram id="map" name="\(ExportText.xml(scene.title))">
            <mxGraphModel grid="1" gridSize="10" guides="1" connect="1" arrows="1" page="0" background="#ffffff">
            <root>
            <mxCell id="0"/>
            <mxCell id="1" parent="0"/>

            """
        for (number, link) in scene.links.enumerated() { write(link, number, to: &out) }
        for node in scene.nodes { write(node, to: &out) }
        return out + "</root>\n</mxGraphModel>\n</diagram>\n</mxfile>\n"
    }

    private func write(_ node: ExportScene.Node, to out: inout String) {
        let label = [node.name, node.address].compactMap { $0 }.map(ExportText.xml).joined(separator: "&#10;")
        let style = """
            \(shape(node.kind))html=0;whiteSpace=wrap;fillColor=#ffffff;strokeColor=\(look.hue(node.kind));\
            strokeWidth=2;fontColor=\(look.text);verticalLabelPosition=bottom;verticalAlign=top;
            """
        out += """
            <mxCell id="n\(node.id)" value="\(label)" style="\(style)" vertex="1" parent="1">\
            <mxGeometry x="\(ExportText.number(node.x - 20))" y="\(ExportText.number(node.y - 20))" \
            width="40" height="40" as="geometry"/></mxCell>

            """
    }

    private func write(_ link: ExportScene.Link, _ number: Int, to out: inout String) {
        let line = look.line(link)
        var style =
            "html=0;strokeColor=\(line.colour);strokeWidth=\(ExportText.number(line.isDouble ? 3 : line.weight));"
        style += line.hasArrow ? "endArrow=classic;" : "endArrow=none;"
        if !line.dash.isEmpty {
            style += "dashed=1;dashPattern=\(line.dash.map { ExportText.number($0) }.joined(separator: " "));"
        }
        let bow = link.bend == 0 ? nil : scene.control(of: link)
        let points =
            bow.map {
                """
                <Array as="points"><mxPoint x="\(ExportText.number($0.x))" y="\(ExportText.number($0.y))"/></Array>
                """
            } ?? ""
        if bow != nil { style += "curved=1;" }
        out += """
            <mxCell id="e\(number)" value="\(ExportText.xml(link.words))" style="\(style)" edge="1" parent="1" \
            source="n\(scene.nodes[link.from].id)" target="n\(scene.nodes[link.to].id)">\
            <mxGeometry relative="1" as="geometry">\(points)</mxGeometry></mxCell>

            """
    }

    private func shape(_ kind: ObjectKind) -> String {
        switch kind {
        case .network: "shape=hexagon;perimeter=hexagonPerimeter2;"
        case .storage: "shape=cylinder3;size=8;"
        case .cluster: "shape=process;"
        case .externalNode: "ellipse;shape=cloud;"
        case .service: "ellipse;"
        case .computeUnit: "rounded=1;"
        default: "rounded=0;"
        }
    }
}
