/// The map as one page of PDF 1.7, drawn in lines and text. The font is Helvetica, which every reader has, in the WinAnsi
/// encoding; other letters come from this machine's fonts, as far as it has some, and are dots otherwise. A name with dots
/// goes along as `ActualText` (PDF 1.7 section 14.9.4), so that searching, copying and reading aloud find it in every
/// script.
struct PDFWriter: Sendable {
    let scene: ExportScene
    let look: ExportLook
    var shelf = FontShelf()

    /// The largest side that readers must take (PDF 1.7 annex C).
    static let longestSide = 14_000.0

    var bytes: [UInt8] {
        let box = scene.box
        let (width, height) = (box.right - box.left, box.bottom - box.top + 40)
        let scale = min(1, Self.longestSide / max(width, height))
        var page = PDFContent(fonts: PDFFonts(shelf: shelf))
        page.add("q \(page.n(scale)) 0 0 \(page.n(scale)) 0 0 cm")
        // Downwards as on the page; words are turned back one by one.
        page.add("1 0 0 -1 \(page.n(-box.left)) \(page.n(box.bottom)) cm")
        page.add("1 J 1 j")
        for boundary in scene.boundaries { draw(boundary, on: &page) }
        for link in scene.links { draw(link, on: &page) }
        let pictures = scene.pictures.compactMapValues(PDFPicture.init)
        for node in scene.nodes { draw(node, pictures, on: &page) }
        for link in scene.links where !link.words.isEmpty {
            let words = ExportText.line(link.words, longest: 28)
            let at = scene.middle(of: link, wordsOf: Double(words.count) * 4.2)
            page.words(words, x: at.x, y: at.y + 4, size: 8, colour: look.quiet)
        }
        for node in scene.nodes {
            page.words(
                ExportText.line(node.shownName, longest: 28), x: node.x, y: node.y + 38, size: 11, colour: look.text)
            guard let address = node.address else { continue }
            page.words(address, x: node.x, y: node.y + 50, size: 9, colour: look.quiet)
        }
        for one in scene.boundaries {
            let text = ExportText.line(one.title, longest: 60)
            let at = scene.titlePlace(of: one)
            page.words(text, x: at.x, y: at.y, size: 12, colour: look.hue(one.colour))
        }
        for label in scene.labels {
            page.words(label.text, x: label.x, y: label.y + 5, size: 15, colour: look.hue(label.colour))
        }
        page.words(scene.title, x: (box.left + box.right) / 2, y: box.top - 8, size: 16, colour: look.text)
        page.words(scene.date, x: (box.left + box.right) / 2, y: box.top + 8, size: 9, colour: look.quiet)
        page.add("Q")
        return file(page, pictures, width: width * scale, height: height * scale)
    }

    private func draw(_ boundary: ExportScene.Boundary, on page: inout PDFContent) {
        guard let first = boundary.corners.first else { return }
        let hue = look.hue(boundary.colour)
        let lines = boundary.corners.dropFirst().map { "\(page.at(($0.x, $0.y))) l" }.joined(separator: " ")
        page.add("\(page.faded(hue, 0.09)) rg \(page.faded(hue, 0.55)) RG [] 0 d 1.5 w")
        page.add("\(page.at((first.x, first.y))) m \(lines) h B")
    }

    private func draw(_ link: ExportScene.Link, on page: inout PDFContent) {
        let (from, to) = (scene.nodes[link.from], scene.nodes[link.to])
        let line = look.line(link)
        let (a, b, c) = ((x: from.x, y: from.y), (x: to.x, y: to.y), scene.control(of: link))
        // A quadratic curve as a cubic one.
        let first = (x: a.x + (c.x - a.x) * 2 / 3, y: a.y + (c.y - a.y) * 2 / 3)
        let second = (x: b.x + (c.x - b.x) * 2 / 3, y: b.y + (c.y - b.y) * 2 / 3)
        var path = "\(page.at(a)) m \(page.at(first)) \(page.at(second)) \(page.at(b)) c S"
        if let loop = scene.loop(of: link) {
            path = "q 1 0 0 1 \(page.n(loop.x)) \(page.n(loop.y)) cm \(page.circle(loop.radius)) S Q"
        }
        let ink = page.faded(line.colour, line.opacity)
        page.add("\(ink) RG [\(line.dash.map(page.n).joined(separator: " "))] 0 d")
        page.add("\(page.n(line.isDouble ? line.weight * 3 : line.weight)) w \(path)")
        if line.isDouble { page.add("1 1 1 RG \(page.n(line.weight * 1.2)) w \(path)") }
        if line.hasArrow, let head = scene.arrow(of: link) {
            page.add("\(ink) rg \(page.at(head[0])) m \(page.at(head[1])) l \(page.at(head[2])) l f")
        }
    }

