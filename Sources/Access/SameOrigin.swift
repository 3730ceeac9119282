import HTTPKit
import HTTPTypes

/// Whether a request was caused by a page of this origin (ADR 16).
enum SameOrigin {
    /// True only with a proof: `Sec-Fetch-Site: same-origin`, which no page can forge, or an equal `Origin` or `Referer`.
    static func isProven(by request: RequestFacts) -> Bool {
        if let site = request.headers[.secFetchSite] { return site == "same-origin" }
        if let origin = request.headers[.origin] { return isOwn(origin, request.origin) }
        if let referer = request.headers[.referer] {
            return originPart(of: referer).map { isOwn($0, request.origin) } ?? false
        }
        return false
    }

    /// True when the browser says that another site's page is behind it. A program says nothing and is let through.
    static func isDisproven(by request: RequestFacts) -> Bool {
        if let site = request.headers[.secFetchSite] { return site != "same-origin" && site != "none" }
        if let origin = request.headers[.origin] { return !isOwn(origin, request.origin) }
        return false
    }

    private static func isOwn(_ text: String, _ own: RequestOrigin) -> Bool {
        !own.host.isEmpty && isSame(text, own.text)
    }

    /// Whether two texts name one origin.
    static func isSame(_ left: String, _ right: String) -> Bool { normalised(left) == normalised(right) }

    /// Lower case, without the port that the scheme implies.
    private static func normalised(_ origin: String) -> String {
        let text = origin.lowercased()
        for (scheme, port) in [("https://", ":443"), ("http://", ":80")]
        where text.hasPrefix(scheme) && text.hasSuffix(port) {
            return String(text.dropLast(port.count))
        }
        return text
    }

    /// `https://host:port` of a whole address.
    private static func originPart(of address: String) -> String? {
        guard let scheme = address.firstRange(of: "://") else { return nil }
        let host = address[scheme.upperBound...].prefix { !"/?#".contains($0) }
        guard !host.contains("@") else { return nil }
        return String(address[..<scheme.upperBound] + host)
    }
}

extension HTTPField.Name {
    static let secFetchSite = HTTPField.Name(parsed: "sec-fetch-site") ?? .via
}
