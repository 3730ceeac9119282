import HTTPKit
import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Everything of this context in one piece: made once by `DaemonApp`, which mounts its routes and runs its services.
package struct VaultModule: Sendable {
    package let vault: SecretVault

    /// `folder` is the data directory.
    package init(
        store: any Store, supplied: SuppliedKey?, folder: String?, clock: any WallClock = SystemClock(), logger: Logger
    ) {
        vault = SecretVault(store: store, supplied: supplied, folder: folder, clock: clock, logger: logger)
    }

    package func register(in api: inout API) {
        VaultRoutes(vault: vault).register(in: &api)
    }

    package var services: [any Service] { [VaultRotation(vault: vault)] }
}
