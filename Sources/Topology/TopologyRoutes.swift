import Crypto
import HTTPKit
import HTTPTypes
import Inventory
import JSONKit
import Kernel
import NIOCore
import Persistence

/// `GET /topology`: the map as one document, out of memory; with `at`, as it was, out of the audit trail.
struct TopologyRoutes: Sendable {
    let picture: TopologyPicture
    let documents: TopologyDocuments
    let history: HistoryRoutes
    let matches: QueryMatches

    init(picture: TopologyPicture, history: HistoryRoutes, matches: QueryMatches) {
        self.picture = picture
        self.history = history
        self.matches = matches
        documents = TopologyDocuments(picture: picture)
    }

    func register(in api: inout API) {
        let routes = self
        api.component("MapNode", MapShape.node)
        api.component("MapEdge", MapShape.edge)
        api.component("Topology", Self.shape)
        api.get(
            "topology", "Read the map: nodes, edges and places", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField(
                        "map", .integer, "The map whose places come along; without, the first one.", mayBeMissing: true),
                    QueryField(
                        "at", .format("date-time"),
                        "The map as it was at this moment; its nodes stand where they do now."),
                ] + TopologyFilter.queryFields, answer: .json(.named("Topology")), alsoAnswers: [.notModified])
        ) { call in try await routes.answer(call) }
        api.get(
            "topology/matches", "Which nodes a query finds, by id", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField("q", .text(minimum: nil, maximum: QueryMatches.longest), QueryMatches.summary),
                    QueryField("gone", .boolean, "Also what lies in the trash: for maps of the past."),
                ], answer: .json(Self.matchesShape))
        ) { call in try await routes.found(call) }
    }

    private func answer(_ call: Call<Nothing>) async throws -> Reply {
        let isCompressed = call.accepts(encoding: "gzip")
        let items = call.queryItems
        let map = items.isEmpty ? nil : try call.queryID("map")
        if let at = items.first(where: { $0.name == "at" })?.value {
            let filter = try await TopologyFilter(items.filter { $0.name != "at" }, by: matches, withTrash: true)
            let bytes = try await history.document(at: at, on: map, filter)
            return Self.reply(bytes, isCompressed: isCompressed, call)
        }
        if let filter = items.isEmpty ? nil : try await TopologyFilter(items, by: matches) {
            return try await filtered(filter, on: map, isCompressed: isCompressed, call)
        }
        let document = try await documents.document(of: map, plain: !isCompressed)
        let tag = isCompressed ? document.gzipTag : document.tag
        let headers = Self.headers(tag: tag, isCompressed: isCompressed)
        if call.holds(etag: tag) { return .notModified(headers) }
        let body = isCompressed ? document.gzip : document.plain ?? ByteBuffer()
        return Reply(body, contentType: Self.contentType, headers: headers)
    }

    /// Pages ask this while somebody types, and keep what they draw. What was there in the past is found by what is known of
    /// it now, and what was purged since is not found.
    private func found(_ call: Call<Nothing>) async throws -> Reply {
        let moment = try await picture.latest()
        let withTrash = call.query("gone") == "true"
        let text = call.query("q") ?? ""
        let found = try await matches.ids(text, kinds: ObjectKind.nodes.map(\.rawValue), withTrash: withTrash)
        let ids = found?.sorted() ?? moment.graph.shownIDs(nil, on: moment.version.defaultMap)
        var writer = JSONWriter(capacity: ids.count * 7 + 64)
        writer.beginObject()
        writer.member("event_id", moment.version.eventID)
        writer.name("ids")
        writer.beginArray()
        for id in ids { writer.integer(id) }
        writer.endArray()
        writer.endObject()
        return Reply(unkept: writer)
    }

    private static let matchesShape: JSONShape = .object([
        .init(name: "event_id", shape: .integer, isRequired: true, summary: "The newest event that was known."),
        .init(name: "ids", shape: .array(.integer), isRequired: true),
    ])

    /// A part is written for the one who asked; nothing of it is kept.
    private func filtered(
        _ filter: TopologyFilter, on map: Int64?, isCompressed: Bool, _ call: Call<Nothing>
    ) async throws -> Reply {
        let moment = try await picture.latest()
        let map = map ?? moment.version.defaultMap
        guard moment.graph.maps.has(map) else { throw AppError.notFound("This map") }
        let bytes = moment.graph.document(on: map, eventID: moment.version.eventID, filter: filter)
        return Self.reply(bytes, isCompressed: isCompressed, call)
    }

    private static func reply(_ bytes: [UInt8], isCompressed: Bool, _ call: Call<Nothing>) -> Reply {
        let gzip = isCompressed && bytes.count > 1_024 ? Gzip.compress(bytes, level: 3) : nil
        let tag = "\"\(SHA256.hash(data: gzip ?? bytes).hexText.prefix(32))\""
        let headers = headers(tag: tag, isCompressed: gzip != nil)
        if call.holds(etag: tag) { return .notModified(headers) }
        return Reply(ByteBuffer(bytes: gzip ?? bytes), contentType: contentType, headers: headers)
    }

    private static let contentType = "application/json; charset=utf-8"

    /// `no-cache` lets a browser keep it and makes it ask each time.
    private static func headers(tag: String, isCompressed: Bool) -> HTTPFields {
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache", .vary: "Accept-Encoding"]
        if isCompressed { headers[.contentEncoding] = "gzip" }
        return headers
    }

    private static let shape: JSONShape = .object([
        .init(name: "event_id", shape: .integer, isRequired: true, summary: "The newest event the document includes."),
        .init(name: "map", shape: .integer, isRequired: true),
        .init(name: "past", shape: PastHead.shape, isRequired: false),
        .init(name: "nodes", shape: .array(.named("MapNode")), isRequired: true),
        .init(name: "edges", shape: .array(.named("MapEdge")), isRequired: true),
    ])
}
