import Hummingbird
import JSONKit
import Kernel
import NIOCore

/// What a route takes as its body.
package protocol TakenBody: Sendable {
    static var takenShape: BodyShape { get }
    static func read(_ bytes: ByteBuffer, contentType: String?) throws -> Self
    /// `shape` is what the endpoint says of its body: `takenShape` unless it says more.
    static func read(_ bytes: ByteBuffer, contentType: String?, shape: BodyShape) throws -> Self
}

extension TakenBody {
    package static func read(_ bytes: ByteBuffer, contentType: String?, shape: BodyShape) throws -> Self {
        try read(bytes, contentType: contentType)
    }
}

/// A body that is one JSON object. Members it does not know are refused by name: a misspelt field that is ignored
/// would be a change a person believes to have made.
package protocol JSONBody: TakenBody, Decodable {}

extension JSONBody {
    package static var takenShape: BodyShape {
        // A type that cannot be probed would be a programmer's error; the OpenAPI test names it.
        .json((try? JSONShape.of(Self.self)) ?? .any)
    }

    package static func read(_ bytes: ByteBuffer, contentType: String?) throws -> Self {
        try read(bytes, contentType: contentType, shape: takenShape)
    }

    package static func read(_ bytes: ByteBuffer, contentType: String?, shape: BodyShape) throws -> Self {
        let value = try JSONValue.read(bytes, contentType: contentType)
        guard case .object = value else {
            throw AppError(.invalid, "The body must be a JSON object, not \(value.kindName).")
        }
        if case .json(let shape) = shape {
            let unknown = shape.unknownMembers(in: value)
            guard unknown.isEmpty else {
                throw AppError(
                    .invalid, "The body has fields that this address does not know.",
                    fields: Dictionary(unknown.prefix(20).map { ($0, "There is no such field.") }) { first, _ in first }
                )
            }
        }
        do {
            return try JSONValueDecoder.decode(Self.self, from: value)
        } catch let error as DecodingError {
            throw AppError(decoding: error, shape: shape)
        }
    }
}

extension JSONValue: TakenBody {
    package static var takenShape: BodyShape { .json(.any) }

    package static func read(_ bytes: ByteBuffer, contentType: String?) throws -> JSONValue {
        // Only JSON is read as JSON: a form post from another site cannot pretend (it cannot set this type).
        if let contentType, !contentType.hasPrefix("application/json"), !contentType.hasSuffix("+json") {
            throw AppError(.unsupported, "The body must be application/json.")
        }
        guard bytes.readableBytes > 0 else {
            throw AppError(.malformed, "The body is empty; a JSON object was expected.")
        }
        do {
            return try JSONParser.parse(bytes.readableBytesView)
        } catch {
            throw AppError(.malformed, "The body is not valid JSON: \(error).")
        }
    }
}

/// The bytes as they came, for imports and uploads.
package struct RawBody: TakenBody {
    package let bytes: ByteBuffer
    package let contentType: String?
    package static var takenShape: BodyShape { .bytes("application/octet-stream") }

    package static func read(_ bytes: ByteBuffer, contentType: String?) -> RawBody {
        RawBody(bytes: bytes, contentType: contentType)
    }
}

extension Nothing: TakenBody {
    package static var takenShape: BodyShape { .nothing }
    package static func read(_ bytes: ByteBuffer, contentType: String?) -> Nothing { Nothing() }
}

extension AppError {
    /// Names the member and what is wrong with it, never its value. `shape` is what the endpoint says of its body.
    init(decoding error: DecodingError, shape: BodyShape) {
        let path: [any CodingKey]
        let reason: String
        switch error {
        case .keyNotFound(let key, let context):
            path =
                context.codingPath.last?.stringValue == key.stringValue
                ? context.codingPath : context.codingPath + [key]
            reason = "This is missing."
        case .dataCorrupted(let context) where !shape.choices(at: context.codingPath).isEmpty:
            path = context.codingPath
            reason = "Choose one of: \(shape.choices(at: path).joined(separator: ", "))."
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            path = context.codingPath
            reason = "\(context.debugDescription.prefix(1).uppercased() + context.debugDescription.dropFirst())."
        @unknown default:
            path = []
            reason = "This could not be read."
        }
        let name = path.map(\.jsonName).joined(separator: ".")
        self.init(
            .invalid, name.isEmpty ? reason : "The field “\(name)” could not be read.",
            fields: name.isEmpty ? [:] : [name: reason], cause: error)
    }
}
