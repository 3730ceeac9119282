/// The one error type that crosses a module border on purpose.
///
/// `message` is written for the person who called; `cause` is for the log only.
/// Anything thrown that is not an `AppError` reaches the client as `.fault`.
package struct AppError: Error, Sendable {
    /// Each kind is one HTTP status; `HTTPKit` holds the table.
    package enum Kind: String, Sendable, CaseIterable {
        /// The bytes could not be read at all: broken JSON, bad UTF-8, a cursor that is not ours.
        case malformed
        case unauthenticated, forbidden
        /// Allowed, but only to somebody who has just proven again who they are.
        case stepUpRequired = "step_up_required"
        /// Until the first administrator exists only the first-run wizard answers.
        case setupNeeded = "setup_needed"
        case notFound = "not_found"
        case methodNotAllowed = "method_not_allowed"
        /// Somebody else holds what was asked for, or the state does not allow it.
        case conflict
        /// `If-Match` named a revision that is no longer the newest.
        case stale
        case tooLarge = "too_large"
        case unsupported = "unsupported_media_type"
        case invalid
        case rateLimited = "rate_limited"
        case unavailable, fault
    }

    package let kind: Kind
    package let message: String
    /// What is wrong with each input field, for `.invalid` and `.conflict`.
    package let fields: [String: String]
    /// The objects that stand in the way, for `.conflict`: the page links to them.
    package let holders: [ObjectReference]
    /// For `.rateLimited` and `.unavailable`: when trying again makes sense.
    package let retryAfter: Duration?
    package let cause: (any Error)?
    package let origin: String

    package init(
        _ kind: Kind,
        _ message: String,
        fields: [String: String] = [:],
        holders: [ObjectReference] = [],
        retryAfter: Duration? = nil,
        cause: (any Error)? = nil,
        file: StaticString = #fileID,
        line: UInt = #line
    ) {
        self.kind = kind
        self.message = message
        self.fields = fields
        self.holders = holders
        self.retryAfter = retryAfter
        self.cause = cause
        self.origin = "\(file):\(line)"
    }
}

/// Points at one inventory object in a message: enough to link to it and to name it.
package struct ObjectReference: Sendable, Equatable, Codable {
    package let kind: String
    package let id: Int64
    package let name: String

    package init(kind: String, id: Int64, name: String) {
        self.kind = kind
        self.id = id
        self.name = name
    }
}

extension AppError {
    package static func notFound(_ what: String, file: StaticString = #fileID, line: UInt = #line) -> AppError {
        AppError(.notFound, "\(what) does not exist.", file: file, line: line)
    }
}

extension AppError: CustomStringConvertible {
    package var description: String {
        let tail = cause.map { " (cause: \($0))" } ?? ""
        return "\(kind.rawValue) at \(origin): \(message)\(tail)"
    }
}
