import HTTPKit

/// A map ready to be written as a file: everything a writer needs, and nothing it has to look up. Words are one line of
/// bounded length without control characters; each writer still escapes them for its own format.
struct ExportScene: Sendable, Equatable {
    struct Node: Sendable, Equatable {
        let id: Int64
        let kind: ObjectKind
        var name: String
        /// What the map calls it in place of its name.
        var alias: String?
        /// What the map paints it in, in place of the colour of its kind.
        var colour: Annotation.Colour?
        /// The number of its kind that stands in for its name, where that is hidden.
        var number: Int?
        var address: String?
        var role: String?
        var status: String
        var environment: String?
        var tags: [String] = []
        /// The name of one of our icons, also where a picture is drawn in its place.
        var icon: String
        /// The icon that somebody brought, if `pictures` holds it.
        var picture: Int64?
        var x: Double
        var y: Double

        var shownName: String { alias ?? name }
        /// For whoever wants to know it exactly.
        var fullName: String { alias.map { "\($0) (\(name))" } ?? name }
    }

    struct Link: Sendable, Equatable {
        let id: String
        /// Indexes of nodes.
        let from: Int
        let to: Int
        let type: EdgeType
        var medium: String?
        var speed: Int64?
        var label: String?
        /// How far it bows to a side, so that several between the same two stand apart; of loops at one node, the number.
        var bend = 0.0
    }

    /// A filled line around some nodes.
    struct Boundary: Sendable, Equatable {
        struct Corner: Sendable, Equatable {
            let x: Double
            let y: Double
        }

        let title: String
        let colour: Annotation.Colour
        let corners: [Corner]

        var top: Double { corners.map(\.y).min() ?? 0 }
        var bottom: Double { corners.map(\.y).max() ?? 0 }
        var left: Double { corners.map(\.x).min() ?? 0 }
        var right: Double { corners.map(\.x).max() ?? 0 }
    }

    struct Label: Sendable, Equatable {
        let text: String
        let colour: Annotation.Colour
        let x: Double
        let y: Double
    }

    var title: String
    /// When it was made, for people.
    var date: String
    var nodes: [Node]
    var links: [Link]
    var view = MapView.all
    var boundaries: [Boundary] = []
    var labels: [Label] = []
    /// Icons that people brought, by their ids.
    var pictures: [Int64: KeptPicture] = [:]

    /// Left, top, right and bottom around all discs and their words.
    var box: (left: Double, top: Double, right: Double, bottom: Double) {
        var box = (left: -100.0, top: -60.0, right: 100.0, bottom: 60.0)
        if let first = nodes.first { box = discs(from: first) }
        for boundary in boundaries {
            box.left = min(box.left, boundary.left - 10)
            box.right = max(box.right, boundary.right + 10)
            box.top = min(box.top, boundary.top - 26)
            box.bottom = max(box.bottom, boundary.bottom + 10)
        }
        for label in labels {
            let half = Double(label.text.count) * 5 + 10
            box.left = min(box.left, label.x - half)
            box.right = max(box.right, label.x + half)
            box.top = min(box.top, label.y - 24)
            box.bottom = max(box.bottom, label.y + 16)
        }
        for loop in links.compactMap(loop(of:)) {
            box.left = min(box.left, loop.x - loop.radius - 10)
            box.right = max(box.right, loop.x + loop.radius + 10)
            box.top = min(box.top, loop.y - loop.radius - 10)
        }
        return box
    }

    private func discs(from first: Node) -> (left: Double, top: Double, right: Double, bottom: Double) {
        var box = (left: first.x, top: first.y, right: first.x, bottom: first.y)
        for node in nodes {
            box.left = min(box.left, node.x)
            box.right = max(box.right, node.x)
            box.top = min(box.top, node.y)
            box.bottom = max(box.bottom, node.y)
        }
        return (box.left - 90, box.top - 44, box.right + 90, box.bottom + 70)
    }

    /// Where the curve of a link is pulled to, in the manner of the page.
    func control(of link: Link) -> (x: Double, y: Double) {
        let (a, b) = (nodes[link.from], nodes[link.to])
        let (dx, dy) = (b.x - a.x, b.y - a.y)
        let length = max(1, (dx * dx + dy * dy).squareRoot())
        return (
            (a.x + b.x) / 2 - dy / length * link.bend * 2, (a.y + b.y) / 2 + dx / length * link.bend * 2
        )
    }
}

/// Words made safe for any file: what people type may hold line breaks, control characters and marks that turn the
/// direction of everything behind them.
enum ExportText {
    static let longest = 160

    static func line(_ text: String, longest: Int = longest) -> String {
        var scalars = String.UnicodeScalarView()
        var count = 0
        var isBlank = true
        for scalar in text.unicodeScalars {
            if count == longest {
                scalars.append("…")
                break
            }
            switch scalar.value {
            case 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20, 0x85, 0x2028, 0x2029:
                if !isBlank {
                    scalars.append(" ")
                    count += 1
                }
                isBlank = true
                continue
            case 0..<0x20, 0x7F..<0xA0, 0xFDD0...0xFDEF: continue
            case _ where scalar.turnsDirection: continue
            case let value where value & 0xFFFE == 0xFFFE: continue
            default: scalars.append(scalar)
            }
            count += 1
            isBlank = false
        }
        while scalars.last == " " { scalars.removeLast() }
        return String(scalars)
    }

    /// For XML, in text and in attributes.
    static func xml(_ text: String) -> String {
        var out = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": out += "&amp;"
            case "<": out += "&lt;"
            case ">": out += "&gt;"
            case "\"": out += "&quot;"
            case "'": out += "&#39;"
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out
    }

    /// As short as a place needs to be said: two digits behind the point, and never an exponent.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let hundredths = Int64((min(max(value, -1e12), 1e12) * 100).rounded())
        let (whole, part) = (abs(hundredths) / 100, abs(hundredths) % 100)
        let sign = hundredths < 0 ? "-" : ""
        if part == 0 { return "\(sign)\(whole)" }
        if part % 10 == 0 { return "\(sign)\(whole).\(part / 10)" }
        return "\(sign)\(whole).\(part < 10 ? "0" : "")\(part)"
    }

    static func speed(_ mbps: Int64?) -> String? {
        guard let mbps, mbps > 0 else { return nil }
        return mbps >= 1_000 ? "\(number((Double(mbps) / 100).rounded() / 10)) Gbit/s" : "\(mbps) Mbit/s"
    }
}

extension ExportScene.Link {
    /// What is written at the line.
    var words: String { [label, medium, ExportText.speed(speed)].compactMap { $0 }.joined(separator: " · ") }
}
