/// The maps, and what people gave to nodes on each: places, and another look.
struct SavedPlaces: Sendable, Equatable {
    /// By map, then by object. Every map has an entry.
    private(set) var places: [Int64: [Int64: Place]] = [:]
    /// By map, then by object.
    private(set) var appearances: [Int64: [Int64: Appearance]] = [:]
    /// 0 while there is no map.
    private(set) var defaultMap: Int64 = 0

    init() {}

    func has(_ map: Int64) -> Bool { places[map] != nil }

    func places(of id: Int64) -> [PlacedNode] {
        places.keys.sorted().compactMap { map in
            places[map]?[id].map { PlacedNode(map: map, id: id, place: $0) }
        }
    }

    func appearances(of id: Int64) -> [NodeOnMap] {
        appearances.keys.sorted().filter { appearances[$0]?[id] != nil }.map { NodeOnMap(map: $0, id: id) }
    }

    mutating func add(_ map: Int64, isDefault: Bool) {
        if places[map] == nil { places[map] = [:] }
        if isDefault || defaultMap == 0 { defaultMap = map }
    }

    mutating func remove(_ map: Int64) {
        places[map] = nil
        appearances[map] = nil
        if defaultMap == map { defaultMap = places.keys.min() ?? 0 }
    }

    /// Answers whether anything is different now. A map that is gone takes no places.
    @discardableResult
    mutating func set(_ id: Int64, _ place: Place?, on map: Int64) -> Bool {
        guard places[map] != nil, places[map]?[id] != place else { return false }
        places[map]?[id] = place
        return true
    }

    /// The same for how a map shows a node.
    @discardableResult
    mutating func dress(_ id: Int64, _ appearance: Appearance, on map: Int64) -> Bool {
        guard places[map] != nil, appearances[map]?[id] != appearance else { return false }
        appearances[map, default: [:]][id] = appearance
        return true
    }

    /// The same places, and nodes that look as they do there.
    func dressed(as other: SavedPlaces) -> SavedPlaces {
        var all = self
        all.appearances = other.appearances
        return all
    }

    mutating func forget(_ id: Int64) {
        for map in places.keys { places[map]?[id] = nil }
        for map in appearances.keys { appearances[map]?[id] = nil }
    }
}
