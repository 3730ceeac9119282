import CCurl

/// How far a conversation with a server came: the last command by its verb, and the last answer. Parameters of commands
/// are never kept; credentials are among them.
struct SMTPDialogue {
    private(set) var lastVerb = ""
    private(set) var lastAnswer = ""
    private(set) var verbs: Set<String> = []
    /// The rest is courtesy.
    private var isLeaving = false

    private static let known: Set<String> = ["EHLO", "HELO", "STARTTLS", "AUTH", "MAIL", "RCPT", "DATA"]

    mutating func sent(_ bytes: some Collection<UInt8>) {
        let verb = String(decoding: bytes.prefix(while: { $0 > 0x20 }).prefix(10), as: UTF8.self).uppercased()
        if verb == "QUIT" { isLeaving = true }
        // What follows AUTH is its secret, whatever word it looks like.
        guard Self.known.contains(verb) else { return }
        lastVerb = verb
        verbs.insert(verb)
    }

    mutating func received(_ bytes: some Collection<UInt8>) {
        guard !isLeaving else { return }
        for line in String(decoding: bytes.prefix(4096), as: UTF8.self).split(whereSeparator: \.isNewline) {
            let text = Self.bounded(line)
            guard !text.isEmpty else { continue }
            lastAnswer = text
        }
    }

    private static func bounded(_ text: Substring) -> String {
        let scalars = text.unicodeScalars.filter { $0.properties.generalCategory != .control }
        return String(String.UnicodeScalarView(scalars.prefix(200)))
    }

    /// What libcurl's code means after this conversation.
    func failure(_ code: CURLcode, of server: SMTPServer, detail: String, isStopped: Bool) -> SMTPFailure {
        let kind = isStopped ? .stopped : kind(code, server)
        let isSaid: Bool =
            switch kind {
            case .unknownHost, .unreachable, .timedOut, .untrusted, .badTLS, .badAuthorities, .stopped: false
            default: true
            }
        return SMTPFailure(
            kind: kind, server: server.host, port: server.port, security: server.security,
            answer: isSaid ? lastAnswer : "",
            detail: [.untrusted, .badTLS, .other].contains(kind) ? detail : "")
    }

    private func kind(_ code: CURLcode, _ server: SMTPServer) -> SMTPFailure.Kind {
        switch code {
        case CURLE_COULDNT_RESOLVE_HOST: return .unknownHost
        case CURLE_COULDNT_CONNECT: return .unreachable
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_USE_SSL_FAILED: return .noTLS
        case CURLE_PEER_FAILED_VERIFICATION: return .untrusted
        case CURLE_SSL_CACERT_BADFILE, CURLE_SSL_CERTPROBLEM: return .badAuthorities
        case CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CIPHER: return .badTLS
        case CURLE_LOGIN_DENIED: return verbs.contains("AUTH") ? .signInRefused : .signInNotOffered
        case CURLE_GOT_NOTHING, CURLE_RECV_ERROR: return answered(or: .closed)
        default: return answered(or: code == CURLE_WEIRD_SERVER_REPLY ? .notSMTP : .other)
        }
    }

    /// By what the server said last, and to which command.
    private func answered(or otherwise: SMTPFailure.Kind) -> SMTPFailure.Kind {
        guard let digit = lastAnswer.first, lastAnswer.prefix(3).allSatisfy(\.isNumber), lastAnswer.count >= 3 else {
            return lastAnswer.isEmpty ? otherwise : .notSMTP
        }
        switch digit {
        case "4": return lastAnswer.hasPrefix("421") && lastVerb != "RCPT" && lastVerb != "DATA" ? .closed : .greylisted
        case "5":
            if lastAnswer.hasPrefix("530"), !verbs.contains("AUTH") {
                return lastAnswer.uppercased().contains("TLS") ? .tlsNeeded : .signInNeeded
            }
            switch lastVerb {
            case "MAIL": return .senderRefused
            case "RCPT": return .recipientRefused
            case "DATA": return .contentRefused
            default: return .other
            }
        default: return otherwise == .other ? .closed : otherwise
        }
    }
}
