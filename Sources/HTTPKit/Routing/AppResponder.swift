import HTTPTypes
import Hummingbird
import Kernel
import Logging
import NIOCore
import Synchronization

/// What is told of every request when it is over: for metrics and the log.
package struct RequestOutcome: Sendable {
    package let method: HTTPRequest.Method
    /// The route's template, such as `/api/v1/networks/{id}`; nil when nothing matched.
    package let route: String?
    package let status: HTTPResponse.Status
    package let took: Duration
}

/// The outermost responder: request ids, the limit of requests in flight, routing, errors, security headers.
/// One struct instead of a chain of middlewares, so that the order is on one screen.
package struct AppResponder<Inner: HTTPResponder>: HTTPResponder where Inner.Context == AppContext {
    package typealias Context = AppContext

    private let router: Inner
    private let known: KnownPaths
    private let pages: StaticPages
    private let headers: SecurityHeaders
    private let gate: RequestGate
    private let observe: @Sendable (RequestOutcome) -> Void

    package init(
        router: Inner, endpoints: [Endpoint], pages: StaticPages, headers: SecurityHeaders, maximumInFlight: Int,
        observe: @escaping @Sendable (RequestOutcome) -> Void = { _ in }
    ) {
        self.router = router
        known = KnownPaths(endpoints)
        self.pages = pages
        self.headers = headers
        gate = RequestGate(limit: maximumInFlight)
        self.observe = observe
    }

    /// How many are worked on just now.
    package var requestsInFlight: Int { gate.current }

    package func respond(to request: Request, context: AppContext) async -> Response {
        let begin = ContinuousClock.now
        var context = context
        if context.requestID.isEmpty { context.requestID = RequestID.make() }
        var response = await answer(request, context)
        finish(&response, requestID: context.requestID)
        let outcome = RequestOutcome(
            method: request.method, route: context.endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil },
            status: response.status, took: begin.duration(to: .now))
        observe(outcome)
        return response
    }

    /// What every answer carries, also one that was given in this responder's place.
    package func finish(_ response: inout Response, requestID: String) {
        headers.add(to: &response.headers)
        response.headers[.xRequestID] = requestID
    }

    private func answer(_ request: Request, _ context: AppContext) async -> Response {
        guard gate.enter() else {
            let busy = AppError(.unavailable, "The daemon is busy. Try again in a moment.", retryAfter: .seconds(1))
            return ErrorReply.response(for: busy, requestID: context.requestID)
        }
        defer { gate.leave() }
        do {
            let response = try await router.respond(to: request, context: context)
            // The router answers what it does not know by itself, and says so only here.
            return context.endpointPath == "NotFound" ? unmatched(request, context) : response
        } catch {
            let shown = AppError(anything: error)
            if shown.kind == .fault || shown.kind == .unavailable {
                context.logger.error(
                    "request failed",
                    metadata: [
                        "error": "\(shown)", "path": "\(request.uri.path)", "request_id": "\(context.requestID)",
                    ])
            }
            return ErrorReply.response(for: shown, requestID: context.requestID)
        }
    }

    /// No route: a page, a path that exists with another method, or nothing.
    private func unmatched(_ request: Request, _ context: AppContext) -> Response {
        if let page = pages.response(to: request) { return page }
        let methods = known.methods(at: request.uri.path)
        guard !methods.isEmpty else {
            return ErrorReply.response(
                for: AppError(.notFound, "There is nothing at this address."), requestID: context.requestID)
        }
        let error = AppError(.methodNotAllowed, "This address takes \(methods.joined(separator: ", ")).")
        var response = ErrorReply.response(for: error, requestID: context.requestID)
        response.headers[.allow] = methods.joined(separator: ", ")
        return response
    }
}

/// Which methods a path takes, for those that ask with another one. Templates are cut up once.
private struct KnownPaths: Sendable {
    private struct Template: Sendable {
        /// Nil stands for a parameter.
        let segments: [Substring?]
        let method: String
    }

    private let byLength: [Int: [Template]]

    init(_ endpoints: [Endpoint]) {
        let templates = endpoints.map { endpoint in
            Template(
                segments: endpoint.path.split(separator: "/").map { $0.hasPrefix(":") ? nil : $0 },
                method: endpoint.method.rawValue)
        }
        byLength = Dictionary(grouping: templates, by: \.segments.count)
    }

    func methods(at path: String) -> [String] {
        let segments = path.split(separator: "/")
        let fitting = byLength[segments.count, default: []].filter { template in
            zip(template.segments, segments).allSatisfy { $0 == nil || $0 == $1 }
        }
        return Set(fitting.map(\.method)).sorted()
    }
}

/// Counts requests in flight; beyond the limit they are refused at once instead of queued without end.
private final class RequestGate: Sendable {
    private let count = Atomic<Int>(0)
    private let limit: Int

    init(limit: Int) {
        self.limit = limit
    }

    func enter() -> Bool {
        let now = count.add(1, ordering: .relaxed).newValue
        if now > limit {
            count.subtract(1, ordering: .relaxed)
            return false
        }
        return true
    }

    var current: Int { count.load(ordering: .relaxed) }

    func leave() {
        count.subtract(1, ordering: .relaxed)
    }
}

/// Twelve random characters: enough to find one request in a log.
package enum RequestID {
    private static let letters = Array("0123456789abcdefghijkmnpqrstuvwxyz".utf8)

    package static func make() -> String {
        var generator = SystemRandomNumberGenerator()
        var bits = generator.next()
        return String(unsafeUninitializedCapacity: 12) { buffer in
            for index in 0..<12 {
                buffer[index] = letters[Int(bits & 31)]
                bits >>= 5
            }
            return 12
        }
    }
}

extension HTTPField.Name {
    static let xRequestID = HTTPField.Name(parsed: "x-request-id") ?? .via
}
