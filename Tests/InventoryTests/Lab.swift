import Foundation
import HTTPKit
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSONKit
import Kernel
import Logging
import NIOCore
import Persistence
import SecurityPolicy
import TestSupport
import Testing

@testable import Inventory

/// The inventory's routes over a fresh store of one engine, asked in process as one caller.
struct Lab {
    let store: any Store
    let clock: TestClock
    let client: any TestClientProtocol

    struct SignedIn: Gatekeeper {
        let caller: Caller?
        func caller(of request: RequestFacts, need: Need) -> Caller? { caller }
    }

    static func open(
        on engine: Engine, as role: Role? = .admin, catalogue: String? = nil,
        _ body: @Sendable (Lab) async throws -> Void
    ) async throws {
        let clock = TestClock()
        let store = try await engine.freshStore(clock: clock)
        let caller = role.map {
            Caller(name: "ada@example.org", id: 1, permissions: $0.permissions, isFreshlyProven: true)
        }
        let router = Router(context: AppContext.self)
        var api = API(router: router.group("/api/v1"), gatekeeper: SignedIn(caller: caller))
        InventoryModule(store: store, catalogue: catalogue, clock: clock, logger: Logger(label: "test")).register(
            in: &api)
        let responder = try AppResponder(
            router: router.buildResponder(), endpoints: api.endpoints, pages: StaticPages(folder: nil),
            headers: SecurityHeaders(origins: .none, hasStrictTransport: false),
            maximumInFlight: 100)
        try await Application(responder: responder).test(.router) { client in
            try await body(Lab(store: store, clock: clock, client: client))
        }
    }

    func send(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: HTTPFields = [:]
    ) async throws -> TestResponse {
        var headers = headers
        if body != nil, headers[.contentType] == nil { headers[.contentType] = "application/json" }
        return try await client.execute(
            uri: "/api/v1/" + path, method: method, headers: headers, body: body.map { ByteBuffer(string: $0) })
    }

    /// The answer's body, after insisting on the status.
    func ask(
        _ method: HTTPRequest.Method, _ path: String, _ body: String? = nil, headers: HTTPFields = [:],
        expect status: HTTPResponse.Status = .ok, sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> JSONValue {
        let response = try await send(method, path, body, headers: headers)
        #expect(response.status == status, "\(method) \(path): \(response.text)", sourceLocation: sourceLocation)
        return response.text.isEmpty ? .null : try response.json()
    }

    /// The id of a new object.
    func make(_ path: String, _ body: String, sourceLocation: SourceLocation = #_sourceLocation) async throws -> Int64 {
        let made = try await ask(.post, path, body, expect: .created, sourceLocation: sourceLocation)
        return try #require(made["id"]?.integerValue, sourceLocation: sourceLocation)
    }

    func names(_ path: String) async throws -> [String] {
        try await ask(.get, path)["items"]?.arrayValue?.compactMap { $0["name"]?.stringValue } ?? []
    }

    func subjects() async throws -> [String] {
        try await store.read { tx in
            try tx.rows("SELECT subject FROM outbox ORDER BY id").map { try $0.get("subject") }
        }
    }
}

extension JSONValue {
    subscript(name: String) -> JSONValue? { objectValue?[name] }
}
