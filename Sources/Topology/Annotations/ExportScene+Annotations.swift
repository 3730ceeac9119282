import GraphLayout
import JSONKit

extension ExportScene {
    /// Boundaries around what of their objects is in the scene, and labels. What people wrote may name anything, so with a
    /// redaction it is left out; groups keep the name of their object, where names are told.
    mutating func annotate(
        _ annotations: [Annotation], groups: [Annotation.Grouping: [NodeGroup]], at places: [Int64: LayoutPoint],
        redaction: Redaction
    ) {
        for one in annotations {
            guard one.kind == .boundary else {
                guard redaction.isNone else { continue }
                labels.append(Label(text: ExportText.line(one.text), colour: one.colour, x: one.x, y: one.y))
                continue
            }
            guard let grouping = one.grouping else {
                add(redaction.isNone ? one.text : "", one.colour, one.members, places)
                continue
            }
            for group in groups[grouping] ?? [] {
                let isQuiet =
                    redaction.hidesNames || (redaction.hidesAddresses && Node.mayHoldAddress(group.name))
                add(isQuiet ? "" : group.name, one.colour, group.members, places, atLeast: 2)
            }
        }
    }

    /// The bands of a layout by group: lanes as wide as the widest of them, or blocks as wide as what is in them. At the head
    /// of each stands the network or cluster itself, with its name.
    mutating func band(_ lanes: [NodeGroup], at places: [Int64: LayoutPoint], areAligned: Bool) {
        let shown = lanes.map { $0.members.compactMap { places[$0] }.map { (x: $0.x, y: $0.y) } }.filter {
            $0.count > 1
        }
        let across = areAligned ? shown.joined().map(\.x) : []
        for points in shown {
            let corners = BoundaryHull.band(
                points, left: across.min() ?? .infinity, right: across.max() ?? -.infinity)
            boundaries.append(Boundary(title: "", colour: .grey, corners: corners.map { .init(x: $0.x, y: $0.y) }))
        }
    }

    /// Where the title of a boundary stands: above it, and where the name of a node is there already, below it or nearer
    /// to an end.
    func titlePlace(of boundary: Boundary) -> (x: Double, y: Double) {
        let half = Double(boundary.title.count) * 3.9
        let middle = (boundary.left + boundary.right) / 2
        let aside = max(0, (boundary.right - boundary.left) / 2 - half)
        let places = [0, -aside / 2, aside / 2, -aside, aside].flatMap { shift in
            [(x: middle + shift, y: boundary.top - 6), (x: middle + shift, y: boundary.bottom + 16)]
        }
        return places.first { place in !nodes.contains { $0.words(meet: place, half: half) } } ?? places[0]
    }

    private mutating func add(
        _ title: String, _ colour: Annotation.Colour, _ members: [Int64], _ places: [Int64: LayoutPoint],
        atLeast fewest: Int = 1
    ) {
        let points = members.compactMap { places[$0] }.map { (x: $0.x, y: $0.y) }
        guard points.count >= fewest else { return }
        let corners = BoundaryHull.around(points).map { Boundary.Corner(x: $0.x, y: $0.y) }
        boundaries.append(Boundary(title: ExportText.line(title), colour: colour, corners: corners))
    }
}

extension ExportScene {
    /// `boundaries` and `labels`, for programs and for the page of a shared map.
    func writeDrawings(to writer: inout JSONWriter) {
        writer.name("boundaries")
        writer.beginArray()
        for boundary in boundaries { write(boundary, to: &writer) }
        writer.endArray()
        writer.name("labels")
        writer.beginArray()
        for label in labels {
            writer.beginObject()
            writer.member("text", label.text)
            writer.member("colour", label.colour.rawValue)
            writer.member("x", label.x)
            writer.member("y", label.y)
            writer.endObject()
        }
        writer.endArray()
    }

    private func write(_ boundary: Boundary, to writer: inout JSONWriter) {
        writer.beginObject()
        if !boundary.title.isEmpty { writer.member("title", boundary.title) }
        writer.member("colour", boundary.colour.rawValue)
        writer.name("corners")
        writer.beginArray()
        for corner in boundary.corners {
            writer.beginObject()
            // A tenth of a pixel is as fine as anybody sees.
            writer.member("x", (corner.x * 10).rounded() / 10)
            writer.member("y", (corner.y * 10).rounded() / 10)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}

extension ExportScene.Node {
    /// Whether the disc or what is written below it lies where words of a line would stand.
    fileprivate func words(meet place: (x: Double, y: Double), half: Double) -> Bool {
        let own = max(20, Double(max(min(shownName.count, 21), address?.count ?? 0)) * 3.5)
        let bottom = y + (address == nil ? 42 : 57)
        return abs(place.x - x) < half + own && place.y > y - 24 && place.y - 12 < bottom
    }
}

extension ExportLook {
    /// The hue of a kind stands for the colour by name, as on the page.
    func hue(_ colour: Annotation.Colour) -> String {
        switch colour {
        case .violet: hue(.cluster)
        case .blue: hue(.hardware)
        case .green: hue(.computeUnit)
        case .orange: hue(.service)
        case .pink: hue(.storage)
        case .teal: hue(.network)
        case .sky: hue(.externalNode)
        case .grey: hue(.miscItem)
        }
    }
}
