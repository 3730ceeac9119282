import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Persistence

/// The map as it was: `GET /topology?at=` hands over to this; moments with changes; the difference of two moments.
struct HistoryRoutes: Sendable {
    let store: any Store
    let picture: TopologyPicture
    let desk: HistoryDesk

    init(store: any Store, picture: TopologyPicture) {
        self.store = store
        self.picture = picture
        desk = HistoryDesk(store: store)
    }

    func register(in api: inout API) {
        let routes = self
        api.get(
            "topology/moments", "List the moments at which the map changed", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField("from", .format("date-time"), "Only later moments."),
                    QueryField("to", .format("date-time"), "No later moments."),
                    QueryField("order", .choice(["newest", "oldest"]), "Which come first; without, the newest."),
                    QueryField("limit", .integer, "The most moments, from 1 to \(Moments.most); without, 50."),
                    QueryField(
                        "map", .integer, "The map whose moves are told; without, the first one.", mayBeMissing: true),
                ], answer: .json(Moments.shape))
        ) { call in try await routes.moments(call) }
        api.get(
            "topology/changes", "What is different on the map between two moments", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField("from", .format("date-time"), "The earlier moment."),
                    QueryField("to", .format("date-time"), "The later moment; without, now."),
                    QueryField(
                        "map", .integer, "The map whose places are compared; without, the first one.",
                        mayBeMissing: true),
                    QueryField(
                        "limit", .integer,
                        "The most objects, and the most relations, from 0 to \(DifferenceAnswer.most); without, 1000."),
                ], answer: .json(DifferenceAnswer.shape))
        ) { call in try await routes.changes(call) }
        registerLooks(in: &api)
    }

    private func registerLooks(in api: inout API) {
        let looks = MapLooks(store: store, history: self)
        api.get(
            "maps/:id/look", "When one last looked at a map, and how much changed since", needs: .may(.viewMap),
            .init(answer: .json(MapLook.shape))
        ) { call in try await looks.look(at: call.path("id"), by: call.caller) }
        api.put(
            "maps/:id/look", "Say that one has seen a map as it is now, or as it was after an event",
            needs: .may(.viewMap), .init(answer: .json(MapLook.shape))
        ) { (call: Call<MapLookDraft>) in
            try await looks.seen(call.body, of: call.path("id"), by: call.caller)
            return try await looks.look(at: call.path("id"), by: call.caller)
        }
    }

    /// The document of a map at a moment: nodes and edges of then, where they stood then. They look as the map shows them
    /// today: a kept state knows only how that was when it was made.
    func document(at text: String, on map: Int64?, _ filter: TopologyFilter?) async throws -> [UInt8] {
        guard let at = Self.moment(text) else { throw Self.refusal(["at": Self.momentHelp]) }
        let map = try self.map(map)
        let found = try await desk.state(at: at)
        let today = picture.moment?.graph.maps ?? SavedPlaces()
        return try await desk.work {
            var graph = found.state.graph
            graph.dress(as: today)
            return graph.document(on: map, eventID: 0, filter: filter, past: PastHead(found))
        }
    }

    func difference(
        on map: Int64, from older: HistoryDesk.Point, to newer: HistoryDesk.Point
    ) async throws -> (MapDifference, older: HistoryDesk.Found, newer: HistoryDesk.Found) {
        let (then, now, fields) = try await desk.states(at: older, and: newer)
        let difference = try await desk.work {
            MapDifference(from: then.state.graph, to: now.state.graph, on: map, fields)
        }
        return (difference, then, now)
    }

    /// The map that was asked for, or the first one.
    private func map(_ asked: Int64?) throws -> Int64 {
        guard let version = picture.version else { throw TopologyDocuments.notLoaded }
        let map = asked ?? version.defaultMap
        guard picture.hasMap(map) else { throw AppError.notFound("This map") }
        return map
    }

    private func changes(_ call: Call<Nothing>) async throws -> Reply {
        var problems: [String: String] = [:]
        var (from, to): (Instant?, Instant?)
        var limit = 1_000
        var asked: Int64?
        for (name, value) in call.queryItems {
            switch name {
            case "from": from = Self.moment(value, name, &problems)
            case "to": to = Self.moment(value, name, &problems)
            case "map": asked = Self.map(value, &problems)
            case "limit": limit = Self.number(value, 0...DifferenceAnswer.most, &problems) ?? limit
            default: problems[name] = "There is no such choice."
            }
        }
        if from == nil, problems["from"] == nil { problems["from"] = "Say from which moment on." }
        if let from, let to, to < from { problems["to"] = "Choose a moment that is not before the other." }
        guard problems.isEmpty, let from else { throw Self.refusal(problems) }
        let (difference, then, now) = try await difference(
            on: try map(asked), from: .moment(from), to: to.map(HistoryDesk.Point.moment) ?? .now)
        let answer = DifferenceAnswer(difference: difference, older: then, newer: now, limit: limit)
        return Reply(unkept: try await answer.write(in: store))
    }

    private func moments(_ call: Call<Nothing>) async throws -> Reply {
        var problems: [String: String] = [:]
        var query = Moments.Query()
        for (name, value) in call.queryItems {
            switch name {
            case "from": query.from = Self.moment(value, name, &problems)
            case "to": query.to = Self.moment(value, name, &problems)
            case "map": query.map = Self.map(value, &problems)
            case "limit": query.limit = Self.number(value, 1...Moments.most, &problems) ?? query.limit
            case "order" where value == "oldest": query.isOldestFirst = true
            case "order" where value == "newest": continue
            case "order": problems[name] = "Use newest or oldest."
            default: problems[name] = "There is no such choice."
            }
        }
        guard problems.isEmpty else { throw Self.refusal(problems) }
        query.map = try map(query.map)
        let (moments, hasMore, reach) = try await Moments(store: store).list(query)
        let writer = Moments.answer(moments, hasMore: hasMore, reach, showsActor: call.caller.may(.viewAudit))
        return Reply(unkept: writer)
    }

    // MARK: Reading the query

    private static let momentHelp = "Use a moment such as 2026-11-24T08:00:00Z."

    private static func refusal(_ problems: [String: String]) -> AppError {
        AppError(.invalid, "The past of the map could not be told like this.", fields: problems)
    }

    private static func moment(_ text: String) -> Instant? {
        RFC3339.milliseconds(text).map(Instant.init(milliseconds:))
    }

    private static func moment(_ text: String, _ name: String, _ problems: inout [String: String]) -> Instant? {
        let found = moment(text)
        if found == nil { problems[name] = momentHelp }
        return found
    }

    private static func map(_ text: String, _ problems: inout [String: String]) -> Int64? {
        if let id = Int64(text), id > 0 { return id }
        problems["map"] = "Use the number of a map."
        return nil
    }

    private static func number(_ text: String, _ range: ClosedRange<Int>, _ problems: inout [String: String]) -> Int? {
        if let number = Int(text), range.contains(number) { return number }
        problems["limit"] = "Use a whole number from \(range.lowerBound) to \(range.upperBound)."
        return nil
    }
}
