import HTTPKit
import Kernel
import Logging
import Persistence
import Probes
import ServiceLifecycle

/// What `DaemonApp` needs of this context: its routes and its services.
package struct DiscoveryModule: Sendable {
    private let knowledge: SelfKnowledge
    private let machine: LocalMachine
    private let logger: Logger

    package init(store: any Store, clock: any WallClock, logger: Logger) {
        self.init(store: store, machine: LocalMachine(clock: clock), logger: logger)
    }

    package init(store: any Store, machine: LocalMachine, logger: Logger) {
        self.machine = machine
        self.logger = logger
        let vendors = VendorBook(HardwareVendors())
        knowledge = SelfKnowledge(
            store: store,
            newest: NewestReport(read: { try await machine.read() }, vendors: { await vendors.names(for: $0) }))
    }

    package func register(in api: inout API) {
        SelfRoutes(knowledge: knowledge).register(in: &api)
    }

    package var services: [any Service] {
        [SelfWatch(knowledge: knowledge, machine: machine, logger: logger)]
    }
}
