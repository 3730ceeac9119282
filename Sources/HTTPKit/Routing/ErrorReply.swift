import HTTPTypes
import Hummingbird
import JSONKit
import Kernel
import NIOCore

/// The only place where an error becomes a response.
package enum ErrorReply {
    /// `{code, message, fields, holders, request_id}`.
    package static let shape: JSONShape = .object([
        .init(name: "code", shape: .string, isRequired: true),
        .init(name: "message", shape: .string, isRequired: true),
        .init(name: "fields", shape: .map(.string), isRequired: true),
        .init(
            name: "holders",
            shape: .array(
                .object([
                    .init(name: "kind", shape: .string, isRequired: true),
                    .init(name: "id", shape: .integer, isRequired: true),
                    .init(name: "name", shape: .string, isRequired: true),
                ])), isRequired: false),
        .init(name: "request_id", shape: .string, isRequired: true),
    ])

    package static func response(for error: AppError, requestID: String) -> Response {
        reply(for: error, requestID: requestID).response(defaultStatus: .internalServerError)
    }

    /// The same for those who answer without Hummingbird, such as a refused handshake.
    package static func reply(for error: AppError, requestID: String) -> Reply {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("code", error.kind.rawValue)
        writer.member("message", error.message)
        writer.member("fields", sorted: error.fields)
        if !error.holders.isEmpty {
            writer.name("holders")
            error.holders.write(to: &writer)
        }
        writer.member("request_id", requestID)
        writer.endObject()
        var headers: HTTPFields = [.cacheControl: "no-store"]
        if let retryAfter = error.retryAfter {
            headers[.retryAfter] = String(max(1, (retryAfter.milliseconds + 999) / 1000))
        }
        if error.kind == .unauthenticated { headers[.wwwAuthenticate] = "Bearer" }
        return Reply(json: writer, status: error.kind.status, headers: headers)
    }
}

extension ObjectReference: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind)
        writer.member("id", id)
        writer.member("name", name)
        writer.endObject()
    }
}

extension ObjectReference: JSONAnswer {}

extension AppError {
    /// Anything that was thrown, as something that may be shown.
    package init(anything error: any Error) {
        switch error {
        case let error as AppError: self = error
        case let error as HTTPError where error.status.code < 500:
            let kind = Kind.allCases.first { $0.status == error.status } ?? .malformed
            self.init(kind, error.body ?? "The request could not be read.", cause: error)
        case is CancellationError:
            self.init(
                .unavailable, "The daemon is stopping. Try again in a moment.", retryAfter: .seconds(5), cause: error)
        default:
            self.init(.fault, "Something went wrong. The log has the reason under this request's id.", cause: error)
        }
    }
}

extension AppError.Kind {
    package var status: HTTPResponse.Status {
        switch self {
        case .malformed: .badRequest
        case .unauthenticated: .unauthorized
        case .forbidden, .setupNeeded, .stepUpRequired: .forbidden
        case .notFound: .notFound
        case .methodNotAllowed: .methodNotAllowed
        case .conflict: .conflict
        case .stale: .preconditionFailed
        case .tooLarge: .contentTooLarge
        case .unsupported: .unsupportedMediaType
        case .invalid: .unprocessableContent
        case .rateLimited: .tooManyRequests
        case .unavailable: .serviceUnavailable
        case .fault: .internalServerError
        }
    }
}