    private func draw(_ node: ExportScene.Node, _ pictures: [Int64: PDFPicture], on page: inout PDFContent) {
        let isRetired = node.status == "retired"
        let hue = page.faded(look.hue(node), isRetired ? 0.45 : 1)
        page.add("q 1 0 0 1 \(page.n(node.x)) \(page.n(node.y)) cm [] 0 d")
        page.add("\(page.faded(look.hue(node), isRetired ? 0.05 : 0.12)) rg \(hue) RG 2 w \(page.circle(19)) B")
        if let ring = ExportLook.ring(node.status) {
            let dash = (ring.dash ?? []).map(page.n).joined(separator: " ")
            // Ends of dashes are cut straight, or the gaps would close.
            page.add("q 0 J \(page.faded(look.state(node.status), 1)) RG \(page.n(ring.width)) w [\(dash)] 0 d")
            page.add("\(page.circle(24)) S Q")
        }
        if let id = node.picture, let picture = pictures[id] {
            page.add(picture.drawn(as: "P\(id)", in: 21, on: page))
        } else if let path = ExportIcons.paths[node.icon] {
            page.add("0.875 0 0 0.875 -10.5 -10.5 cm 1.7 w \(page.path(path)) S")
        }
        page.add("Q")
    }

    private func file(
        _ page: PDFContent, _ pictures: [Int64: PDFPicture], width: Double, height: Double
    ) -> [UInt8] {
        let side = { (value: Double) in ExportText.number(value) }
        let fonts = page.fonts.objects(from: 6)
        var drawings: [[UInt8]] = []
        var names = ""
        for (id, picture) in pictures.sorted(by: { $0.key < $1.key }) {
            let place = 6 + fonts.objects.count + drawings.count
            names += "/P\(id) \(place) 0 R "
            drawings += picture.objects(at: place)
        }
        let objects: [[UInt8]] =
            [
                Array("<< /Type /Catalog /Pages 2 0 R /ViewerPreferences << /DisplayDocTitle true >> >>".utf8),
                Array("<< /Type /Pages /Kids [3 0 R] /Count 1 >>".utf8),
                Array(
                    """
                    << /Type /Page /Parent 2 0 R /MediaBox [0 0 \(side(width)) \(side(height))] /Contents 4 0 R \
                    /Resources << /Font << \(fonts.names) >> /XObject << \(names)>> >> >>
                    """.utf8),
                Array("<< /Length \(page.bytes.count) >>\nstream\n".utf8) + page.bytes + Array("\nendstream".utf8),
                Array("<< /Title <\(PDFContent.utf16(scene.title))> /Producer (Circuit Breaker) >>".utf8),
            ] + fonts.objects + drawings
        var out = Array("%PDF-1.7\n%".utf8) + [0xE2, 0xE3, 0xCF, 0xD3, 0x0A]
        var offsets: [Int] = []
        for (number, object) in objects.enumerated() {
            offsets.append(out.count)
            out += Array("\(number + 1) 0 obj\n".utf8) + object + Array("\nendobj\n".utf8)
        }
        let start = out.count
        out += Array("xref\n0 \(objects.count + 1)\n0000000000 65535 f \n".utf8)
        for offset in offsets {
            let digits = String(offset)
            out += Array("\(String(repeating: "0", count: 10 - digits.utf8.count))\(digits) 00000 n \n".utf8)
        }
        out += Array("trailer\n<< /Size \(objects.count + 1) /Root 1 0 R /Info 5 0 R >>\n".utf8)
        return out + Array("startxref\n\(start)\n%%EOF\n".utf8)
    }
}
