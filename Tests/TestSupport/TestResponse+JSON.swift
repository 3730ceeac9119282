import Foundation
import HummingbirdTesting
import JSONKit
import NIOCore
import NIOFoundationEssentialsCompat

extension TestResponse {
    package func json<T: Decodable>(as type: T.Type) throws -> T {
        try JSONDecoder().decode(type, from: body)
    }

    /// The body as our own strict parser reads it.
    package func json() throws -> JSONValue { try JSONParser.parse(body.readableBytesView) }

    package var text: String { String(buffer: body) }
}
