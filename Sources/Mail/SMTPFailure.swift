import Kernel

/// Why a message was not taken, in words and with the next step.
package struct SMTPFailure: Error, Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable, CaseIterable {
        case unknownHost = "unknown_host"
        case unreachable
        case timedOut = "timed_out"
        case closed
        case noTLS = "no_tls"
        case tlsNeeded = "tls_needed"
        case badTLS = "bad_tls"
        case untrusted
        case signInRefused = "sign_in_refused"
        case signInNeeded = "sign_in_needed"
        case signInNotOffered = "sign_in_not_offered"
        case greylisted
        case senderRefused = "sender_refused"
        case recipientRefused = "recipient_refused"
        case contentRefused = "content_refused"
        case notSMTP = "not_smtp"
        case stopped
        case badAuthorities = "bad_authorities"
        case other
    }

    package let kind: Kind
    package let server: String
    package let port: Int
    package let security: SMTPServer.Security
    /// What the server said last, in one line without control characters; empty where it said nothing.
    package let answer: String
    /// What the TLS library or the network said.
    package let detail: String

    /// Whether the same message may be taken later without anybody changing anything.
    package var isTemporary: Bool {
        switch kind {
        case .unreachable, .timedOut, .closed, .greylisted, .stopped, .unknownHost: true
        case .signInRefused: answer.hasPrefix("4")
        case .noTLS, .tlsNeeded, .badTLS, .untrusted, .signInNeeded, .signInNotOffered, .senderRefused,
            .recipientRefused,
            .contentRefused, .notSMTP, .badAuthorities, .other:
            false
        }
    }

    /// A sentence for the person who looks after the mail settings, with what to do.
    package var sentence: String {
        let said = answer.isEmpty ? "" : " It said: “\(answer)”."
        switch kind {
        case .unknownHost:
            return
                "The name “\(server)” could not be found. Check the spelling, and that this machine can resolve names."
        case .unreachable:
            return "Nothing answers at \(server), port \(port). Check the port (587 for STARTTLS, 465 for TLS), and "
                + "that no firewall stands between."
        case .timedOut:
            return "\(server) took too long to answer. \(slowHint)Check that it is not overloaded."
        case .closed:
            return "\(server) closed the connection before the message was taken.\(said) \(portHint)"
        case .noTLS:
            return "\(server) does not offer STARTTLS on port \(port), so nothing was sent.\(said) Use port 465 with "
                + "TLS, or turn STARTTLS on at the server."
        case .tlsNeeded:
            return "\(server) takes mail only over a protected connection.\(said) Choose STARTTLS or TLS."
        case .badTLS:
            return "No protected connection to \(server) could be made. \(portHint)\(detailed)"
        case .untrusted:
            return "The certificate of \(server) was not accepted\(reason). Use the name that the certificate is made "
                + "for, or give the certificate of the authority that signed it."
        case .signInRefused:
            return "\(server) refused the user name or the password.\(said) Some providers want an app password "
                + "instead of the usual one."
        case .signInNeeded:
            return "\(server) takes mail only after signing in.\(said) Enter a user name and a password."
        case .signInNotOffered:
            return "\(server) offers no way to sign in that is known here. Remove the user name and the password if "
                + "it takes mail without, or use its submission port (587 or 465)."
        case .greylisted:
            return "\(server) asks to try again later.\(said) Many servers do so at the first mail from "
                + "somebody new and take it some minutes later."
        case .senderRefused:
            return "\(server) does not take mail from the sender's address.\(said) Use a sender address that this "
                + "account may send from."
        case .recipientRefused:
            return "\(server) does not take mail for this recipient.\(said) Check the address."
        case .contentRefused:
            return "\(server) refused the message itself.\(said) Ask whoever runs the server why."
        case .notSMTP:
            return "What answers at \(server), port \(port), is no mail server.\(said) Check host and port."
        case .stopped:
            return "The daemon was stopped while sending. The message is sent after the next start."
        case .badAuthorities:
            return "The given authority's certificate could not be read. Paste it whole, from “-----BEGIN "
                + "CERTIFICATE-----” to “-----END CERTIFICATE-----”."
        case .other:
            return "The message could not be handed to \(server).\(said)\(detailed)"
        }
    }

    private var detailed: String { detail.isEmpty ? "" : " (\(detail))" }
    private var reason: String { detail.isEmpty ? "" : ": \(detail)" }

    /// The commonest mistake: the kind of protection does not fit the port.
    private var portHint: String {
        switch (security, port) {
        case (.tls, 587), (.tls, 25): "Port \(port) usually wants STARTTLS, not TLS from the start."
        case (.startTLS, 465), (.none, 465): "Port 465 usually wants TLS from the start."
        default: "Check that port and protection belong together."
        }
    }

    private var slowHint: String {
        switch (security, port) {
        case (.tls, 587), (.tls, 25), (.startTLS, 465), (.none, 465): portHint + " "
        default: ""
        }
    }
}
