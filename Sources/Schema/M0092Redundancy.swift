import Persistence

extension Migration {
    /// What stands in for what: alternatives of a dependency, how many members a cluster needs, guests that move.
    static let m0092Redundancy = Migration(number: 92, name: "redundancy") { _ in
        [
            "ALTER TABLE dependencies ADD COLUMN alternative TEXT",
            "ALTER TABLE clusters ADD COLUMN members_needed BIGINT",
            """
            ALTER TABLE compute_units ADD COLUMN moves_between_hosts BIGINT CHECK (moves_between_hosts IN (0, 1))
            """,
        ]
    }
}
