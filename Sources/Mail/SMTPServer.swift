import Kernel

/// Where to hand mail over, and how the way there is protected.
package struct SMTPServer: Sendable, Equatable {
    package enum Security: String, Sendable, CaseIterable, Codable {
        /// Plain at first, then TLS or nothing: a server that does not offer it gets no mail.
        case startTLS = "starttls"
        case tls
        case none

        package var usualPort: Int {
            switch self {
            case .startTLS: 587
            case .tls: 465
            case .none: 25
            }
        }
    }

    package var host: String
    package var port: Int
    package var security: Security
    package var username: String?
    package var password: Secret<String>?
    /// The only certificate authorities that count, as PEM; nil for those of the system.
    package var authorities: String?
    /// How long reaching the server and each of its answers may take, and the whole of it.
    package var connectTimeout = Duration.seconds(15)
    package var answerTimeout = Duration.seconds(30)
    package var totalTimeout = Duration.seconds(90)

    package init(
        host: String, port: Int, security: Security, username: String? = nil, password: Secret<String>? = nil,
        authorities: String? = nil
    ) {
        self.host = host
        self.port = port
        self.security = security
        self.username = username
        self.password = password
        self.authorities = authorities
    }

    /// A name or address of this machine, which no wire leads to.
    package static func isLoopback(_ host: String) -> Bool {
        let host = host.lowercased()
        if host == "localhost" || host == "::1" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }

    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    package static func isHost(_ text: String) -> Bool {
        if text.contains(":") {
            return (2...45).contains(text.utf8.count)
                && text.utf8.allSatisfy { byte in
                    HostName.isLetterOrDigit(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
                }
        }
        return HostName.isValid(text)
    }

    /// The address libcurl is given; its path is the name this machine greets with.
    func url(greeting: String) -> String {
        let scheme = security == .tls ? "smtps" : "smtp"
        let bracketed = host.contains(":") ? "[\(host)]" : host
        return "\(scheme)://\(bracketed):\(port)/\(greeting)"
    }
}
