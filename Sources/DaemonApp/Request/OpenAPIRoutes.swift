import HTTPKit
import JSONKit
import Kernel
import NIOCore
import Synchronization

/// `/api/v1/openapi.json`, and the same for the command line. Written when it is first asked for: a start has no use
/// for it.
final class OpenAPIRoutes: Sendable {
    private let document = Mutex<@Sendable () -> OpenAPIDocument?>({ nil })
    private let text = Mutex<ByteBuffer?>(nil)

    func register(in api: inout API) {
        api.get(
            "openapi.json", "This document", needs: .nothing,
            .init(answer: .json(.any))
        ) { [self] (_: Call<Nothing>) in
            Reply(json(), contentType: "application/json; charset=utf-8")
        }
    }

    /// Called once, when every endpoint is known.
    func describe(_ endpoints: [HTTPKit.Endpoint], _ components: [String: JSONShape]) {
        document.withLock { $0 = { OpenAPIDocument(endpoints: endpoints, components: components) } }
    }

    func json() -> ByteBuffer {
        text.withLock { text in
            if let text { return text }
            var writer = JSONWriter()
            let value = document.withLock { $0() }?.json(version: Version.current) ?? .null
            value.write(to: &writer)
            let made = ByteBuffer(bytes: writer.bytes)
            text = made
            return made
        }
    }
}
