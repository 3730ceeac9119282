import GraphLayout

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

    /// The bands of a layout by group. At the head of each stands the network or cluster itself, with its name.
    mutating func band(_ lanes: [NodeGroup], at places: [Int64: LayoutPoint]) {
        for lane in lanes { add("", .grey, lane.members, places, atLeast: 2) }
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
