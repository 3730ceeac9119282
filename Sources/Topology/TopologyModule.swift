import HTTPKit
import Inventory
import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// What `DaemonApp` needs of this context: its routes, its services, and the picture that the live stream asks for
/// differences.
package struct TopologyModule: Sendable {
    /// The source of `topology.delta` frames.
    package let picture: TopologyPicture
    private let store: any Store
    private let bus: EventBus
    private let door: any ShareDoor
    private let logger: Logger
    private let layouts = LayoutDesk()

    package init(store: any Store, bus: EventBus, door: any ShareDoor, logger: Logger) {
        self.store = store
        self.bus = bus
        self.door = door
        self.logger = logger
        picture = TopologyPicture(store: store)
    }

    package func register(in api: inout API) {
        let history = HistoryRoutes(store: store, picture: picture)
        let matches = QueryMatches(store: store)
        TopologyRoutes(picture: picture, history: history, matches: matches).register(in: &api)
        history.register(in: &api)
        let maps = Maps(store: store)
        LayoutRoutes(picture: picture, maps: maps, matches: matches, desk: layouts).register(in: &api)
        let exports = ExportDesk(picture: picture, maps: maps, layouts: layouts, matches: matches)
        ExportRoutes(desk: exports).register(in: &api)
        let links = ShareLinks(store: store, door: door)
        ShareLinkRoutes(links: links, desk: SharedMapDesk(exports: exports)).register(in: &api)
        ImpactRoutes(store: store, picture: picture).register(in: &api)
        MapRoutes(maps: maps).register(in: &api)
        AppearanceRoutes(appearances: Appearances(store: store)).register(in: &api)
        AnnotationRoutes(annotations: Annotations(store: store), picture: picture).register(in: &api)
    }

    package var services: [any Service] {
        [
            TopologyFollower(picture: picture, bus: bus, logger: logger),
            LayoutsAhead(
                picture: picture, maps: Maps(store: store), matches: QueryMatches(store: store), desk: layouts,
                bus: bus,
                logger: logger),
        ]
    }
}
