import ControlClient
import JSONKit

/// What only the daemon can show of itself: that a token works and an expired one does not, that the history holds, that
/// a backup can be restored.
struct OwnProofs: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] { await patient.proofs() }
}

/// How `cb` comes by them.
package enum AskedProofs {
    package static let path = "go-live/proofs"

    static func ask(_ client: ControlClient) async -> [Finding] {
        var client = client
        // A backup is made and restored meanwhile.
        client.timeLimit = .seconds(600)
        do {
            return try await client.send(.post(path)).decode(Report.self).findings.map(\.finding)
        } catch {
            let isRefused = error.kind == .refused
            return [
                Finding(
                    "proofs", .unknown,
                    "What only the daemon can prove (sign-in, tokens, vault, history, backup) was not looked at: "
                        + error.message,
                    mend: isRefused
                        ? "Run this as root where CB_API_TOKEN is set, or give an administrator's token with --token-file."
                        : error.hints.first.map { $0 + "." } ?? "Start the daemon, then run this again.")
            ]
        }
    }

    struct Report: Decodable {
        struct Line: Decodable {
            let id: String
            let state: Finding.State
            let why: String
            let mend: String?

            var finding: Finding { Finding(id, state, why, mend: mend) }
        }

        let findings: [Line]
    }
}
