import JSONKit

/// What is asked of the daemon. `path` begins behind `/api/v1/`.
package struct ControlRequest: Sendable {
    package enum Method: String, Sendable {
        case get = "GET", post = "POST", put = "PUT", patch = "PATCH", delete = "DELETE"
    }

    package var method: Method
    package var path: String
    package var body: JSONValue?
    /// The body or the answer holds a password, a key or a token.
    package var isConfidential = false
    /// Instead of a body of JSON.
    package var bytes: [UInt8]?
    /// The value of the field `range`.
    package var range: String?

    package init(_ method: Method, _ path: String, body: JSONValue? = nil) {
        self.method = method
        self.path = path
        self.body = body
    }

    /// Bytes as they are.
    package static func put(_ path: String, bytes: [UInt8]) -> ControlRequest {
        var request = ControlRequest(.put, path)
        request.bytes = bytes
        return request
    }

    /// A part of something large.
    package static func get(_ path: String, from first: Int64, to last: Int64) -> ControlRequest {
        var request = ControlRequest(.get, path)
        request.range = "bytes=\(first)-\(last)"
        return request
    }

    package static func get(_ path: String) -> ControlRequest { ControlRequest(.get, path) }

    package static func post(_ path: String, _ body: JSONValue = [:]) -> ControlRequest {
        ControlRequest(.post, path, body: body)
    }

    /// The same, but only where nobody else can listen in.
    package var confidential: ControlRequest {
        var request = self
        request.isConfidential = true
        return request
    }
}

/// One whole answer.
package struct ControlAnswer: Sendable {
    package let status: Int
    /// Names in lower case; one name may come several times.
    package let headers: [(name: String, value: String)]
    package let bytes: [UInt8]
    /// Where it came from.
    package let place: DaemonPlace

    package func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

    package func headers(_ name: String) -> [String] { headers.filter { $0.name == name }.map(\.value) }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    package func json() throws(ControlError) -> JSONValue {
        do {
            return try JSONParser.parse(bytes)
        } catch {
            throw ControlError(
                .failed, "What answers at \(place) is no Circuit Breaker: its answer is no JSON (\(error)).",
                hints: ["--socket and --url say where to ask"])
        }
    }

    package func decode<Value: Decodable>(_ type: Value.Type) throws(ControlError) -> Value {
        let value = try json()
        do {
            return try JSONValueDecoder.decode(type, from: value)
        } catch {
            throw ControlError(
                .failed, "The daemon at \(place) answers in a way this cb does not understand (\(error)).",
                hints: ["`cb version` says whether both are of the same version"])
        }
    }
}
