/// The security headers of every response: the one table that the daemon sends from and that reverse-proxy
/// configurations are printed from.
package enum HeaderTable {
    package struct Field: Sendable, Equatable {
        /// In lower case.
        package let name: String
        package let value: String
    }

    /// `hasStrictTransport`: people reach the pages over HTTPS. A browser ignores HSTS from a bare IP address
    /// (RFC 6797 section 8.1).
    package static func fields(_ origins: ForeignOrigins, hasStrictTransport: Bool) -> [Field] {
        var fields = [
            Field(name: "content-security-policy", value: contentSecurityPolicy(origins)),
            Field(name: "x-content-type-options", value: "nosniff"),
            Field(name: "x-frame-options", value: "DENY"),
            Field(name: "referrer-policy", value: "same-origin"),
            Field(name: "cross-origin-opener-policy", value: "same-origin"),
            Field(name: "cross-origin-resource-policy", value: "same-origin"),
            Field(
                name: "permissions-policy", value: "camera=(), microphone=(), geolocation=(), payment=(), usb=()"),
        ]
        if hasStrictTransport { fields.append(Field(name: "strict-transport-security", value: "max-age=31536000")) }
        return fields
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
}
