import Kernel

/// One sign-in, from the first proof to the session. Pure: it is told what happened and what the account asks for now,
/// and says what is wanted next. Every way in goes through it (ADR 29), so that none can skip a factor, a lock-out or a
/// password that must be changed.
///
/// What the account demands is handed in anew with each event, as it is in the transaction that decides; nothing is
/// believed from the beginning of the sign-in. Once over, it stays over.
package struct SignInState: Sendable, Equatable, Codable {
    /// What the account asks for at this moment.
    package struct Demands: Sendable, Equatable, Codable {
        package var isActive: Bool
        /// A confirmed TOTP seed or a passkey is on the account.
        package var hasSecondFactor: Bool
        /// The profile in force wants one of this person.
        package var needsSecondFactor: Bool
        package var mustChangePassword: Bool

        package init(isActive: Bool, hasSecondFactor: Bool, needsSecondFactor: Bool, mustChangePassword: Bool) {
            self.isActive = isActive
            self.hasSecondFactor = hasSecondFactor
            self.needsSecondFactor = needsSecondFactor
            self.mustChangePassword = mustChangePassword
        }
    }

    package enum Event: String, Sendable, Equatable, CaseIterable {
        case passwordRight, passwordWrong
        /// `verified`: the authenticator knows its person by a PIN or a finger, so it is both factors at once.
        case passkeyVerified, passkeyTouched, passkeyWrong
        /// A provider has vouched for the person; what counts as that is decided before.
        case externalRight, externalRefused
        case totpRight, totpWrong
        /// The right code of a step that was used already.
        case totpReplayed
        case recoveryCodeRight, recoveryCodeWrong
        /// A second factor was set up and used once.
        case enrolled
        case passwordChanged
        case lockedOut, timedOut
        /// The account's credentials are not those that were checked.
        case changedMeanwhile
    }

    package enum Stage: Sendable, Equatable {
        case first, secondFactor, enrolment, newPassword, granted
        case refused(Refusal)
    }

    /// For the audit trail; people are told less.
    package enum Refusal: String, Sendable, Equatable, Codable {
        case unknownAccount = "unknown_account"
        case wrongPassword = "wrong_password"
        case wrongPasskey = "wrong_passkey"
        /// As the only proof a passkey has to know its person.
        case unverifiedPasskey = "unverified_passkey"
        case refusedByProvider = "refused_by_provider"
        case tooManyMisses = "too_many_wrong_codes"
        case inactive
        case lockedOut = "locked_out"
        case timedOut = "timed_out"
        case changedMeanwhile = "changed_meanwhile"
        /// A step was tried that is not the next one.
        case outOfTurn = "out_of_turn"
    }

    package enum First: String, Sendable, Equatable, Codable {
        case password, passkey, external
    }

    package enum Second: String, Sendable, Equatable, Codable {
        case totp, passkey
        case recoveryCode = "recovery_code"
        case enrolled
    }

    /// Wrong second factors that one sign-in bears; they count against account and address besides.
    static let mostMisses = 5
    /// How long a sign-in may take.
    static let lifetime = Duration.seconds(600)

    package private(set) var first: First?
    package private(set) var second: Second?
    package private(set) var hasChangedPassword = false
    package private(set) var misses = 0
    private var isGranted = false
    private var refusal: Refusal?
    private var demands: Demands?

    package init() {}

    /// What is wanted next, by the demands of the last event.
    package var stage: Stage {
        if let refusal { return .refused(refusal) }
        guard first != nil, let demands else { return .first }
        if demands.hasSecondFactor, second == nil { return .secondFactor }
        if demands.needsSecondFactor, second == nil { return .enrolment }
        if demands.mustChangePassword, !hasChangedPassword { return .newPassword }
        return .granted
    }

    /// Nothing that happens changes it any more.
    package var isOver: Bool { isGranted || refusal != nil }

    /// What the account asks for now may lead to another step than a moment ago; nothing has happened yet.
    mutating func look(_ demands: Demands) {
        guard !isOver else { return }
        self.demands = demands
    }

    /// `demands` is nil where there is no such account (any more).
    @discardableResult
    package mutating func receive(_ event: Event, _ demands: Demands?) -> Stage {
        guard !isOver else { return stage }
        self.demands = demands ?? self.demands
        switch event {
        case .lockedOut: return refuse(.lockedOut)
        case .timedOut: return refuse(.timedOut)
        case .changedMeanwhile: return refuse(.changedMeanwhile)
        default: break
        }
        guard let demands else { return refuse(first == nil ? .unknownAccount : .changedMeanwhile) }
        // With what the account asks for now the next step may be another one than a moment ago.
        switch stage {
        case .first: prove(event)
        case .secondFactor: proveAgain(event)
        case .enrolment:
            guard event == .enrolled else { return refuse(.outOfTurn) }
            second = .enrolled
        case .newPassword:
            guard event == .passwordChanged else { return refuse(.outOfTurn) }
            hasChangedPassword = true
        // Nothing is missing any more because the account asks for less than it did. That is no event that lets in.
        case .granted, .refused: refuse(.outOfTurn)
        }
        if refusal == nil, !demands.isActive { return refuse(.inactive) }
        isGranted = stage == .granted
        return stage
    }

    private mutating func prove(_ event: Event) {
        switch event {
        case .passwordRight: first = .password
        case .externalRight: first = .external
        case .passkeyVerified:
            first = .passkey
            second = .passkey
        case .passwordWrong: refuse(.wrongPassword)
        case .passkeyWrong: refuse(.wrongPasskey)
        case .passkeyTouched: refuse(.unverifiedPasskey)
        case .externalRefused: refuse(.refusedByProvider)
        default: refuse(.outOfTurn)
        }
    }

    private mutating func proveAgain(_ event: Event) {
        switch event {
        case .totpRight: second = .totp
        case .recoveryCodeRight: second = .recoveryCode
        case .passkeyVerified, .passkeyTouched: second = .passkey
        case .totpWrong, .totpReplayed, .recoveryCodeWrong, .passkeyWrong:
            misses += 1
            if misses >= Self.mostMisses { refuse(.tooManyMisses) }
        default: refuse(.outOfTurn)
        }
    }

    @discardableResult
    private mutating func refuse(_ why: Refusal) -> Stage {
        refusal = why
        return .refused(why)
    }
}
