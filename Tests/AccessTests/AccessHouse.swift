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
import Synchronization
import TestSupport

@testable import Access

/// The whole context behind its real gatekeeper, with cheap hashes and a clock the test moves.
final class AccessHouse: Sendable {
    static let password = "correct horse battery 9"

    let store: any Store
    let clock: TestClock
    let access: AccessModule
    let policy: AccessPolicy
    let hasher: PasswordHasher
    let endpoints: [HTTPKit.Endpoint]
    private let application: Application<Placed<AppResponder<RouterResponder<AppContext>>>>

    init(
        _ engine: Engine, rules: AccessRules = AccessRules(), apiToken: String? = nil, hasher: PasswordHasher? = nil
    ) async throws {
        clock = TestClock()
        store = try await engine.freshStore(clock: clock)
        policy = AccessPolicy(rules)
        self.hasher = hasher ?? PasswordHasher(cost: .init(log2Rounds: 4))
        access = AccessModule(
            store: store, vault: GlassVault(), history: .init(vault: GlassVault()), clock: clock,
            apiToken: apiToken.map { Secret($0) }, policy: policy,
            logger: Logger(label: "test"), hasher: self.hasher)
        let router = Router(context: AppContext.self)
        var api = API(router: router.group("/api/v1"), gatekeeper: access.gatekeeper)
        access.register(in: &api)
        // Stands for the rest of the daemon.
        api.get("things", "Something to read", needs: .may(.viewInventory)) { _ in Nothing() }
        api.post("things", "Something to write", needs: .may(.editInventory)) { (_: Call<Nothing>) in Nothing() }
        api.get("health", "Open to everybody", needs: .nothing) { _ in Nothing() }
        endpoints = api.endpoints
        let responder = AppResponder(
            router: router.buildResponder(), endpoints: api.endpoints, pages: try StaticPages(folder: nil),
            headers: SecurityHeaders(origins: .none, hasStrictTransport: true), maximumInFlight: 64)
        application = Application(responder: Placed(inner: responder))
    }

    /// Set up, with Ada as the first administrator.
    static func ready(
        _ engine: Engine, rules: AccessRules = AccessRules(), apiToken: String? = nil
    ) async throws -> (AccessHouse, Visitor) {
        let house = try await AccessHouse(engine, rules: rules, apiToken: apiToken)
        let code = try await house.access.beginFirstRun(codeFile: nil)?.reveal() ?? ""
        let answer = try await house.visitor().post(
            "setup/account",
            """
            {"code":"\(code)","email":"ada@example.org","display_name":"Ada","password":"\(password)"}
            """)
        guard answer.status == 201, let cookie = answer.cookie else { throw Unexpected(answer.text) }
        return (house, house.visitor(cookie: cookie))
    }

    struct Unexpected: Error {
        let text: String
        init(_ text: String) { self.text = text }
    }

    func visitor(
        cookie: String? = nil, token: String? = nil, pending: String? = nil, from address: String = "192.168.1.7"
    ) -> Visitor {
        Visitor(house: self, cookie: cookie, token: token, pending: pending, address: address)
    }

    /// A new account with that role, signed in.
    func person(_ admin: Visitor, _ role: Role, email: String? = nil) async throws -> Visitor {
        let email = email ?? "\(role.rawValue)@example.org"
        let made = try await admin.post(
            "users",
            """
            {"email":"\(email)","display_name":"\(role.rawValue)","role":"\(role.rawValue)",
             "password":"another long passphrase 7"}
            """)
        guard made.status == 201 else { throw Unexpected(made.text) }
        return try await signIn(email, "another long passphrase 7")
    }

