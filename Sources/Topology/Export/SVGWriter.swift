import HTTPKit

/// The map as the page draws it, in one file: no script, no style sheet, nothing that is fetched.
struct SVGWriter: Sendable {
    let scene: ExportScene
    let look: ExportLook

    var text: String {
        let box = scene.box
        let (width, height) = (box.right - box.left, box.bottom - box.top)
        var out = """
            <?xml version="1.0" encoding="UTF-8"?>
            <svg xmlns="http://www.w3.org/2000/svg" width="\(n(width))" height="\(n(height))" \
            viewBox="\(n(box.left)) \(n(box.top)) \(n(width)) \(n(height))" role="img" \
            font-family="Inter, system-ui, 'Segoe UI', 'Noto Sans', sans-serif">
            <title>\(ExportText.xml(scene.title))</title>
            <desc>\(ExportText.xml(scene.date))</desc>
            <rect x="\(n(box.left))" y="\(n(box.top))" width="\(n(width))" height="\(n(height))" fill="\(look.ground)"/>

            """
        writeIcons(to: &out)
        for boundary in scene.boundaries { write(boundary, to: &out) }
        out += "<g fill=\"none\">\n"
        for link in scene.links { write(link, to: &out) }
        out += "</g>\n"
        for node in scene.nodes { writeDisc(node, to: &out) }
        out += """
            <g text-anchor="middle" paint-order="stroke" stroke="\(look.ground)" stroke-width="3.5" \
            stroke-linejoin="round">

            """
        for link in scene.links { writeWords(link, to: &out) }
        for node in scene.nodes { writeWords(node, to: &out) }
        for boundary in scene.boundaries where !boundary.title.isEmpty {
            write(boundary.title, at: scene.titlePlace(of: boundary), size: 13, boundary.colour, to: &out)
        }
        for label in scene.labels { write(label.text, at: (label.x, label.y + 5), size: 16, label.colour, to: &out) }
        out += "</g>\n</svg>\n"
        return out
    }

    private func n(_ value: Double) -> String { ExportText.number(value) }

    private func writeIcons(to out: inout String) {
        out += "<defs>\n"
        for icon in Set(scene.nodes.map(\.icon)).sorted() {
            guard let path = ExportIcons.paths[icon] else { continue }
            out += "<path id=\"icon-\(icon)\" d=\"\(path)\"/>\n"
        }
        // Once each, however many wear it. A name of a file or an address is nowhere, so nothing is fetched.
        for (id, picture) in scene.pictures.sorted(by: { $0.key < $1.key }) {
            out += """
                <image id="picture-\(id)" width="21" height="21" href="\(ExportText.xml(picture.dataURL))"/>

                """
        }
        out += "</defs>\n"
    }

    private func write(_ boundary: ExportScene.Boundary, to out: inout String) {
        let hue = look.hue(boundary.colour)
        let points = boundary.corners.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
        out += """
            <polygon points="\(points)" fill="\(hue)" fill-opacity="0.09" stroke="\(hue)" stroke-opacity="0.55" \
            stroke-width="1.5"/>

            """
    }

    private func write(
        _ text: String, at place: (x: Double, y: Double), size: Int, _ colour: Annotation.Colour, to out: inout String
    ) {
        out += """
            <text x="\(n(place.x))" y="\(n(place.y))" font-size="\(size)" font-weight="600" \
            fill="\(look.hue(colour))">\(ExportText.xml(text))</text>

            """
    }

    private func write(_ link: ExportScene.Link, to out: inout String) {
        let (from, to) = (scene.nodes[link.from], scene.nodes[link.to])
        let line = look.line(link)
        let control = scene.control(of: link)
        let curve = link.bend == 0 ? "L\(n(to.x)) \(n(to.y))" : "Q\(n(control.x)) \(n(control.y)) \(n(to.x)) \(n(to.y))"
        let path = "d=\"\(scene.loop(of: link).map(circle) ?? "M\(n(from.x)) \(n(from.y))\(curve)")\""
        let dash = line.dash.isEmpty ? "" : " stroke-dasharray=\"\(line.dash.map(n).joined(separator: " "))\""
        let ink = "stroke=\"\(line.colour)\" stroke-opacity=\"\(n(line.opacity))\""
        if line.isDouble {
            out += "<path \(path) \(ink) stroke-width=\"\(n(line.weight * 3))\"/>"
            out += "<path \(path) stroke=\"\(look.ground)\" stroke-width=\"\(n(line.weight * 1.2))\"/>\n"
        } else {
            out += "<path \(path) \(ink) stroke-width=\"\(n(line.weight))\"\(dash)/>\n"
        }
        if line.hasArrow, let arrow = scene.arrow(of: link) {
            let points = arrow.map { "\(n($0.x)),\(n($0.y))" }.joined(separator: " ")
            out += "<polygon points=\"\(points)\" fill=\"\(line.colour)\" fill-opacity=\"\(n(line.opacity))\"/>\n"
        }
    }

