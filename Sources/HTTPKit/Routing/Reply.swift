import HTTPTypes
import Hummingbird
import JSONKit
import NIOCore

/// An answer before it is an HTTP response: bytes, their type, and what else the head should say.
package struct Reply: Sendable {
    package var status: HTTPResponse.Status?
    package var headers: HTTPFields
    package var body: ByteBuffer
    package var contentType: String
    /// Follows `body` part by part, for answers that should not be held in memory at once.
    private var rest: BodyParts?

    /// Sends the next part when the connection has taken the one before; an error ends the connection.
    package typealias BodyParts = @Sendable (_ send: (ByteBuffer) async throws -> Void) async throws -> Void

    package init(
        _ body: ByteBuffer, contentType: String, status: HTTPResponse.Status? = nil, headers: HTTPFields = [:]
    ) {
        self.body = body
        self.contentType = contentType
        self.status = status
        self.headers = headers
    }

    package init(
        json writer: JSONWriter, status: HTTPResponse.Status? = nil, headers: HTTPFields = [:]
    ) {
        self.init(
            ByteBuffer(bytes: writer.bytes), contentType: "application/json; charset=utf-8", status: status,
            headers: headers)
    }

    /// For no cache to keep.
    package init(unkept writer: JSONWriter) {
        self.init(json: writer, headers: [.cacheControl: "no-store"])
    }

    /// An answer whose length is not known when it begins.
    package init(
        beginning body: ByteBuffer, contentType: String, headers: HTTPFields = [:], rest: @escaping BodyParts
    ) {
        self.init(body, contentType: contentType, headers: headers)
        self.rest = rest
    }

    package static func notModified(_ headers: HTTPFields) -> Reply {
        Reply(ByteBuffer(), contentType: "", status: .notModified, headers: headers)
    }

    /// For those who answer without a route.
    package var asResponse: Response { response(defaultStatus: .ok) }

    func response(defaultStatus: HTTPResponse.Status) -> Response {
        var fields = headers
        let status = status ?? defaultStatus
        if !contentType.isEmpty { fields[.contentType] = contentType }
        if let rest {
            let beginning = body
            let stream = ResponseBody { writer in
                try await writer.write(beginning)
                try await rest { try await writer.write($0) }
                try await writer.finish(nil)
            }
            return Response(status: status, headers: fields, body: stream)
        }
        if status != .notModified, status != .noContent {
            fields[.contentLength] = String(body.readableBytes)
            return Response(status: status, headers: fields, body: ResponseBody(byteBuffer: body))
        }
        return Response(status: status, headers: fields)
    }
}

/// What a handler may return.
package protocol Answer: Sendable {
    static var answerShape: BodyShape { get }
    func reply() -> Reply
}

/// An answer that is one JSON value of a known shape.
package protocol JSONAnswer: Answer, JSONWritable, JSONShaped {}

extension JSONAnswer {
    package static var answerShape: BodyShape { .json(shape) }

    package func reply() -> Reply { Reply(json: JSONWriter(of: self)) }

    /// The answer for no cache to keep: it holds what is shown once, or is true only now. A revision is its ETag, and
    /// what was made says where it is.
    package func unkept(revision: Int64? = nil, location: String? = nil) -> Reply {
        var reply = Reply(unkept: JSONWriter(of: self))
        if let revision { reply.headers[.eTag] = "\"\(revision)\"" }
        if let location { reply.headers[.location] = location }
        return reply
    }
}

extension Reply: Answer {
    package static var answerShape: BodyShape { .json(.any) }
    package func reply() -> Reply { self }
}

/// No body.
package struct Nothing: Answer {
    package init() {}
    package static var answerShape: BodyShape { .nothing }
    package func reply() -> Reply { Reply(ByteBuffer(), contentType: "", status: .noContent) }
}

/// A page of a list and where the next one starts.
package struct Listing<Item: JSONAnswer>: JSONAnswer {
    package let items: [Item]
    package let next: String?

    package init(items: [Item], next: String? = nil) {
        self.items = items
        self.next = next
    }

    package static var shape: JSONShape {
        .object([
            .init(name: "items", shape: .array(Item.shape), isRequired: true),
            .init(name: "next", shape: .nullable(.string), isRequired: true),
        ])
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("items")
        items.write(to: &writer)
        writer.member("next", next)
        writer.endObject()
    }
}
