import Kernel

/// What a request needs to know of a session and its person.
struct KnownSession: Sendable, Equatable {
    /// Whom an administrator acts as, and for how long.
    struct Acting: Sendable, Equatable {
        let userID: Int64
        let email: String
        let role: Role
        let isActive: Bool
        let until: Instant
    }

    /// What comes before everything else a person may do.
    enum Duty: String, Sendable, CaseIterable {
        case changePassword = "change_password"
        case secondFactor = "second_factor"

        var refusal: AppError {
            switch self {
            case .changePassword: AppError(.forbidden, "Choose a new password in your profile first.")
            case .secondFactor:
                AppError(
                    .forbidden,
                    "Set up a second factor in your profile first: the hardened profile wants one of administrators.")
            }
        }
    }

    /// How long a proof is fresh enough for what is dangerous.
    static let freshness = Duration.seconds(600)

    let id: Int64
    let userID: Int64
    let email: String
    let role: Role
    let mustChangePassword: Bool
    var hasSecondFactor = false
    let createdAt: Instant
    var lastSeenAt: Instant
    /// When the person last proved who they are, at the sign-in or since.
    var provenAt: Instant?
    var acting: Acting?

    init(
        id: Int64, userID: Int64, email: String, role: Role, mustChangePassword: Bool, createdAt: Instant,
        lastSeenAt: Instant
    ) {
        self.id = id
        self.userID = userID
        self.email = email
        self.role = role
        self.mustChangePassword = mustChangePassword
        self.createdAt = createdAt
        self.lastSeenAt = lastSeenAt
    }

    func duty(_ rules: AccessRules) -> Duty? {
        if mustChangePassword { return .changePassword }
        return rules.needsSecondFactor(role) && !hasSecondFactor ? .secondFactor : nil
    }

    /// Until when what is dangerous is done without asking again.
    var freshUntil: Instant { (provenAt ?? createdAt) + Self.freshness }

    func isAlive(_ rules: AccessRules, at now: Instant) -> Bool {
        guard now < rules.end(created: createdAt, lastSeen: lastSeenAt) else { return false }
        // Acting ends with its reasons, and the session with it: it does not turn back into the administrator's.
        guard let acting else { return true }
        return now < acting.until && acting.isActive && Masquerade.mayAct(role, as: acting.role) && duty(rules) == nil
    }

    func caller(_ rules: AccessRules, at now: Instant, address: String, requestID: String) -> Caller {
        if let acting {
            return Caller(
                kind: .person, name: Masquerade.name(of: email, as: acting.email), id: acting.userID, sessionID: id,
                permissions: Masquerade.permissions(of: role, as: acting.role), behind: email, address: address,
                requestID: requestID)
        }
        return Caller(
            kind: .person, name: email, id: userID, sessionID: id,
            permissions: duty(rules) == nil ? role.permissions : [.ownAccount], isFreshlyProven: now < freshUntil,
            address: address, requestID: requestID)
    }
}
