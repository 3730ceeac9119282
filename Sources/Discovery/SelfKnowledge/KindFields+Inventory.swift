import Inventory

extension KindFields {
    /// The kinds of the inventory, as their tables of fields have them.
    package static let inventory = KindFields(
        Dictionary(
            uniqueKeysWithValues: Kind.all.map { kind in
                (kind.name, Dictionary(uniqueKeysWithValues: kind.allFields.map { ($0.name, $0.targets) }))
            }))
}
