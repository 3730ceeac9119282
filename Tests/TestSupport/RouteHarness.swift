import HTTPKit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSONKit
import Kernel
import NIOCore
import SecurityPolicy

/// The routes of one context without a socket, behind a door where each request says who it comes from.
///
///     let routes = try RouteHarness { module.register(in: &$0) }
///     let answer = try await routes.get("settings", as: .viewer)
package struct RouteHarness: Sendable {
    /// A role, nobody, or a caller made by hand.
    package enum Who: Sendable {
        case nobody, viewer, editor, admin
        case caller(Caller)

        var caller: Caller? {
            switch self {
            case .nobody: nil
            case .viewer: Self.person(.viewer, 3)
            case .editor: Self.person(.editor, 2)
            case .admin: Self.person(.admin, 1)
            case .caller(let caller): caller
            }
        }

        private static func person(_ role: Role, _ id: Int64) -> Caller {
            Caller(
                name: "\(role.rawValue)@example.org", id: id, sessionID: id, permissions: role.permissions,
                isFreshlyProven: true,
                address: "192.0.2.1")
        }
    }

    package struct Answer: Sendable {
        package let status: Int
        package let headers: HTTPFields
        package let body: ByteBuffer

        package init(status: Int, headers: HTTPFields, body: ByteBuffer) {
            self.status = status
            self.headers = headers
            self.body = body
        }

        package var text: String { String(buffer: body) }
        package func json() throws -> JSONValue { try JSONParser.parse(body.readableBytesView) }
        package func header(_ name: String) -> String? { HTTPField.Name(name).flatMap { headers[$0] } }
        /// The `code` of an error.
        package var code: String? { (try? json())?.objectValue?["code"]?.stringValue }
        /// The names in `fields` of an error, in their order.
        package var fields: [String] { ((try? json())?.objectValue?["fields"]?.objectValue?.names ?? []).sorted() }
    }

    package let endpoints: [HTTPKit.Endpoint]
    package let components: [String: JSONShape]
    private let application: Application<AppResponder<RouterResponder<AppContext>>>
    private let door: Door

    package init(
        pages: StaticPages? = nil, origins: ForeignOrigins = .none, maximumInFlight: Int = 64,
        observe: @escaping @Sendable (RequestOutcome) -> Void = { _ in }, _ register: (inout API) -> Void
    ) throws {
        let router = Router(context: AppContext.self)
        let door = Door()
        var api = API(router: router.group("/api/v1"), gatekeeper: door)
        register(&api)
        endpoints = api.endpoints
        components = api.components
        self.door = door
        application = Application(
            responder: AppResponder(
                router: router.buildResponder(), endpoints: api.endpoints, pages: try pages ?? StaticPages(folder: nil),
                headers: SecurityHeaders(origins: origins, hasStrictTransport: true),
                maximumInFlight: maximumInFlight, observe: observe))
    }

    /// `path` is below `/api/v1/` unless it begins with a slash.
    package func send(
        _ method: String, _ path: String, as who: Who = .admin, body: String? = nil, headers: [String: String] = [:]
    ) async throws -> Answer {
        var fields: HTTPFields = [:]
        if body != nil { fields[.contentType] = "application/json" }
        for (name, value) in headers {
            if let name = HTTPField.Name(name) { fields[name] = value.isEmpty ? nil : value }
        }
        fields[Door.who] = door.number(of: who.caller)
        let uri = path.hasPrefix("/") ? path : "/api/v1/" + path
        let sent = fields
        return try await application.test(.router) { client in
            try await client.execute(
                uri: uri, method: HTTPRequest.Method(method) ?? .get, headers: sent,
                body: body.map { ByteBuffer(string: $0) }
            ) { response in
                Answer(status: response.status.code, headers: response.headers, body: response.body)
            }
        }
    }

    package func get(_ path: String, as who: Who = .admin, headers: [String: String] = [:]) async throws -> Answer {
        try await send("GET", path, as: who, headers: headers)
    }

    package func post(_ path: String, _ body: String, as who: Who = .admin) async throws -> Answer {
        try await send("POST", path, as: who, body: body)
    }

    package func patch(
        _ path: String, _ body: String, as who: Who = .admin, revision: Int? = nil
    ) async throws -> Answer {
        try await send(
            "PATCH", path, as: who, body: body, headers: revision.map { ["if-match": "\"\($0)\""] } ?? [:])
    }

    package func delete(_ path: String, as who: Who = .admin) async throws -> Answer {
        try await send("DELETE", path, as: who)
    }
}
