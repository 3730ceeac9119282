import DaemonConfig
import HTTPKit
import Hummingbird
import Kernel
import Logging
import NIOCore
import NIOPosix
import Persistence
import SecretVault
import SecurityPolicy
import ServiceLifecycle
import Serving
import Systemd
import UnixSignals

/// The whole daemon, put together from a configuration. The only place that knows every part.
package struct DaemonApp: Sendable {
    let store: any Store
    let tls: TLSKeeper?
    let group: ServiceGroup
    /// Whether it ended to start anew.
    let restart: RestartWish

    /// Opens everything that can fail without a socket. Nothing listens yet.
    /// `onRunning` is told where the daemon listens once it does.
    package init(
        _ configuration: Configuration, systemd: SystemdEnvironment = SystemdEnvironment([:]),
        clock: any WallClock = SystemClock(), pace: TLSKeeper.Pace = .init(), logger: Logger,
        onRunning: @escaping @Sendable ([Listener.Address]) async -> Void = { _ in }
    ) async throws {
        let notifier = ReadinessNotifier(systemd)
        let plan = try ListenPlan(configuration, inherited: systemd.inheritedSockets)
        let data = DataDirectory(path: configuration.data.directory)
        try data.prepare()
        let tls = try TLSKeeper.open(configuration.tls, clock: clock, logger: logger, pace: pace)
        let opened = try OpenedStore(configuration, in: data, clock: clock)
        // systemd waits for READY as long as it has been told to; a large database takes longer.
        try await opened.migrate(logger: logger) { notifier.extendTimeout(.seconds(600)) }
        let store = opened.store
        let restart = RestartWish()
        let modules = try Modules(store: store, configuration: configuration, clock: clock, logger: logger) {
            restart.raise()
        }

        let headers = SecurityHeaders(origins: .all, hasStrictTransport: tls != nil)
        let setupCode = try await modules.begin(data: data, tls: tls, headers: headers, clock: clock)
        let routes = Routes(modules, tls: tls)
        let pages = try StaticPages(folder: "\(configuration.data.shareDirectory)/web")
        let app = AppResponder(
            router: routes.responder, endpoints: routes.endpoints, pages: pages, headers: headers,
            maximumInFlight: configuration.server.limits.requestsInFlight,
            observe: modules.observe)
        modules.watch(requestsInFlight: { app.requestsInFlight })
        modules.prepareGoLive(configuration, clock: clock)
        let proxies = TrustedProxies(
            configuration.server.trustedProxies, publicURL: configuration.server.publicURL)
        let live = try await modules.live(requiresTLS: configuration.requireWSS, proxies: proxies, logger: logger)
        let deadlines = RequestDeadlines()
        let path = RequestPath(
            app: app, proxies: proxies, deadlines: deadlines, date: HTTPDate(clock),
            bodyLimit: configuration.server.limits.bodyBytes, timeLimit: configuration.server.limits.request,
            logger: logger)
        let announcement = Announcement(
            configuration, setupCode: setupCode, codeFile: data.setupCode, notifier: notifier, logger: logger)
        let listener = Listener(
            configuration: ListenerConfiguration(
                endpoints: plan.endpoints, limits: .init(configuration.server.limits), stopGrace: .seconds(8)),
            tls: tls?.box, refusals: .errors(headers),
            responder: { try await path.serve($0, $1, $2, $3) },
            webSocket: live.decide, isProxy: { proxies.contains($0) }, logger: logger,
            onRunning: { addresses in
                announcement.running(addresses)
                await onRunning(addresses)
            })

        // The last of the list stops first: nothing is asked of a part that is gone.
        var services: [any Service] = [HeapTrim()] + modules.services + live.services
        if let tls { services.append(tls) }
        services.append(deadlines)
        services.append(
            ReloadSignal(
                tls: tls, vault: modules.vault.vault, announcement: announcement, notifier: notifier, logger: logger))
        services.append(Watchdog(systemd, logger: logger) { await Self.isServing() })
        services += [listener, StopNotice(notifier), restart]
        self.store = store
        self.tls = tls
        self.restart = restart
        group = Self.group(services, logger: logger)
    }

    private static func group(_ services: [any Service], logger: Logger) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: services.map { service in
                .init(
                    service: service,
                    successTerminationBehavior: service is RestartWish ? .gracefullyShutdownGroup : .cancelGroup,
                    serviceName: "\(type(of: service))")
            },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        configuration.maximumGracefulShutdownDuration = .seconds(10)
        configuration.maximumCancellationDuration = .seconds(3)
        return ServiceGroup(configuration: configuration)
    }

    /// Serves until a signal says stop, or `stop()`.
    package func run() async throws {
        do {
            try await group.run()
        } catch {
            // The first reason is the one to tell.
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    package func stop() async {
        await group.triggerGracefulShutdown()
    }

    /// What every request needs: each event loop turns, and tasks are run (this is one).
    private static func isServing() async -> Bool {
        for loop in MultiThreadedEventLoopGroup.singleton.makeIterator() {
            // A loop that is gone does not serve.
            guard (try? await loop.submit({ true }).get()) == true else { return false }
        }
        return true
    }
}
