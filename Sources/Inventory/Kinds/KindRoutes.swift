import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore

struct KindRoutes: Sendable {
    /// Kinds do not change while the daemon runs, and are the same for everybody: they are written and compressed once.
    private let document: Reply
    private let gzip: Reply

    init() {
        var writer = JSONWriter(capacity: 100_000)
        writer.beginObject()
        writer.name("items")
        writer.beginArray()
        for kind in Kind.all { kind.describe(to: &writer) }
        writer.endArray()
        writer.member("next", nil as String?)
        writer.endObject()
        document = Reply(json: writer, headers: [.vary: "Accept-Encoding"])
        gzip = document.gzipped(level: 6)
    }

    func register(in api: inout API) {
        let (document, gzip) = (document, gzip)
        api.get(
            "kinds", "List the kinds of objects and their fields", needs: .may(.viewInventory),
            .init(answer: .json(.page(of: .map(.any))))
        ) { call in call.accepts(encoding: "gzip") ? gzip : document }
    }
}
