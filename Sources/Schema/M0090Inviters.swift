import Persistence

extension Migration {
    /// Whose rights an invitation lives by: it ends when that person may not invite any more.
    static let m0090Inviters = Migration(number: 90, name: "inviters") { _ in
        [
            "ALTER TABLE invitations ADD COLUMN inviter_id BIGINT REFERENCES users (id) ON DELETE SET NULL",
            "CREATE INDEX invitations_by_inviter ON invitations (inviter_id)",
            """
            UPDATE invitations SET inviter_id = (SELECT u.id FROM users u WHERE u.email = invitations.invited_by)
            """,
        ]
    }
}
