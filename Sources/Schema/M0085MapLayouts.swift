import Persistence

extension Migration {
    /// The layout that people chose for a map; without one, it is laid out by force.
    static let m0085MapLayouts = Migration(number: 85, name: "map_layouts") { _ in
        ["ALTER TABLE maps ADD COLUMN layout TEXT"]
    }
}
