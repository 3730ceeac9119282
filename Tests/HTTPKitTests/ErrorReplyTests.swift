import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Testing

@testable import HTTPKit

@Suite("Errors as answers")
struct ErrorReplyTests {
    @Test("each kind is one status")
    func statuses() {
        let expected: [AppError.Kind: Int] = [
            .malformed: 400, .unauthenticated: 401, .forbidden: 403, .setupNeeded: 403, .stepUpRequired: 403,
            .notFound: 404,
            .methodNotAllowed: 405, .conflict: 409, .stale: 412, .tooLarge: 413, .unsupported: 415, .invalid: 422,
            .rateLimited: 429, .unavailable: 503, .fault: 500,
        ]

        #expect(expected.count == AppError.Kind.allCases.count)
        for (kind, status) in expected { #expect(kind.status.code == status, "\(kind)") }
    }

    @Test("the body is code, message, fields, holders and the request's id")
    func body() throws {
        let error = AppError(
            .conflict, "Taken “by” another.", fields: ["b": "2", "a": "1"],
            holders: [ObjectReference(kind: "hardware", id: 7, name: "x<y>")])

        let reply = ErrorReply.reply(for: error, requestID: "abc")

        #expect(
            try JSONParser.parse(reply.body.readableBytesView) == [
                "code": "conflict", "message": "Taken “by” another.", "fields": ["a": "1", "b": "2"],
                "holders": [["kind": "hardware", "id": 7, "name": "x<y>"]], "request_id": "abc",
            ])
        #expect(reply.headers[.cacheControl] == "no-store")
    }

    @Test("no holders, no member for them; 401 says how")
    func plain() throws {
        let reply = ErrorReply.reply(for: AppError(.unauthenticated, "Sign in."), requestID: "")

        #expect(
            try JSONParser.parse(reply.body.readableBytesView).objectValue?.names == [
                "code", "message", "fields", "request_id",
            ])
        #expect(reply.headers[.wwwAuthenticate] == "Bearer")
    }

    @Test(
        "waiting is told in whole seconds, at least one", arguments: [(0, "1"), (1, "1"), (1001, "2"), (90_000, "90")])
    func retryAfter(_ milliseconds: Int, _ text: String) {
        let error = AppError(.rateLimited, "Slow.", retryAfter: .milliseconds(milliseconds))

        #expect(ErrorReply.reply(for: error, requestID: "").headers[.retryAfter] == text)
    }

    @Test("what is thrown by anybody becomes something that may be shown")
    func anything() {
        struct Unknown: Error {}

        #expect(AppError(anything: Unknown()).kind == .fault)
        #expect(AppError(anything: CancellationError()).kind == .unavailable)
        #expect(AppError(anything: AppError(.stale, "x")).kind == .stale)
    }
}
