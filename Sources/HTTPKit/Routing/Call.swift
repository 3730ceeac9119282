import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSONKit
import Kernel
import Logging
import NIOCore

/// A request that has passed authentication, the permission check and body decoding.
package struct Call<Body: TakenBody>: Sendable {
    /// Who asks; on a route that needs nothing this may be nobody, with no permissions.
    package let caller: Caller
    package let body: Body
    package let facts: RequestFacts
    private let items: QueryItems
    private let context: AppContext

    init(_ request: Request, _ context: AppContext, endpoint: Endpoint, gatekeeper: any Gatekeeper) async throws {
        facts = RequestFacts(
            method: request.method, path: request.uri.path, headers: request.headers, origin: context.origin,
            requestID: context.requestID)
        caller = try await Self.admit(facts, need: endpoint.need, gatekeeper: gatekeeper)
        if endpoint.stepUp == .recent { try caller.requireFreshProof() }
        self.context = context
        items = QueryItems(request.uri.query ?? "")
        guard endpoint.takes != .nothing else {
            body = try Body.read(ByteBuffer(), contentType: nil)
            return
        }
        let limit = endpoint.bodyLimit ?? context.bodyLimit
        body = try Body.read(
            try await Self.collect(request, upTo: limit), contentType: request.headers[.contentType],
            shape: endpoint.takes)
    }

    private static func admit(_ facts: RequestFacts, need: Need, gatekeeper: any Gatekeeper) async throws -> Caller {
        let caller = try await gatekeeper.caller(of: facts, need: need)
        if let permission = need.permission {
            guard let caller else { throw AppError(.unauthenticated, "Sign in first.") }
            guard caller.may(permission) else {
                // An anonymous reader may get further by signing in; a person who is signed in may not.
                if caller.kind == .anonymous { throw AppError(.unauthenticated, "Sign in first.") }
                throw AppError(.forbidden, "You need the permission “\(permission.rawValue)”.")
            }
        }
        return caller
            ?? Caller(
                kind: .anonymous, name: "anonymous", permissions: [], address: facts.origin.address,
                requestID: facts.requestID)
    }

    private static func collect(_ request: Request, upTo limit: Int) async throws -> ByteBuffer {
        if let length = request.headers[.contentLength].flatMap({ Int($0) }), length > limit {
            throw AppError(.tooLarge, "The body has \(length) bytes; at most \(limit) are taken.")
        }
        do {
            return try await request.body.collect(upTo: limit)
        } catch is NIOTooManyBytesError {
            throw AppError(.tooLarge, "The body is larger than \(limit) bytes.")
        }
    }

    /// The path parameter of that name, such as `:id`.
    package func path<T: LosslessStringConvertible>(_ name: String, as type: T.Type = T.self) throws -> T {
        guard let text = context.parameters.get(name), let value = T(text) else {
            throw AppError(.notFound, "No such \(name).")
        }
        return value
    }

    /// The decoded value of a query parameter.
    package func query(_ name: String) -> String? {
        items[name]
    }

    /// Every query parameter in order, decoded.
    package var queryItems: [(name: String, value: String)] {
        items.all
    }

    package func queryFlag(_ name: String) throws -> Bool {
        switch query(name) {
        case nil, "false", "0": false
        case "true", "1", "": true
        default: throw AppError(.invalid, "“\(name)” is true or false.", fields: [name: "Use true or false."])
        }
    }

    package func queryNumber(_ name: String, in range: ClosedRange<Int>) throws -> Int? {
        guard let text = query(name) else { return nil }
        guard let value = Int(text), range.contains(value) else {
            let reason = "Use a number from \(range.lowerBound) to \(range.upperBound)."
            throw AppError(.invalid, "“\(name)” is out of range.", fields: [name: reason])
        }
        return value
    }

    package func queryID(_ name: String) throws -> Int64? {
        guard let text = query(name) else { return nil }
        guard let value = Int64(text), value > 0 else {
            throw AppError(.invalid, "“\(name)” is not an id.", fields: [name: "Use a positive number."])
        }
        return value
    }

    /// The revision in `If-Match: "7"`; nil without the header or with `*` (RFC 9110 section 13.1.1).
    package func expectedRevision() throws -> Int? {
        guard let text = facts.headers[.ifMatch], text != "*" else { return nil }
        let bare = text.hasPrefix("W/") ? text.dropFirst(2) : text[...]
        guard bare.count >= 2, bare.first == "\"", bare.last == "\"", let revision = Int(bare.dropFirst().dropLast())
        else {
            throw AppError(.stale, "If-Match names no revision of this object; read it again.")
        }
        return revision
    }

    /// Whether the client holds this version already.
    package func holds(etag: String) -> Bool {
        guard let known = facts.headers[.ifNoneMatch] else { return false }
        if known == "*" { return true }
        return known.split(separator: ",").contains { candidate in
            let bare = candidate.drop { $0 == " " }
            return bare == etag[...] || (bare.hasPrefix("W/") && bare.dropFirst(2) == etag[...])
        }
    }

    package func accepts(encoding: String) -> Bool {
        facts.headers[values: .acceptEncoding].contains { $0.contains(encoding) }
    }

    /// Every line logged through it carries the request's id.
    package var logger: Logger {
        var logger = context.logger
        logger[metadataKey: "request_id"] = .string(context.requestID)
        return logger
    }
}
