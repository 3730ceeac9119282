import Foundation

/// A cable between two ports of one device, drawn as a loop at its disc in the manner of the page (`loops.model.js`).
struct ExportLoop: Sendable {
    let x: Double
    let y: Double
    let radius: Double
    /// The point that is furthest from the disc.
    let far: (x: Double, y: Double)

    /// Radians from the right, clockwise: names stand below, so loops take the upper half.
    private static let angles = [-2.53, -0.61, -1.5708]
    private static let disc = 20.0

    init(_ number: Int, at node: ExportScene.Node) {
        let turn = max(0, number - 1)
        let angle = Self.angles[turn % 3]
        radius = (0.55 + 0.25 * Double(turn / 3)) * Self.disc
        // All begin below the disc, so that the larger ones lie around the smaller.
        let away = 0.75 * Self.disc + radius
        let (ux, uy) = (cos(angle), sin(angle))
        (x, y) = (node.x + ux * away, node.y + uy * away)
        far = (x + ux * radius, y + uy * radius)
    }

    /// The middle of words of that width: beside the loop, or above one that is above its disc.
    func beside(width: Double) -> (x: Double, y: Double) {
        let side = ((far.x - x) / radius).rounded()
        return (x + side * (radius + 4 + width / 2), side == 0 ? y - radius - 10 : y)
    }
}

extension ExportScene {
    /// Nil for a link between two nodes.
    func loop(of link: Link) -> ExportLoop? {
        link.from == link.to ? ExportLoop(Int(link.bend), at: nodes[link.from]) : nil
    }
}
