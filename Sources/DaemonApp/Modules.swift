import DaemonConfig
import HTTPKit
import Hummingbird
import Kernel
import Logging
import Persistence
import ServiceLifecycle

/// Every context, made once, in one place. A new one is a line here, in `register` and in `services`.
struct Modules: Sendable {
    let gatekeeper: any Gatekeeper

    init(store: any Store, configuration: Configuration, clock: any WallClock, logger: Logger) {
        gatekeeper = ClosedGate()
    }

    func register(in api: inout API) {
        api.get("health", "Says that the daemon answers", needs: .nothing) { (_: Call<Nothing>) in
            AliveAnswer()
        }
    }

    var services: [any Service] { [] }
}

/// The router with everything mounted, and what there is to say about it.
struct Routes: Sendable {
    let responder: RouterResponder<AppContext>
    let endpoints: [HTTPKit.Endpoint]
    let document: OpenAPIRoutes

    init(_ modules: Modules, tls: TLSKeeper?) {
        let router = Router(context: AppContext.self, options: .autoGenerateHeadEndpoints)
        var api = API(router: router.group("/api/v1"), gatekeeper: modules.gatekeeper)
        modules.register(in: &api)
        let document = OpenAPIRoutes()
        document.register(in: &api)
        document.describe(api.endpoints, api.components)
        RootCertificateRoutes(tls: tls).register(in: router)
        endpoints = api.endpoints
        responder = router.buildResponder()
        self.document = document
    }
}
