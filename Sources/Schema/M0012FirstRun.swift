import Persistence

extension Migration {
    /// How far the first-run wizard has come. One row; its claim is made in the transaction of the first administrator.
    static let m0012FirstRun = Migration(number: 12, name: "first_run") { _ in
        [
            """
            CREATE TABLE first_run (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                step TEXT NOT NULL,
                claimed_at BIGINT NOT NULL,
                finished_at BIGINT
            )
            """
        ]
    }
}
