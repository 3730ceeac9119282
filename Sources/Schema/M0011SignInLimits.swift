import Persistence

extension Migration {
    /// Failed attempts by what is guarded: `account:<e-mail>`, `address:<ip>`, `setup`. Kept over restarts.
    static let m0011SignInLimits = Migration(number: 11, name: "sign_in_limits") { _ in
        [
            """
            CREATE TABLE sign_in_limits (
                subject TEXT PRIMARY KEY,
                failures BIGINT NOT NULL,
                last_failure_at BIGINT NOT NULL,
                locked_until BIGINT
            )
            """,
            "CREATE INDEX sign_in_limits_by_age ON sign_in_limits (last_failure_at)",
        ]
    }
}
