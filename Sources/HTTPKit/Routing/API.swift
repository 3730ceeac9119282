import HTTPTypes
import Hummingbird
import Kernel

/// Collects endpoints. One call both mounts the handler and records what the OpenAPI file says of it,
/// so the two cannot drift apart, and no endpoint can be mounted without naming what it needs.
package struct API: ~Copyable {
    private let router: RouterGroup<AppContext>
    private let gatekeeper: any Gatekeeper
    package private(set) var endpoints: [Endpoint] = []
    /// Named shapes the endpoints refer to.
    package private(set) var components: [String: JSONShape] = [:]

    package init(router: RouterGroup<AppContext>, gatekeeper: any Gatekeeper) {
        self.router = router
        self.gatekeeper = gatekeeper
    }

    package mutating func component(_ name: String, _ shape: JSONShape) {
        components[name] = shape
    }

    package mutating func get<Output: Answer>(
        _ path: String, _ summary: String, needs need: Need, stepUp: StepUp = .none,
        _ details: EndpointDetails = .init(),
        use handler: @escaping @Sendable (Call<Nothing>) async throws -> Output
    ) {
        add(.get, path, summary, (need, stepUp), .ok, details, handler)
    }

    package mutating func post<Input: TakenBody, Output: Answer>(
        _ path: String, _ summary: String, needs need: Need, stepUp: StepUp = .none,
        _ details: EndpointDetails = .init(),
        use handler: @escaping @Sendable (Call<Input>) async throws -> Output
    ) {
        add(.post, path, summary, (need, stepUp), details.status ?? .created, details, handler)
    }

    package mutating func put<Input: TakenBody, Output: Answer>(
        _ path: String, _ summary: String, needs need: Need, stepUp: StepUp = .none,
        _ details: EndpointDetails = .init(),
        use handler: @escaping @Sendable (Call<Input>) async throws -> Output
    ) {
        add(.put, path, summary, (need, stepUp), .ok, details, handler)
    }

    package mutating func patch<Input: TakenBody, Output: Answer>(
        _ path: String, _ summary: String, needs need: Need, stepUp: StepUp = .none,
        _ details: EndpointDetails = .init(),
        use handler: @escaping @Sendable (Call<Input>) async throws -> Output
    ) {
        add(.patch, path, summary, (need, stepUp), .ok, details, handler)
    }

    package mutating func delete(
        _ path: String, _ summary: String, needs need: Need, stepUp: StepUp = .none,
        _ details: EndpointDetails = .init(),
        use handler: @escaping @Sendable (Call<Nothing>) async throws -> Void
    ) {
        add(.delete, path, summary, (need, stepUp), .noContent, details) { (call: Call<Nothing>) in
            try await handler(call)
            return Nothing()
        }
    }

    private mutating func add<Input: TakenBody, Output: Answer>(
        _ method: HTTPRequest.Method, _ path: String, _ summary: String, _ door: (need: Need, stepUp: StepUp),
        _ usualStatus: HTTPResponse.Status, _ details: EndpointDetails,
        _ handler: @escaping @Sendable (Call<Input>) async throws -> Output
    ) {
        let answer = details.answer ?? Output.answerShape
        let status = answer == .nothing && usualStatus != .created ? .noContent : usualStatus
        let endpoint = Endpoint(
            method: method, path: "/api/v1/" + path, summary: summary, need: door.need, stepUp: door.stepUp,
            query: details.query,
            takes: details.takes ?? Input.takenShape, answer: answer, status: status, bodyLimit: details.bodyLimit,
            alsoAnswers: details.alsoAnswers)
        endpoints.append(endpoint)
        let gatekeeper = gatekeeper
        router.on(RouterPath(path), method: method) { request, context -> Response in
            do {
                let call = try await Call<Input>(request, context, endpoint: endpoint, gatekeeper: gatekeeper)
                return try await handler(call).reply().response(defaultStatus: status)
            } catch let error as HTTPError {
                // The framework would answer its own errors in its own form.
                throw AppError(anything: error)
            }
        }
    }
}

/// What an endpoint says of itself beyond its types.
package struct EndpointDetails: Sendable {
    package var query: [QueryField]
    package var takes: BodyShape?
    package var answer: BodyShape?
    package var status: HTTPResponse.Status?
    /// The largest body in bytes, where it is not the usual one.
    package var bodyLimit: Int?
    /// Statuses besides the usual ones, such as 304.
    package var alsoAnswers: [HTTPResponse.Status]

    package init(
        query: [QueryField] = [], takes: BodyShape? = nil, answer: BodyShape? = nil,
        status: HTTPResponse.Status? = nil, bodyLimit: Int? = nil, alsoAnswers: [HTTPResponse.Status] = []
    ) {
        self.query = query
        self.takes = takes
        self.answer = answer
        self.status = status
        self.bodyLimit = bodyLimit
        self.alsoAnswers = alsoAnswers
    }
}

package struct QueryField: Sendable, Equatable {
    package let name: String
    package let shape: JSONShape
    package let summary: String
    /// It names something that may not be there: then the answer is 404.
    package let mayBeMissing: Bool

    package init(_ name: String, _ shape: JSONShape, _ summary: String, mayBeMissing: Bool = false) {
        self.name = name
        self.shape = shape
        self.summary = summary
        self.mayBeMissing = mayBeMissing
    }
}

package struct Endpoint: Sendable, Equatable {
    package let method: HTTPRequest.Method
    /// From the root, with `:name` for parameters: `/api/v1/networks/:id`.
    package let path: String
    package let summary: String
    package let need: Need
    package let stepUp: StepUp
    package let query: [QueryField]
    package let takes: BodyShape
    package let answer: BodyShape
    package let status: HTTPResponse.Status
    package let bodyLimit: Int?
    package let alsoAnswers: [HTTPResponse.Status]
}
