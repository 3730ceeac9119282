import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence

/// What a sign-in on its way waits for, as the page needs it.
struct PendingSignIn: JSONAnswer, Equatable {
    enum Next: String, Sendable, CaseIterable {
        case secondFactor = "second_factor"
        case enrolment, newPassword = "new_password"
    }

    let next: Next
    /// How the second factor can be proven, or set up.
    let ways: [String]
    let expiresAt: Instant

    static let shape: JSONShape = .object([
        .init(name: "next", shape: .choice(Next.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "ways", shape: .array(.choice(["totp", "passkey", "recovery_code"])), isRequired: true),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
    ])

    init(_ progress: SignInProgress, _ account: SignInAccount, in tx: any Session) throws {
        expiresAt = progress.expiresAt
        switch progress.state.stage {
        case .newPassword:
            next = .newPassword
            ways = []
        case .enrolment:
            next = .enrolment
            ways = ["totp", "passkey"]
        case .first, .secondFactor, .granted, .refused:
            next = .secondFactor
            let codes = try OneTimeCodeStore.recoveryCodesLeft(of: account.id, in: tx)
            ways = [
                account.hasTOTP ? "totp" : nil, account.hasPasskey ? "passkey" : nil, codes > 0 ? "recovery_code" : nil,
            ].compactMap { $0 }
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("next", next.rawValue)
        writer.member("ways", ways)
        writer.member("expires_at", milliseconds: expiresAt.milliseconds)
        writer.endObject()
    }

    func reply() -> Reply {
        var reply = unkept()
        reply.status = .accepted
        return reply
    }
}
