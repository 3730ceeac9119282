import HTTPKit
import HTTPTypes
import Kernel
import Logging
import Persistence
import ServiceLifecycle
import Synchronization

/// Settings, health and metrics in one: made early, because the others register their checks and numbers with it.
package struct OperationsModule: Sendable {
    package typealias HealthObserver = @Sendable ([HealthItem]) async -> Void

    private final class Observers: Sendable {
        let all = Mutex<[HealthObserver]>([])
    }

    package let settings: Settings
    package let health: HealthChecks
    package let metrics: Metrics
    package let goLive: GoLive
    private let store: any Store
    private let version: String
    private let startedAt: Instant
    /// What the transactions say of the database; for `MeteredStore`.
    package let database: DatabaseWatch
    private let watch: HealthWatch
    private let observers: Observers

    package init(
        store: any Store, version: String, beginning: AppSettings = AppSettings(),
        clock: any WallClock = SystemClock(), logger: Logger,
        healthInterval: Duration = .seconds(15)
    ) {
        self.store = store
        self.version = version
        startedAt = clock.now
        settings = Settings(store: store, beginning: beginning)
        health = HealthChecks()
        metrics = Metrics(version: version, engine: store.dialect.rawValue, clock: clock)
        database = DatabaseWatch(store, logger: logger)
        let observers = Observers()
        self.observers = observers
        watch = HealthWatch(health, every: healthInterval, logger: logger) { items in
            for observer in observers.all.withLock({ $0 }) { await observer(items) }
        }
        goLive = GoLive(store: store, clock: clock)
        health.registerDatabase(store, watch: database)
    }

    /// Told the list once the services run, and whenever it is another one: the status stream.
    package func observeHealth(_ observer: @escaping HealthObserver) {
        observers.all.withLock { $0.append(observer) }
    }

    package func register(in api: inout API) {
        SettingsRoutes(settings: settings).register(in: &api)
        BrandingRoutes(desk: BrandingDesk(store: store, settings: settings)).register(in: &api)
        HealthRoutes(checks: health, version: version, startedAt: startedAt).register(in: &api)
        MetricsRoutes(metrics: metrics).register(in: &api)
        GoLiveRoutes(goLive: goLive).register(in: &api)
    }

    package var services: [any Service] { [database, watch] }

    /// Counts one answered request; for `AppResponder`.
    package func observe(_ outcome: RequestOutcome) {
        metrics.routes.meter(method: outcome.method.rawValue, route: outcome.route)
            .record(status: outcome.status.code, took: outcome.took)
    }
}
