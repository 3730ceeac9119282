import HTTPKit
import HTTPTypes
import Hummingbird
import HummingbirdCore
import JSONKit
import Kernel
import Logging
import NIOCore
import Serving

/// From the connection to the application and back: who asks from where, how long it may take, the log line.
struct RequestPath<Inner: HTTPResponder>: Sendable where Inner.Context == AppContext {
    let app: AppResponder<Inner>
    let proxies: TrustedProxies
    let deadlines: RequestDeadlines
    let date: HTTPDate
    let bodyLimit: Int
    let timeLimit: Duration
    let logger: Logger

    func serve(
        _ request: Request, _ writer: consuming ResponseWriter, _ channel: any Channel, _ connection: ConnectionInfo
    ) async throws {
        let begin = ContinuousClock.now
        var context = AppContext(source: ApplicationRequestContextSource(channel: channel, logger: logger))
        context.origin = proxies.origin(of: request.head, over: connection)
        context.requestID = RequestID.make()
        context.bodyLimit = bodyLimit
        var response = await answer(request, context)
        response.headers[.date] = date.text
        log(request, response, context, took: begin.duration(to: .now))
        if request.method == .head {
            try await writer.writeResponse(response.head)
        } else {
            try await writer.write(response: response.head, body: response.body)
        }
    }

    private func answer(_ request: Request, _ context: AppContext) async -> Response {
        let (app, context) = (app, context)
        let (response, isLate) = await deadlines.run(within: timeLimit) {
            await app.respond(to: request, context: context)
        }
        if let response, !isLate || response.status.code < 500 { return response }
        let late = AppError(
            .unavailable, "The request took longer than \(timeLimit.components.seconds) s and was given up. Try again.",
            retryAfter: .seconds(5))
        var answer = ErrorReply.response(for: late, requestID: context.requestID)
        app.finish(&answer, requestID: context.requestID)
        return answer
    }

    /// Writes are worth a line; reads are told to whoever looks for them. The query is left out: it may hold secrets.
    private func log(_ request: Request, _ response: Response, _ context: AppContext, took: Duration) {
        let isRead = request.method == .get || request.method == .head
        let level: Logger.Level = response.status.code >= 500 ? .warning : isRead ? .debug : .info
        logger.log(
            level: level, "request",
            metadata: [
                "method": "\(request.method)", "path": "\(request.uri.path)", "status": "\(response.status.code)",
                "ms": "\(took.milliseconds)", "address": "\(context.origin.address)",
                "request_id": "\(context.requestID)",
            ])
    }
}

extension Refusals {
    /// What the listener answers by itself looks like any other error.
    static func errors(_ headers: SecurityHeaders) -> Refusals {
        Refusals(fields: headers.fields) { status in
            let kind: AppError.Kind = status.code == 431 ? .tooLarge : status.code == 408 ? .unavailable : .malformed
            let message =
                switch status.code {
                case 408: "The request did not arrive in time."
                case 431: "The head of the request is too large."
                default: "The request could not be read."
                }
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("code", kind.rawValue)
            writer.member("message", message)
            writer.name("fields")
            writer.beginObject()
            writer.endObject()
            writer.member("request_id", RequestID.make())
            writer.endObject()
            return ByteBuffer(bytes: writer.bytes)
        }
    }
}
