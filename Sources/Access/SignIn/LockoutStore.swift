import Kernel
import NetAddress
import Persistence

/// The table `sign_in_limits`.
enum LockoutStore {
    static func find(_ subject: LockoutSubject, in tx: any Session) throws -> Lockout {
        let rows = try tx.rows(
            """
            SELECT failures, last_failure_at, locked_until FROM sign_in_limits WHERE subject = \(subject.key)
            """)
        guard let row = rows.first else { return Lockout() }
        return Lockout(
            failures: try row.get("failures"), lastFailureAt: Instant(milliseconds: try row.get("last_failure_at")),
            lockedUntil: try row.optional("locked_until").map { Instant(milliseconds: $0) })
    }

    /// Counts a failure; answers the state after it.
    @discardableResult
    static func fail(_ subject: LockoutSubject, in tx: any Session) throws -> Lockout {
        var lockout = try find(subject, in: tx)
        lockout.fail(at: tx.now, subject.rule)
        try tx.run(
            """
            INSERT INTO sign_in_limits (subject, email_key, failures, last_failure_at, locked_until)
            VALUES (\(subject.key), \(subject.emailKey), \(lockout.failures), \(tx.now.milliseconds),
                \(lockout.lockedUntil?.milliseconds))
            ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,
                last_failure_at = excluded.last_failure_at, locked_until = excluded.locked_until
            """)
        return lockout
    }

    static func clear(_ subject: LockoutSubject, in tx: any Session) throws {
        try tx.run("DELETE FROM sign_in_limits WHERE subject = \(subject.key)")
    }

    /// Everything that is counted against an account, wherever it came from. Answers whether there was anything.
    @discardableResult
    static func clearAll(emailKey: String, in tx: any Session) throws -> Bool {
        try tx.run("DELETE FROM sign_in_limits WHERE email_key = \(emailKey)") > 0
    }

    /// Forgets what no rule remembers any more.
    static func forgetOld(in tx: any Session) throws {
        let old = (tx.now - .seconds(2 * 86_400)).milliseconds
        try tx.run("DELETE FROM sign_in_limits WHERE last_failure_at < \(old)")
    }
}

/// What one attempt at an account is counted against: the account from there, the address, the account from anywhere.
struct SignInGuard: Sendable {
    let emailKey: String
    /// As it is counted: an IPv4 address, or the /64 of an IPv6 one.
    let address: String

    init(emailKey: String, _ caller: Caller) {
        self.emailKey = emailKey
        address = Self.counted(caller.address)
    }

    private var pair: LockoutSubject { .pair(emailKey: emailKey, address: address) }
    private var everywhere: LockoutSubject { .account(emailKey: emailKey) }

    /// Until when an attempt is not looked at; nil when it is. `account` is nil where there is none: it waits alike.
    func wait(for account: SignInAccount?, in tx: any Session) throws -> Instant? {
        var waits = [
            try LockoutStore.find(pair, in: tx).wait(at: tx.now),
            try LockoutStore.find(.address(address), in: tx).wait(at: tx.now),
        ]
        if let wait = try LockoutStore.find(everywhere, in: tx).wait(at: tx.now),
            try account.map({ try !isKnown(to: $0.id, in: tx) }) ?? true
        {
            waits.append(wait)
        }
        return waits.compactMap { $0 }.max()
    }

    /// Counts a wrong attempt; answers until when to wait now.
    func fail(in tx: any Session) throws -> Instant? {
        try [pair, .address(address), everywhere].compactMap { try LockoutStore.fail($0, in: tx).wait(at: tx.now) }
            .max()
    }

    /// After a sign-in: what was mistyped is forgotten, and the address is one the person comes from. A lock of the
    /// account everywhere stays: whoever guesses elsewhere has not become more trustworthy.
    func succeed(_ userID: Int64, in tx: any Session) throws {
        try LockoutStore.clear(pair, in: tx)
        if try LockoutStore.find(everywhere, in: tx).wait(at: tx.now) == nil {
            try LockoutStore.clear(everywhere, in: tx)
        }
        try tx.run(
            """
            INSERT INTO user_addresses (user_id, address, last_used_at)
            VALUES (\(userID), \(address), \(tx.now.milliseconds))
            ON CONFLICT (user_id, address) DO UPDATE SET last_used_at = excluded.last_used_at
            """)
    }

    private func isKnown(to userID: Int64, in tx: any Session) throws -> Bool {
        try !tx.rows("SELECT 1 FROM user_addresses WHERE user_id = \(userID) AND address = \(address)").isEmpty
    }

    /// Where nobody has come from for a season, a stranger may live by now.
    static func forgetOldAddresses(in tx: any Session) throws {
        try tx.run("DELETE FROM user_addresses WHERE last_used_at < \((tx.now - .seconds(90 * 86_400)).milliseconds)")
    }

    /// One IPv6 customer holds a whole /64, so that is what is counted.
    private static func counted(_ text: String) -> String {
        guard let address = IPAddress(text) else { return text.bounded(64) }
        guard address.family == .v6, let network = CIDRBlock(address, prefix: 64) else { return "\(address)" }
        return "\(network)"
    }
}
