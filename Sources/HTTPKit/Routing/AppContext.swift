import Hummingbird
import Kernel
import Logging

package struct AppContext: RequestContext {
    package var coreContext: CoreRequestContextStorage
    /// Filled by the responder before routing.
    package var origin = RequestOrigin()
    package var requestID = ""
    /// The largest body a route takes unless it says otherwise, in bytes.
    package var bodyLimit = 1 << 20

    package init(source: Source) {
        coreContext = .init(source: source)
    }
}
