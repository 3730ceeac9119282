/// Who a value comes from, as `source` and `sources` tell it.
package struct Origin: Sendable, Equatable {
    /// `person`, `import`, `self` (what the machine knows of itself) …
    package let source: String
    /// Stores an address or a port although somebody else holds it.
    package let allowsConflicts: Bool

    package init(_ source: String, allowsConflicts: Bool = false) {
        self.source = source
        self.allowsConflicts = allowsConflicts
    }

    package static let person = Origin("person")
    package static let importer = Origin("import")

    /// Fields of these sources are never overwritten by a machine.
    package static let humans: Set<String> = ["person", "import"]
}
