import Foundation
import Glibc
import Kernel
import Persistence
import Synchronization

extension HealthChecks {
    /// Whether connections and files can still be opened.
    package func registerOpenFiles() {
        register("open-files", trouble: Self.openFilesTrouble) {
            var limit = rlimit()
            guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
                throw AppError(.unavailable, "getrlimit failed with \(errno).")
            }
            let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
            return Self.openFilesItem(open: open, limit: Int(clamping: limit.rlim_cur))
        }
    }

    private static let openFilesTrouble =
        "How many files are open cannot be read, so there are probably too many. Raise LimitNOFILE= of "
        + "circuit-breaker.service, or find out who opens so many connections."

    static func openFilesItem(open: Int, limit: Int) -> HealthItem {
        let cure = " Raise LimitNOFILE= of circuit-breaker.service, or find out who opens so many connections."
        let severity: HealthItem.Severity = open > limit / 20 * 19 ? .failing : open > limit / 5 * 4 ? .warning : .ok
        return HealthItem(
            id: "open-files", severity: severity,
            message: "\(open) of \(limit) files are open.\(severity == .ok ? "" : cure)")
    }

    /// Whether the time of day can be trusted: sign-ins, certificates and the audit history go by it.
    package func registerClock(_ store: any Store, clock: any WallClock) {
        let judge = ClockJudge()
        register("clock", trouble: "The time of the newest entry of the history cannot be read.") {
            let newest = try await store.read { tx in
                try tx.rows("SELECT at FROM audit_log ORDER BY id DESC LIMIT 1").first.map {
                    Instant(milliseconds: try $0.integer(0))
                }
            }
            return judge.item(now: clock.now, elapsed: ContinuousClock.now, newest: newest)
        }
    }
}

/// Compares the time of day with the time that passed, and with what is written down already.
final class ClockJudge: Sendable {
    private struct State {
        var last: (now: Instant, elapsed: ContinuousClock.Instant)?
        var jump: (by: Duration, at: ContinuousClock.Instant)?
    }

    /// A smaller difference is what a time service corrects every day.
    private static let tolerance = Duration.seconds(30)
    /// How long a jump is told of.
    private static let memory = Duration.seconds(900)

    private let state = Mutex(State())

    func item(now: Instant, elapsed: ContinuousClock.Instant, newest: Instant?) -> HealthItem {
        let jump = state.withLock { state -> Duration? in
            if let last = state.last {
                let difference = (now - last.now) - last.elapsed.duration(to: elapsed)
                if abs(difference.milliseconds) > Self.tolerance.milliseconds { state.jump = (difference, elapsed) }
            }
            state.last = (now, elapsed)
            if let at = state.jump?.at, at.duration(to: elapsed) > Self.memory { state.jump = nil }
            return state.jump?.by
        }
        let cure = "See that a time service runs: `timedatectl` shows it."
        if let newest, newest - now > Self.tolerance {
            return HealthItem(
                id: "clock", severity: .warning,
                message: "The clock is \(words(newest - now)) behind the newest entry of the history; entries keep "
                    + "their order, but not their times. \(cure)")
        }
        if let jump {
            return HealthItem(
                id: "clock", severity: .warning,
                message: "The clock jumped \(jump < .zero ? "back" : "ahead") by \(words(jump)). \(cure)")
        }
        return HealthItem(id: "clock", severity: .ok, message: "The clock runs evenly.")
    }

    private func words(_ length: Duration) -> String {
        // To the nearest: a clock that was set seven hours ahead is seen some milliseconds short of that.
        let seconds = (abs(length.milliseconds) + 500) / 1_000
        return switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\((seconds + 30) / 60) min"
        case ..<172_800: "\((seconds + 1_800) / 3_600) h"
        default: "\((seconds + 43_200) / 86_400) days"
        }
    }
}