    private func circle(_ loop: ExportLoop) -> String {
        let (radius, across) = (n(loop.radius), n(loop.radius * 2))
        return "M\(n(loop.x - loop.radius)) \(n(loop.y))a\(radius) \(radius) 0 1 1 \(across) 0"
            + "a\(radius) \(radius) 0 1 1 -\(across) 0"
    }

    private func writeDisc(_ node: ExportScene.Node, to out: inout String) {
        let hue = look.hue(node)
        let faint = node.status == "retired" ? " opacity=\"0.45\"" : ""
        out += "<g transform=\"translate(\(n(node.x)) \(n(node.y)))\"\(faint) fill=\"none\">"
        out += "<circle r=\"19\" fill=\"\(look.disc)\"/>"
        out += "<circle r=\"19\" fill=\"\(hue)\" fill-opacity=\"0.12\" stroke=\"\(hue)\" stroke-width=\"2\"/>"
        if let ring = ExportLook.ring(node.status) {
            let dash = ring.dash.map { " stroke-dasharray=\"\($0.map(n).joined(separator: " "))\"" } ?? ""
            out += "<circle r=\"24\" stroke=\"\(look.state(node.status))\" stroke-width=\"\(n(ring.width))\"\(dash)/>"
        }
        guard node.picture == nil else {
            out += "<use href=\"#picture-\(node.picture ?? 0)\" transform=\"translate(-10.5 -10.5)\"/></g>\n"
            return
        }
        out += """
            <use href="#icon-\(node.icon)" transform="translate(-10.5 -10.5) scale(0.875)" stroke="\(hue)" \
            stroke-width="1.7" stroke-linecap="round" stroke-linejoin="round"/></g>

            """
    }

    private func writeWords(_ link: ExportScene.Link, to out: inout String) {
        let words = [link.label, ExportText.speed(link.speed)].compactMap { $0 }.joined(separator: " · ")
        guard !words.isEmpty else { return }
        let line = ExportText.line(words, longest: 21)
        let at = scene.middle(of: link, wordsOf: Double(line.count) * 5.8)
        let shown = ExportText.xml(line)
        out += "<text x=\"\(n(at.x))\" y=\"\(n(at.y + 4))\" font-size=\"11\" fill=\"\(look.quiet)\">\(shown)</text>\n"
    }

    /// The whole name is told when the pointer rests on it.
    private func writeWords(_ node: ExportScene.Node, to out: inout String) {
        let name = ExportText.line(node.shownName, longest: 21)
        let title = name == node.fullName ? "" : "<title>\(ExportText.xml(node.fullName))</title>"
        out += """
            <text x="\(n(node.x))" y="\(n(node.y + 38))" font-size="12" font-weight="500" fill="\(look.text)">\
            \(title)\(ExportText.xml(name))</text>

            """
        guard let address = node.address else { return }
        out += """
            <text x="\(n(node.x))" y="\(n(node.y + 53))" font-size="11" fill="\(look.quiet)" \
            font-family="'JetBrains Mono', ui-monospace, 'DejaVu Sans Mono', monospace">\
            \(ExportText.xml(ExportText.line(address, longest: 42)))</text>

            """
    }
}

extension ExportScene {
    /// The middle of the curve, where its words stand, or the place beside a loop for words of that width.
    func middle(of link: Link, wordsOf width: Double) -> (x: Double, y: Double) {
        if let loop = loop(of: link) { return loop.beside(width: width) }
        let (a, b, control) = (nodes[link.from], nodes[link.to], control(of: link))
        return ((a.x + b.x) / 4 + control.x / 2, (a.y + b.y) / 4 + control.y / 2)
    }

    /// Three points of a head that stops at the disc's ring; nil where there is no room for one.
    func arrow(of link: Link) -> [(x: Double, y: Double)]? {
        if link.from == link.to { return nil }
        let (from, to) = (control(of: link), nodes[link.to])
        let (dx, dy) = (to.x - from.x, to.y - from.y)
        let length = (dx * dx + dy * dy).squareRoot()
        guard length > 26 else { return nil }
        let (ux, uy) = (dx / length, dy / length)
        let tip = (x: to.x - ux * 26, y: to.y - uy * 26)
        let base = (x: tip.x - ux * 7.3, y: tip.y - uy * 7.3)
        return [tip, (base.x - uy * 3.3, base.y + ux * 3.3), (base.x + uy * 3.3, base.y - ux * 3.3)]
    }
}
