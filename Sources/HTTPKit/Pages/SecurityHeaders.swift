import HTTPTypes
import Synchronization

/// The foreign origins a page may load from. Each can be switched off; the policy shrinks with it.
package struct ForeignOrigins: Sendable, Equatable {
    package var gravatar: Bool
    package var googleFonts: Bool
    package var openMeteo: Bool

    package init(gravatar: Bool, googleFonts: Bool, openMeteo: Bool) {
        self.gravatar = gravatar
        self.googleFonts = googleFonts
        self.openMeteo = openMeteo
    }

    package static let all = ForeignOrigins(gravatar: true, googleFonts: true, openMeteo: true)
    package static let none = ForeignOrigins(gravatar: false, googleFonts: false, openMeteo: false)
}

/// The headers on every response, from one table. Reverse-proxy configurations are printed from the same text.
package final class SecurityHeaders: Sendable {
    private let current: Mutex<HTTPFields>
    private let hasStrictTransport: Bool

    /// `hasStrictTransport`: HTTPS is on. A browser ignores HSTS from a bare IP address (RFC 6797 section 8.1).
    package init(origins: ForeignOrigins, hasStrictTransport: Bool) {
        self.hasStrictTransport = hasStrictTransport
        current = Mutex(Self.fields(origins, hasStrictTransport: hasStrictTransport))
    }

    package func allow(_ origins: ForeignOrigins) {
        let fields = Self.fields(origins, hasStrictTransport: hasStrictTransport)
        current.withLock { $0 = fields }
    }

    package var fields: HTTPFields { current.withLock { $0 } }

    func add(to headers: inout HTTPFields) {
        for field in fields where headers[field.name] == nil { headers.append(field) }
    }

    package static func contentSecurityPolicy(_ origins: ForeignOrigins) -> String {
        let images = origins.gravatar ? " https://www.gravatar.com" : ""
        let styles = origins.googleFonts ? " https://fonts.googleapis.com" : ""
        let fonts = origins.googleFonts ? " https://fonts.gstatic.com" : ""
        let data = origins.openMeteo ? " https://geocoding-api.open-meteo.com https://api.open-meteo.com" : ""
        return [
            "default-src 'self'", "img-src 'self' data: blob:\(images)", "style-src 'self'\(styles)",
            "font-src 'self'\(fonts)", "connect-src 'self'\(data)", "worker-src 'self'", "object-src 'none'",
            "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
        ].joined(separator: "; ")
    }

    private static func fields(_ origins: ForeignOrigins, hasStrictTransport: Bool) -> HTTPFields {
        var fields: HTTPFields = [
            .contentSecurityPolicy: contentSecurityPolicy(origins),
            .xContentTypeOptions: "nosniff",
        ]
        let named: [(String, String)] = [
            ("x-frame-options", "DENY"),
            ("referrer-policy", "same-origin"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
            ("permissions-policy", "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ]
        for (name, value) in named {
            if let name = HTTPField.Name(name) { fields[name] = value }
        }
        if hasStrictTransport { fields[.strictTransportSecurity] = "max-age=31536000" }
        return fields
    }
}
