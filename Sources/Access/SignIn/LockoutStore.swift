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
            INSERT INTO sign_in_limits (subject, failures, last_failure_at, locked_until)
            VALUES (\(subject.key), \(lockout.failures), \(tx.now.milliseconds), \(lockout.lockedUntil?.milliseconds))
            ON CONFLICT (subject) DO UPDATE SET failures = excluded.failures,
                last_failure_at = excluded.last_failure_at, locked_until = excluded.locked_until
            """)
        return lockout
    }

    static func clear(_ subject: LockoutSubject, in tx: any Session) throws {
        try tx.run("DELETE FROM sign_in_limits WHERE subject = \(subject.key)")
    }

    /// Forgets what no rule remembers any more.
    static func forgetOld(in tx: any Session) throws {
        let old = (tx.now - .seconds(2 * 86_400)).milliseconds
        try tx.run("DELETE FROM sign_in_limits WHERE last_failure_at < \(old)")
    }
}

extension LockoutSubject {
    /// The address of a caller. One IPv6 customer holds a whole /64, so that is what is counted.
    static func address(of caller: Caller) -> LockoutSubject {
        guard let address = IPAddress(caller.address) else { return .address(caller.address.bounded(64)) }
        guard address.family == .v6, let network = CIDRBlock(address, prefix: 64) else {
            return .address("\(address)")
        }
        return .address("\(network)")
    }
}
