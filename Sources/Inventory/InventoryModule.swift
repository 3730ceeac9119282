import HTTPKit
import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// What `DaemonApp` needs of this context: its routes and its services.
package struct InventoryModule: Sendable {
    private let store: any Store
    private let clock: any WallClock
    private let logger: Logger
    private let catalogue: Catalogue

    /// `catalogue` is the folder of the device catalogue; without one nothing is proposed.
    package init(store: any Store, catalogue folder: String? = nil, clock: any WallClock, logger: Logger) {
        self.store = store
        self.clock = clock
        self.logger = logger
        catalogue = Catalogue(folder: folder, logger: logger)
    }

    package func register(in api: inout API) {
        let objects = Objects(store: store)
        KindRoutes().register(in: &api)
        NoteRoutes(store: store).register(in: &api)
        IconRoutes(store: store).register(in: &api)
        ObjectRoutes(objects: objects, lists: ObjectLists(store: store, clock: clock)).register(in: &api)
        TrashRoutes(objects: objects).register(in: &api)
        TransferRoutes(store: store, clock: clock).register(in: &api)
        SearchRoutes(store: store, clock: clock).register(in: &api)
        SavedViewRoutes(views: SavedViews(store: store, clock: clock)).register(in: &api)
        ConflictRoutes(store: store).register(in: &api)
        AddressPlanRoutes(store: store).register(in: &api)
        CatalogueRoutes(catalogue: catalogue, store: store).register(in: &api)
    }

    package var services: [any Service] {
        [TrashKeeper(store: store, clock: clock, logger: logger)]
    }
}
