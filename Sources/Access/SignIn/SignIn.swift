import Kernel

/// One attempt to sign in, from the question to the answer. Pure: it says what to do next and is told how that went.
/// Every way in goes through it, so that no branch can skip a step.
struct SignIn: Sendable {
    struct Account: Sendable, Equatable {
        let id: Int64
        let isActive: Bool
        let passwordHash: String
    }

    enum Step: Sendable, Equatable {
        /// Compare the password with that hash; without an account with the decoy, which takes as long.
        case checkPassword(hash: String?)
        case grant
        case refuse(Refusal)
    }

    enum Refusal: Sendable, Equatable {
        /// Too many failures; nothing was looked at.
        case wait(until: Instant)
        /// Told to the caller as one and the same, whatever it was.
        case wrong(Reason)
    }

    /// For the audit trail only.
    enum Reason: String, Sendable, Equatable {
        case unknownAccount = "unknown_account"
        case wrongPassword = "wrong_password"
        case inactive
        /// The password was changed between looking and deciding.
        case changedMeanwhile = "changed_meanwhile"
    }

    private enum State: Sendable, Equatable {
        case asked
        case checking(Account?)
        case over
    }

    private var state = State.asked

    /// `waits` are what the account and the address have to wait for, if anything.
    mutating func begin(account: Account?, waits: [Instant?]) -> Step {
        precondition(state == .asked, "a sign-in begins once")
        if let until = waits.compactMap({ $0 }).max() {
            state = .over
            return .refuse(.wait(until: until))
        }
        state = .checking(account)
        return .checkPassword(hash: account?.passwordHash)
    }

    /// `current` and `waits` are read again in the transaction that decides: meanwhile others may have failed, or an
    /// administrator may have acted.
    mutating func checked(isRight: Bool, current: Account?, waits: [Instant?]) -> Step {
        guard case .checking(let account) = state else {
            preconditionFailure("a password is checked after it was asked")
        }
        state = .over
        if let until = waits.compactMap({ $0 }).max() { return .refuse(.wait(until: until)) }
        guard let account else { return .refuse(.wrong(.unknownAccount)) }
        guard isRight else { return .refuse(.wrong(.wrongPassword)) }
        guard let current, current.id == account.id, current.passwordHash == account.passwordHash else {
            return .refuse(.wrong(.changedMeanwhile))
        }
        return current.isActive ? .grant : .refuse(.wrong(.inactive))
    }
}
