import Kernel
import Persistence

/// What links for strangers need that another part of the daemon keeps: secrets and their digests, a bound on guessing,
/// and whose rights they live by. Keeps nothing itself but the count of wrong guesses.
package struct SharedLinks: Sendable {
    package init() {}

    /// 256 random bits, and what they are stored as.
    package func newSecret() -> (secret: Secret<String>, hash: String) {
        let token = LinkToken()
        return (token.value, token.hash)
    }

    /// What such a text is stored as; nil for what cannot be one.
    package func hash(of secret: Secret<String>) -> String? { LinkToken.hash(of: secret) }

    /// Refuses an address that has tried too many links that do not exist.
    package func refusal(of caller: Caller, in tx: any Session) throws -> AppError? {
        try LockoutStore.find(.sharedLink(of: caller), in: tx).wait(at: tx.now).map { .wait(until: $0, at: tx.now) }
    }

    package func countWrong(by caller: Caller, in tx: any Session) throws {
        try LockoutStore.fail(.sharedLink(of: caller), in: tx)
    }

    /// The person behind a caller, also of one with a token; nil where none is.
    package func person(behind caller: Caller, in tx: any Session) throws -> Int64? {
        try APITokens.owner(of: caller, in: tx)
    }

    /// Everybody whose account is active and whose role has the permission.
    package func peopleWho(_ permission: Permission, in tx: any Session) throws -> Set<Int64> {
        let roles = Role.allCases.filter { $0.permissions.contains(permission) }
        guard !roles.isEmpty else { return [] }
        let listed = SQL.joined(roles.map { "\($0.rawValue)" })
        return Set(
            try tx.rows("SELECT id FROM users WHERE is_active = 1 AND role IN (\(listed))").map { try $0.integer(0) })
    }
}
