import AsyncHTTPClient
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// No connection came about, so another place may be tried; or one did, and something else went wrong.
enum ExchangeFailure: Error {
    case noConnection(ConnectionTrouble)
    case broken(ControlError)
}

/// Why no connection to one place came about.
struct ConnectionTrouble: Sendable {
    let place: DaemonPlace
    /// Completes "PLACE …".
    let reason: String
    let hint: String?

    /// Sorts what the libraries throw into "nobody there" and "somebody there, but …".
    static func explain(
        _ error: any Error, at place: DaemonPlace, timeLimit: Duration, largest: Int
    ) -> ExchangeFailure {
        if let error = error as? ControlError { return .broken(error) }
        if let trouble = noConnection(error, place) { return .noConnection(trouble) }
        if let untrusted = certificateTrouble(error, place) { return .broken(untrusted) }
        let seconds = timeLimit.components.seconds
        let sentence: String
        switch error {
        case let error as HTTPClientError where error == .deadlineExceeded || error == .readTimeout:
            sentence = "The daemon at \(place) did not finish its answer within \(seconds) seconds."
        case is NIOTooManyBytesError:
            sentence = "The answer of \(place) is larger than \(largest >> 20) MiB, and was not read."
        case let error as HTTPClientError where error == .remoteConnectionClosed:
            sentence = "\(place) closed the connection before its answer was whole."
        case is HTTPParserError:
            sentence = "What answers at \(place) does not speak HTTP."
        default:
            sentence = "Talking to \(place) failed: \(error)."
        }
        return .broken(ControlError(.failed, sentence, hints: ["`cb logs -n 50` shows what the daemon says"]))
    }

    static func notReachable(_ tried: [ConnectionTrouble]) -> ControlError {
        let reasons = tried.map { "\($0.place) \($0.reason)" }.joined(separator: "; ")
        let hints = tried.compactMap(\.hint).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return ControlError(
            .notReachable, "The daemon cannot be reached. \(reasons.isEmpty ? "No place to ask is known" : reasons).",
            hints: hints + ["`cb logs -n 50` shows why it does not run, `cb restart` starts it"])
    }

    private static func noConnection(_ error: any Error, _ place: DaemonPlace) -> ConnectionTrouble? {
        switch error {
        case let error as IOError where connectErrors.contains(error.errnoCode):
            return ConnectionTrouble(place: place, reason: sentence(error.errnoCode), hint: hint(error.errnoCode, place))
        case let error as NIOConnectionError:
            let inner = error.connectionErrors.first?.error
            if let inner, let trouble = noConnection(inner, place) { return trouble }
            let isUnknown = error.connectionErrors.isEmpty
            return ConnectionTrouble(
                place: place, reason: isUnknown ? "has a name that is not known" : "takes no connection", hint: nil)
        case let error as HTTPClientError where error == .connectTimeout:
            return ConnectionTrouble(place: place, reason: "does not answer", hint: nil)
        case is SocketAddressError:
            return ConnectionTrouble(place: place, reason: "is no path or name a connection can go to", hint: nil)
        case is ChannelError:
            return ConnectionTrouble(place: place, reason: "does not answer", hint: nil)
        default:
            return nil
        }
    }

    private static let connectErrors: Set<Int32> = [
        ENOENT, ENOTDIR, ECONNREFUSED, EACCES, EPERM, EHOSTUNREACH, ENETUNREACH, ETIMEDOUT, ENOTSOCK, EPROTOTYPE,
        EAGAIN, ENAMETOOLONG, EADDRNOTAVAIL,
    ]

    private static func sentence(_ code: Int32) -> String {
        switch code {
        case ENOENT, ENOTDIR: "is not there"
        case ECONNREFUSED: "takes no connection"
        case EACCES, EPERM: "may not be opened by this user"
        case EHOSTUNREACH, ENETUNREACH: "lies where no route leads"
        case ENOTSOCK, EPROTOTYPE: "is no socket"
        default: "cannot be connected to (\(String(cString: strerror(code))))"
        }
    }

    private static func hint(_ code: Int32, _ place: DaemonPlace) -> String? {
        guard [EACCES, EPERM].contains(code), case .socket = place else { return nil }
        return "run this as root, or as a member of the group circuit-breaker"
    }

    private static func certificateTrouble(_ error: any Error, _ place: DaemonPlace) -> ControlError? {
        let hints = [
            "--ca-file names the certificate of the CA to trust; the local one is ca.crt below tls.directory",
            "`cb doctor` looks at the certificate that is served",
        ]
        switch error {
        case let error as NIOSSLError:
            guard case .handshakeFailed(let reason) = error else { return nil }
            let text = String(describing: reason)
            if text.contains("CERTIFICATE_VERIFY_FAILED") {
                return ControlError(.failed, "The certificate of \(place) is not trusted here. \(text)", hints: hints)
            }
            if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
                return ControlError(.failed, "What answers at \(place) does not speak TLS.", hints: hints)
            }
            return ControlError(.failed, "The TLS handshake with \(place) failed: \(text).", hints: hints)
        case let error as NIOSSLExtraError where error == .failedToValidateHostname:
            return ControlError(.failed, "The certificate of \(place) is for another name.", hints: hints)
        default:
            return nil
        }
    }
}