    func signIn(_ email: String, _ password: String) async throws -> Visitor {
        let answer = try await visitor().post("auth/sign-in", #"{"email":"\#(email)","password":"\#(password)"}"#)
        guard answer.status == 200, let cookie = answer.cookie else { throw Unexpected(answer.text) }
        return visitor(cookie: cookie)
    }

    func audit() async throws -> [AuditRow] {
        try await store.read { tx in
            try tx.rows(
                "SELECT actor, action, entity, entity_id, severity, before_json, after_json FROM audit_log ORDER BY id"
            ).map { row in
                AuditRow(
                    actor: try row.get("actor"), action: try row.get("action"), entity: try row.get("entity"),
                    severity: try row.get("severity"), before: try row.optional("before_json"),
                    after: try row.optional("after_json"))
            }
        }
    }

    func subjects() async throws -> [String] {
        try await store.read { try $0.rows("SELECT subject FROM outbox ORDER BY id").map { try $0.get("subject") } }
    }

    fileprivate func send(_ request: Sent) async throws -> RouteHarness.Answer {
        var fields: HTTPFields = [.userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:153.0) Firefox/153.0"]
        if request.body != nil { fields[.contentType] = "application/json" }
        for (name, value) in request.headers {
            if let name = HTTPField.Name(name) { fields[name] = value.isEmpty ? nil : value }
        }
        fields[Placement.address] = request.address
        let sent = fields
        return try await application.test(.router) { client in
            try await client.execute(
                uri: "/api/v1/" + request.path, method: HTTPRequest.Method(request.method) ?? .get, headers: sent,
                body: request.bytes.map { ByteBuffer(bytes: $0) } ?? request.body.map { ByteBuffer(string: $0) }
            ) { RouteHarness.Answer(status: $0.status.code, headers: $0.headers, body: $0.body) }
        }
    }

    fileprivate struct Sent: Sendable {
        let method: String
        let path: String
        let body: String?
        let headers: [String: String]
        let address: String
        var bytes: [UInt8]?
    }
}

struct AuditRow: Equatable {
    let actor: String
    let action: String
    let entity: String
    let severity: String
    let before: String?
    let after: String?
}

/// Somebody with a cookie, a token, or neither.
struct Visitor: Sendable {
    let house: AccessHouse
    let cookie: String?
    let token: String?
    /// Of a sign-in on its way.
    var pending: String?
    let address: String

    func send(
        _ method: String, _ path: String, _ body: String? = nil, headers: [String: String] = [:],
        bytes: [UInt8]? = nil
    ) async throws -> RouteHarness.Answer {
        var all: [String: String] = [:]
        if let cookie {
            all["cookie"] = "theme=dark; cb_session=\(cookie)"
            if method != "GET" { all["origin"] = "https://lab.local:8443" }
        }
        if let pending {
            all["cookie"] = [all["cookie"], "cb_sign_in=\(pending)"].compactMap { $0 }.joined(separator: "; ")
        }
        if let token { all["authorization"] = "Bearer \(token)" }
        all.merge(headers) { _, chosen in chosen }
        return try await house.send(
            .init(method: method, path: path, body: body, headers: all, address: address, bytes: bytes))
    }

    func get(_ path: String) async throws -> RouteHarness.Answer { try await send("GET", path) }
    func post(_ path: String, _ body: String = "{}") async throws -> RouteHarness.Answer {
        try await send("POST", path, body)
    }
    func put(_ path: String, _ body: String) async throws -> RouteHarness.Answer { try await send("PUT", path, body) }
    func patch(_ path: String, _ body: String, revision: Int? = nil) async throws -> RouteHarness.Answer {
        try await send("PATCH", path, body, headers: revision.map { ["if-match": "\"\($0)\""] } ?? [:])
    }
    func delete(_ path: String) async throws -> RouteHarness.Answer { try await send("DELETE", path) }
}

extension RouteHarness.Answer {
    /// The session's secret, where the answer sets one.
    var cookie: String? { value(ofCookie: "cb_session=") }

    /// The secret of a sign-in that is asked for more.
    var pendingCookie: String? { value(ofCookie: "cb_sign_in=") }

    private func value(ofCookie name: String) -> String? {
        guard let field = header("set-cookie"), let start = field.firstRange(of: name) else { return nil }
        let value = field[start.upperBound...].prefix { $0 != ";" }
        return value.isEmpty ? nil : String(value)
    }

    subscript(member: String) -> JSONValue? { (try? json())?.objectValue?[member] }

    var items: [JSONValue] { self["items"]?.arrayValue ?? [] }
}

/// Seals nothing, but shows whether it was asked to.
struct GlassVault: SeedVault {
    func seal(_ seed: Secret<String>, in tx: any Session) -> String { "sealed:" + seed.reveal() }

    func open(_ sealed: String) throws -> Secret<String> {
        guard sealed.hasPrefix("sealed:") else { throw AppError(.unavailable, "The seed is locked.") }
        return Secret(String(sealed.dropFirst(7)))
    }
}

/// Where a test's request comes from.
private enum Placement {
    static let address = HTTPField.Name("x-test-address") ?? .via
}

/// Fills in what the listener knows in the daemon.
private struct Placed<Inner: HTTPResponder>: HTTPResponder where Inner.Context == AppContext {
    let inner: Inner

    func respond(to request: Request, context: AppContext) async throws -> Response {
        var context = context
        context.origin = RequestOrigin(
            address: request.headers[Placement.address] ?? "", isTLS: true, host: "lab.local:8443")
        return try await inner.respond(to: request, context: context)
    }
}
