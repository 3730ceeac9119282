import HTTPTypes
import NIOCore

/// What the listener itself answers when a request never reaches the application: the application gives the header
/// fields and the body, so that such an answer looks like any other of its errors.
package struct Refusals: Sendable {
    /// `status` is 400, 408 or 431. The body is sent as `application/json`.
    package typealias Body = @Sendable (_ status: HTTPResponse.Status) -> ByteBuffer

    let fields: HTTPFields
    let body: Body

    package init(fields: HTTPFields = [:], body: @escaping Body) {
        self.fields = fields
        self.body = body
    }

    func response(_ status: HTTPResponse.Status) -> (head: HTTPResponse, body: ByteBuffer) {
        let content = body(status)
        var fields = self.fields
        fields[.contentType] = "application/json"
        fields[.contentLength] = String(content.readableBytes)
        fields[.cacheControl] = "no-store"
        return (HTTPResponse(status: status, headerFields: fields), content)
    }
}

/// Faults of a request that the HTTP parser lets pass.
enum RequestFault: Error {
    case malformed
}
