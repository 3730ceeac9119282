import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

struct MapRoutes: Sendable {
    let maps: Maps

    func register(in api: inout API) {
        let maps = maps
        api.get(
            "maps", "List the maps, the default one first", needs: .may(.viewMap),
            .init(answer: .json(.page(of: SavedMap.shape)))
        ) { _ in Listing(items: try await maps.list()) }
        api.post("maps", "Create a map", needs: .may(.editMap), .init(answer: .json(SavedMap.shape))) {
            (call: Call<MapDraft>) in
            try await maps.create(call.body, by: call.caller).reply(isNew: true)
        }
        api.patch("maps/:id", "Rename a map, or make it the default", needs: .may(.editMap)) {
            (call: Call<MapPatch>) in
            try await maps.update(
                call.path("id"), call.body, expected: call.expectedRevision(), by: call.caller)
        }
        api.delete("maps/:id", "Delete a map and its places", needs: .may(.editMap)) { call in
            try await maps.delete(call.path("id"), expected: call.expectedRevision(), by: call.caller)
        }
        api.put("maps/:id/positions", "Save where nodes stand on a map", needs: .may(.editMap)) {
            (call: Call<PlacesDraft>) in
            try await maps.place(call.body, on: call.path("id"), by: call.caller)
            return Nothing()
        }
        api.delete("maps/:id/positions", "Forget where nodes stand on a map", needs: .may(.editMap)) { call in
            try await maps.forgetPlaces(on: call.path("id"), by: call.caller)
        }
    }
}

extension SavedMap {
    func reply() -> Reply { reply(isNew: false) }

    func reply(isNew: Bool) -> Reply {
        unkept(revision: revision, location: isNew ? "/api/v1/maps/\(id)" : nil)
    }
}
