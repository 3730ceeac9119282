import Kernel

/// Why a database cannot be reached or written: named states, each with its cure. What asked for it is told by
/// `AppError(.unavailable)`; the health list names the state for as long as it lasts.
package enum DatabaseTrouble: String, Sendable, CaseIterable {
    case full, memory, damaged, moved, locked, closed, unreachable, connections, busy, late, newer
    case readOnly = "read-only"
    case inputOutput = "io-error"
    case unopened = "cannot-open"
    case openFiles = "open-files"
    case unusable

    /// What stands in the health list, such as `database-full`.
    package var healthID: String { "database-\(rawValue)" }

    package var cure: String {
        switch self {
        case .full:
            "Make room there: nothing that was saved is lost, and changes are taken again as soon as there is room."
        case .memory: "Give the database server more memory, or stop what uses it up."
        case .readOnly: "Make the file and its file system writable for the daemon's user (`mount -o remount,rw`)."
        case .inputOutput:
            "Look at the disk with `dmesg` and `smartctl`; copy the data elsewhere before it fails altogether."
        case .unopened: "See that the folder and the file are there and belong to the daemon's user."
        case .openFiles: "Raise LimitNOFILE= of circuit-breaker.service, or close what holds so many files open."
        case .damaged: "Restore a backup: `cb backup list` and `cb backup restore` show and use them."
        case .moved:
            "Put the file back where it was. If that cannot be, stop the daemon, restore a backup and start it again."
        case .locked: "End the program that holds it (`fuser -v` on the file names it)."
        case .closed: "The daemon is stopping or starting; wait a moment."
        case .unreachable: "See that the PostgreSQL server runs and that CB_DB_URL names it."
        case .connections: "Raise max_connections of the PostgreSQL server, or close what holds its connections."
        case .busy, .late: "Look for what keeps the database busy; try again in a moment."
        case .newer: "Install the newer version again, or restore the copy that was made before the upgrade."
        case .unusable: "The journal has the reason."
        }
    }

    /// The trouble behind an error that a store or an upgrade threw; nil when it is about something else.
    package init?(behind error: any Error) {
        switch error {
        case PersistenceError.unavailable(let trouble, _): self = trouble
        case let error as AppError:
            guard let cause = error.cause, let trouble = Self(behind: cause) else { return nil }
            self = trouble
        case let error as any TroubleNaming:
            guard let trouble = error.trouble else { return nil }
            self = trouble
        default: return nil
        }
    }
}

/// An error of another module that has a database trouble behind it.
package protocol TroubleNaming: Error {
    var trouble: DatabaseTrouble? { get }
}
