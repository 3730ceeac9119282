import HTTPKit
import JSONKit
import Kernel

/// A message on its way. What it says is sealed in the database and not part of this.
struct QueuedMail: JSONAnswer, Equatable {
    enum State: String, Sendable, CaseIterable {
        case waiting, sent, failed
    }

    let id: Int64
    let messageID: String
    let kind: String
    let recipient: String
    let subject: String
    let state: State
    let attempts: Int
    let createdAt: Instant
    let dueAt: Instant
    let expiresAt: Instant
    let finishedAt: Instant?
    /// Why the last attempt did not succeed, as a sentence.
    let problem: String?

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "kind", shape: .string, isRequired: true),
        .init(name: "recipient", shape: .string, isRequired: true),
        .init(name: "subject", shape: .string, isRequired: true),
        .init(name: "state", shape: .choice(State.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "attempts", shape: .integer, isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "due_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
        .init(name: "finished_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "problem", shape: .nullable(.string), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("kind", kind)
        writer.member("recipient", recipient)
        writer.member("subject", subject)
        writer.member("state", state.rawValue)
        writer.member("attempts", attempts)
        writer.member("created_at", milliseconds: createdAt.milliseconds)
        writer.member("due_at", milliseconds: state == .waiting ? dueAt.milliseconds : nil)
        writer.member("expires_at", milliseconds: expiresAt.milliseconds)
        writer.member("finished_at", milliseconds: finishedAt?.milliseconds)
        writer.member("problem", problem)
        writer.endObject()
    }
}

/// How long to wait after so many attempts. Greylisting wants some minutes; a server that is down wants patience.
enum RetryPause {
    private static let minutes: [Int64] = [1, 2, 4, 8, 15, 30, 60]

    static func after(_ attempts: Int) -> Duration {
        .seconds(60 * minutes[min(max(attempts, 1), minutes.count) - 1])
    }
}
