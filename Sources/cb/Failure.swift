import ControlClient
import DaemonConfig
import Kernel

/// What `cb` ends with.
enum ExitStatus: Int32 {
    case done = 0, failed, usage, notReachable, refused
}

/// Why a command did not do what it was asked. The message is one or more sentences for a person.
struct Failure: Error {
    let status: ExitStatus
    let message: String
    let hints: [String]

    init(_ status: ExitStatus, _ message: String, hints: [String] = []) {
        self.status = status
        self.message = message
        self.hints = hints
    }

    /// Nil for what the reading of the command line says by itself.
    init?(_ error: any Error) {
        switch error {
        case let error as Failure:
            self = error
        case let error as ControlError:
            let fields = error.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
            self.init(ExitStatus(error.kind), error.message, hints: fields + error.hints)
        case let error as AppError:
            let refusals: Set<AppError.Kind> = [
                .unauthenticated, .forbidden, .setupNeeded, .stepUpRequired, .conflict, .stale,
            ]
            self.init(
                refusals.contains(error.kind) ? .refused : .failed, error.message,
                hints: error.fields.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" })
        case let error as ConfigurationErrors:
            self.init(.failed, error.description)
        case is CancellationError:
            self.init(.failed, "Stopped.")
        default:
            return nil
        }
    }
}

extension ExitStatus {
    init(_ kind: ControlError.Kind) {
        self =
            switch kind {
            case .failed: .failed
            case .notReachable: .notReachable
            case .refused: .refused
            }
    }
}
