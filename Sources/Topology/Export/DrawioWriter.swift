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
        for (number, boundary) in scene.boundaries.enumerated() { write(boundary, number, to: &out) }
        for (number, label) in scene.labels.enumerated() { write(label, number, to: &out) }
        for (number, link) in scene.links.enumerated() { write(link, number, to: &out) }
        for node in scene.nodes { write(node, to: &out) }
        return out + "</root>\n</mxGraphModel>\n</diagram>\n</mxfile>\n"
    }

    private func write(_ node: ExportScene.Node, to out: inout String) {
        let label = [node.shownName, node.address].compactMap { $0 }.map(ExportText.xml).joined(separator: "&#10;")
        let style = """
            \(shape(node.kind))html=0;whiteSpace=wrap;fillColor=#ffffff;strokeColor=\(look.hue(node));\
            strokeWidth=2;fontColor=\(look.text);verticalLabelPosition=bottom;verticalAlign=top;
            """
        out += """
            <mxCell id="n\(node.id)" value="\(label)" style="\(style)" vertex="1" parent="1">\
            <mxGeometry x="\(ExportText.number(node.x - 20))" y="\(ExportText.number(node.y - 20))" \
            width="40" height="40" as="geometry"/></mxCell>

            """
    }

    /// A polygon with its corners as shares of its box.
    private func write(_ boundary: ExportScene.Boundary, _ number: Int, to out: inout String) {
        let (width, height) = (max(1, boundary.right - boundary.left), max(1, boundary.bottom - boundary.top))
        let corners = boundary.corners.map { corner in
            let x = String(Int((corner.x - boundary.left) / width * 10_000))
            let y = String(Int((corner.y - boundary.top) / height * 10_000))
            return "[\(Self.share(x)),\(Self.share(y))]"
        }
        let hue = look.hue(boundary.colour)
        let style = """
            shape=mxgraph.basic.polygon;polyCoords=[\(corners.joined(separator: ","))];polyline=0;html=0;\
            fillColor=\(hue);fillOpacity=9;strokeColor=\(hue);strokeOpacity=55;fontColor=\(hue);\
            verticalLabelPosition=top;verticalAlign=bottom;
            """
        out += """
            <mxCell id="b\(number)" value="\(ExportText.xml(boundary.title))" style="\(style)" vertex="1" parent="1">\
            <mxGeometry x="\(ExportText.number(boundary.left))" y="\(ExportText.number(boundary.top))" \
            width="\(ExportText.number(width))" height="\(ExportText.number(height))" as="geometry"/></mxCell>

            """
    }

    /// Ten-thousandths as a number of four places.
    private static func share(_ digits: String) -> String {
        let padded = String(repeating: "0", count: max(0, 5 - digits.count)) + digits
        return "\(padded.dropLast(4)).\(padded.suffix(4))"
    }

    private func write(_ label: ExportScene.Label, _ number: Int, to out: inout String) {
        let width = Double(label.text.count) * 9 + 20
        out += """
            <mxCell id="t\(number)" value="\(ExportText.xml(label.text))" \
            style="text;html=0;align=center;verticalAlign=middle;fontSize=16;fontColor=\(look.hue(label.colour));" \
            vertex="1" parent="1"><mxGeometry x="\(ExportText.number(label.x - width / 2))" \
            y="\(ExportText.number(label.y - 14))" width="\(ExportText.number(width))" height="28" as="geometry"/>\
            </mxCell>

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
        let bow = link.bend == 0 ? nil : scene.loop(of: link)?.far ?? scene.control(of: link)
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
