import Kernel

/// Failed attempts at one guarded thing, and until when it lets nobody try.
struct Lockout: Sendable, Equatable {
    /// After so many failures, how long to wait, and when failures are forgotten.
    struct Rule: Sendable, Equatable {
        /// The failure that locks for the first time.
        let limit: Int
        /// The wait then; it doubles with each further failure.
        let first: Duration
        let longest: Duration
        /// Without a failure for so long the count starts anew.
        let memory: Duration

        /// One account from one address: a person who mistypes, or the plainest attack.
        static let pair = Rule(limit: 5, first: .seconds(30), longest: .seconds(3600), memory: .seconds(86_400))
        /// One account from everywhere: an attack from many addresses. Does not hold where the person has come in from
        /// before, so that strangers cannot lock people out of their own machines.
        static let account = Rule(limit: 20, first: .seconds(60), longest: .seconds(3600), memory: .seconds(21_600))
        /// Many accounts may sit behind one address.
        static let address = Rule(limit: 20, first: .seconds(60), longest: .seconds(3600), memory: .seconds(3600))
        static let setup = Rule(limit: 5, first: .seconds(300), longest: .seconds(3600), memory: .seconds(86_400))
        /// Links that were asked for, not failures: so many are mailed to one account, and asked for by one address.
        static let resetAccount = Rule(
            limit: 3, first: .seconds(900), longest: .seconds(3600), memory: .seconds(3600))
        static let resetAddress = Rule(
            limit: 10, first: .seconds(900), longest: .seconds(3600), memory: .seconds(3600))
        /// Links to shared maps that do not exist, by one address. Apart from sign-ins: a stale bookmark locks nobody out.
        static let sharedLink = Rule(limit: 20, first: .seconds(60), longest: .seconds(3600), memory: .seconds(3600))
        static let vaultKey = Rule(limit: 5, first: .seconds(60), longest: .seconds(3600), memory: .seconds(86_400))
    }

    private(set) var failures = 0
    private(set) var lastFailureAt: Instant?
    private(set) var lockedUntil: Instant?

    init() {}

    init(failures: Int, lastFailureAt: Instant?, lockedUntil: Instant?) {
        self.failures = failures
        self.lastFailureAt = lastFailureAt
        self.lockedUntil = lockedUntil
    }

    /// Until when to wait; nil when an attempt is looked at.
    func wait(at now: Instant) -> Instant? {
        lockedUntil.flatMap { $0 > now ? $0 : nil }
    }

    mutating func fail(at now: Instant, _ rule: Rule) {
        if let last = lastFailureAt, now - last > rule.memory { failures = 0 }
        failures += 1
        lastFailureAt = now
        guard failures >= rule.limit else {
            lockedUntil = nil
            return
        }
        let doublings = min(failures - rule.limit, 20)
        let wait = min(rule.first.milliseconds << Int64(doublings), rule.longest.milliseconds)
        lockedUntil = now + .milliseconds(wait)
    }
}

/// What an attempt is counted against.
enum LockoutSubject: Sendable, Equatable {
    case account(emailKey: String)
    case pair(emailKey: String, address: String)
    case address(String)
    case setup
    case resetAccount(emailKey: String)
    case resetAddress(String)
    case sharedLink(address: String)
    case vaultKey

    var key: String {
        switch self {
        case .account(let key): "account:\(key)"
        case .pair(let key, let address): "pair:\(address) \(key)"
        case .address(let address): "address:\(address)"
        case .setup: "setup"
        case .resetAccount(let key): "reset-account:\(key)"
        case .resetAddress(let address): "reset-address:\(address)"
        case .sharedLink(let address): "shared-link:\(address)"
        case .vaultKey: "vault-key"
        }
    }

    /// Whose account it is about.
    var emailKey: String? {
        switch self {
        case .account(let key), .pair(let key, _): key
        // Asking for mails locks nobody out.
        case .address, .setup, .resetAccount, .resetAddress, .sharedLink, .vaultKey: nil
        }
    }

    var rule: Lockout.Rule {
        switch self {
        case .account: .account
        case .pair: .pair
        case .address: .address
        case .setup: .setup
        case .resetAccount: .resetAccount
        case .resetAddress: .resetAddress
        case .sharedLink: .sharedLink
        case .vaultKey: .vaultKey
        }
    }
}

extension AppError {
    /// One message whether or not there is such an account.
    static func wait(until end: Instant, at now: Instant) -> AppError {
        let seconds = max(1, ((end - now).milliseconds + 999) / 1000)
        let length = seconds < 120 ? "\(seconds) seconds" : "\((seconds + 59) / 60) minutes"
        return AppError(
            .rateLimited, "Too many wrong attempts. Try again in \(length).", retryAfter: .seconds(seconds))
    }
}
