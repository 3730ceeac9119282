import JSONKit
import Kernel

/// What a client may say on a stream. Everything else closes the socket: a program that is not understood should
/// learn so at once.
enum LiveRequest: Equatable, Sendable {
    case auth(token: String)
    /// `after` is the last event the client has; nil begins with what happens next.
    case subscribe(after: Int64?)
    /// Where the person before the page is, for the others on the same map.
    case presence(PresenceWord)

    struct NotUnderstood: Error {}

    init(_ text: String) throws(NotUnderstood) {
        guard case .object(let members)? = try? JSONParser.parse(text) else { throw NotUnderstood() }
        switch members["type"]?.stringValue {
        case "auth":
            guard let token = members["token"]?.stringValue, !token.isEmpty else { throw NotUnderstood() }
            self = .auth(token: token)
        case "subscribe":
            switch members["after"] {
            case nil, .null: self = .subscribe(after: nil)
            case .integer(let id) where id >= 0: self = .subscribe(after: id)
            default: throw NotUnderstood()
            }
        case "presence": self = .presence(try PresenceWord(members))
        default: throw NotUnderstood()
        }
    }
}
