import Persistence

extension Migration {
    /// Photos of accounts, one each, gone with the account. What was kept as a data address in the account moves here;
    /// `users.photo` says from then on which kind of picture is shown, and which version of it.
    static let m0067Photos = Migration(number: 67, name: "photos") { _ in
        [
            """
            CREATE TABLE user_photos (
                user_id BIGINT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
                content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
                content TEXT NOT NULL,
                version TEXT NOT NULL,
                updated_at BIGINT NOT NULL
            )
            """,
            moved("image/png"), moved("image/jpeg"), moved("image/webp"),
            "UPDATE users SET photo = 'picture:1' WHERE id IN (SELECT user_id FROM user_photos)",
        ]
    }

    private static func moved(_ type: String) -> SQL {
        let head = "data:\(type);base64,"
        return """
            INSERT INTO user_photos (user_id, content_type, content, version, updated_at)
            SELECT id, \(type), REPLACE(photo, \(head), ''), '1', updated_at FROM users WHERE photo LIKE \(head + "%")
            """
    }
}
