import HTTPTypes
import SecurityPolicy
import Synchronization

/// The headers on every response, from the table of `SecurityPolicy`, as the settings have them now.
package final class SecurityHeaders: Sendable {
    private let current: Mutex<HTTPFields>
    private let hasStrictTransport: Bool

    /// `hasStrictTransport`: HTTPS is on.
    package init(origins: ForeignOrigins, hasStrictTransport: Bool) {
        self.hasStrictTransport = hasStrictTransport
        current = Mutex(Self.fields(origins, hasStrictTransport: hasStrictTransport))
    }

    package func allow(_ origins: ForeignOrigins) {
        let fields = Self.fields(origins, hasStrictTransport: hasStrictTransport)
        current.withLock { $0 = fields }
    }

    package var fields: HTTPFields { current.withLock { $0 } }

    package func add(to headers: inout HTTPFields) {
        for field in fields where headers[field.name] == nil { headers.append(field) }
    }

    private static func fields(_ origins: ForeignOrigins, hasStrictTransport: Bool) -> HTTPFields {
        var fields = HTTPFields()
        for field in HeaderTable.fields(origins, hasStrictTransport: hasStrictTransport) {
            if let name = HTTPField.Name(field.name) { fields[name] = field.value }
        }
        return fields
    }
}
