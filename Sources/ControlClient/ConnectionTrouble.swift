import Glibc
import LocalCA
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

    /// Sorts what was thrown into "nobody there" and "somebody there, but …".
    static func explain(
        _ error: any Error, at place: DaemonPlace, timeLimit: Duration, largest: Int
    ) -> ExchangeFailure {
        if let failure = error as? ConnectFailure { return .noConnection(noConnection(failure.reason, place)) }
        if let untrusted = certificateTrouble(error, place) { return .broken(untrusted) }
        let sentence =
            switch error {
            case is TimeIsUp:
                "The daemon at \(place) did not finish its answer within \(timeLimit.components.seconds) seconds."
            case is NIOTooManyBytesError:
                "The answer of \(place) is larger than \(largest >> 20) MiB, and was not read."
            case is EarlyEnd:
                "\(place) closed the connection before its answer was whole."
            case is HTTPParserError:
                "What answers at \(place) does not speak HTTP."
            default:
                "Talking to \(place) failed: \(error)."
            }
        return .broken(ControlError(.failed, sentence, hints: ["`cb logs -n 50` shows what the daemon says"]))
    }

    static func notReachable(_ tried: [ConnectionTrouble]) -> ControlError {
        let reasons = tried.map { "\($0.place) \($0.reason)" }.joined(separator: "; ")
        let hints = tried.compactMap(\.hint).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
        return ControlError(
            .notReachable, "The daemon cannot be reached: \(reasons.isEmpty ? "no place to ask is known" : reasons).",
            hints: hints + ["`cb logs -n 50` shows why it does not run, `cb restart` starts it"])
    }

    private static func noConnection(_ error: any Error, _ place: DaemonPlace) -> ConnectionTrouble {
        switch error {
        case let error as IOError:
            return ConnectionTrouble(
                place: place, reason: sentence(error.errnoCode), hint: hint(error.errnoCode, place))
        case let error as NIOConnectionError:
            if let inner = error.connectionErrors.first?.error { return noConnection(inner, place) }
            return ConnectionTrouble(place: place, reason: "has a name that is not known here", hint: nil)
        case is SocketAddressError:
            return ConnectionTrouble(place: place, reason: "is no path or name a connection can go to", hint: nil)
        default:
            return ConnectionTrouble(place: place, reason: "does not answer", hint: nil)
        }
    }

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
        switch error {
        case let refusal as ChainJudge.Refusal:
            return ControlError(
                .failed, "The certificate of \(place) is not trusted here: \(refusal).",
                hints: [
                    "--ca-file names the certificate of the CA to trust; the local one is ca.crt below tls.directory",
                    "`cb doctor` looks at the certificate that is served",
                ])
        case let error as NIOSSLError:
            guard case .handshakeFailed(let reason) = error else { return nil }
            return handshakeTrouble(String(describing: reason), place)
        case let error as BoringSSLError:
            return handshakeTrouble(String(describing: error), place)
        default:
            return nil
        }
    }

    private static func handshakeTrouble(_ text: String, _ place: DaemonPlace) -> ControlError {
        if text.contains("WRONG_VERSION_NUMBER") || text.contains("HTTP_REQUEST") {
            return ControlError(
                .failed, "What answers at \(place) does not speak TLS.", hints: ["--url http://… asks without TLS"])
        }
        return ControlError(.failed, "The TLS handshake with \(place) failed: \(text).")
    }
}
