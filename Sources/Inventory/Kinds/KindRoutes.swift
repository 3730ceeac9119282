import HTTPKit
import JSONKit
import Kernel
import NIOCore

struct KindRoutes: Sendable {
    /// Kinds do not change while the daemon runs.
    private let document: Reply

    init() {
        var writer = JSONWriter(capacity: 100_000)
        writer.beginObject()
        writer.name("items")
        writer.beginArray()
        for kind in Kind.all { kind.describe(to: &writer) }
        writer.endArray()
        writer.member("next", nil as String?)
        writer.endObject()
        document = Reply(json: writer)
    }

    func register(in api: inout API) {
        let document = document
        api.get(
            "kinds", "List the kinds of objects and their fields", needs: .may(.viewInventory),
            .init(answer: .json(.page(of: .map(.any))))
        ) { _ in document }
    }
}
