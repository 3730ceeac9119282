import JSONKit
import Logging
import Persistence
import ServiceLifecycle
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("The first map is laid out ahead")
struct LayoutsAheadTests {
    @Test("whoever opens the map finds its layout made, also after a change", arguments: Engine.available)
    func ahead(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        _ = try await lab.hardware("a")
        try await lab.picture.load()
        let desk = LayoutDesk()
        let maps = Maps(store: lab.store)
        let routes = try RouteHarness {
            LayoutRoutes(picture: lab.picture, maps: maps, matches: QueryMatches(store: lab.store), desk: desk)
                .register(in: &$0)
        }
        let bus = EventBus()
        let service = LayoutsAhead(
            picture: lab.picture, maps: maps, matches: QueryMatches(store: lab.store), desk: desk, bus: bus,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, pause: .zero)

        try await withThrowingTaskGroup { group in
            group.addTask { try await service.run() }
            while desk.madeCount < 1 { await Task.yield() }
            #expect(try await routes.get("topology/layout?pins=placed").status == 200)
            #expect(desk.madeCount == 1)

            _ = try await lab.hardware("b")
            for event in try await lab.events(after: lab.picture.version?.eventID ?? 0) {
                try lab.picture.take(event)
                bus.publish(event)
            }
            while desk.madeCount < 2 { await Task.yield() }
            let answer = try await routes.get("topology/layout?pins=placed")
            #expect(try answer.json().objectValue?["places"]?.arrayValue?.count == 2)
            #expect(desk.madeCount == 2)
            group.cancelAll()
        }
    }

    @Test("a lab that is read after the start is laid out then", .timeLimit(.minutes(1)))
    func later() async throws {
        let lab = try await Lab(.sqlite)
        _ = try await lab.hardware("a")
        let desk = LayoutDesk()
        let service = LayoutsAhead(
            picture: lab.picture, maps: Maps(store: lab.store), matches: QueryMatches(store: lab.store), desk: desk,
            bus: EventBus(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, pause: .zero)

        try await withThrowingTaskGroup { group in
            group.addTask { try await service.run() }
            #expect(desk.madeCount == 0)
            try await lab.picture.load()
            while desk.madeCount < 1 { await Task.yield() }
            group.cancelAll()
        }
        // It also ends when it is told to before there is anything.
        let early = try await Lab(.sqlite)
        await withTaskGroup { group in
            group.addTask { await early.picture.untilLoaded() }
            group.cancelAll()
        }
        #expect(!early.picture.isLoaded)
    }

    @Test("where every place is saved nothing is laid out")
    func saved() async throws {
        let lab = try await Lab(.sqlite)
        let one = try await lab.hardware("a")
        try await lab.place([(one, 10, 20)])
        try await lab.picture.load()
        let desk = LayoutDesk()
        let routes = try RouteHarness {
            LayoutRoutes(
                picture: lab.picture, maps: Maps(store: lab.store), matches: QueryMatches(store: lab.store), desk: desk
            ).register(in: &$0)
        }

        let answer = try await routes.get("topology/layout?pins=placed")

        #expect(try answer.json().objectValue?["places"]?.arrayValue?.count == 0)
        #expect(desk.madeCount == 0)
    }
}
