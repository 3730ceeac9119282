import Persistence

extension Migration {
    /// Pictures that belong to the installation: its logo, favicon and the background of the sign-in page, one each, and
    /// icons for objects. The bytes are in base64, as those of photos are; backups have them with everything else.
    static let m0103Pictures = Migration(number: 103, name: "pictures") { dialect in
        [
            """
            CREATE TABLE branding (
                place TEXT PRIMARY KEY CHECK (place IN ('logo', 'background', 'favicon')),
                content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
                content TEXT NOT NULL,
                version TEXT NOT NULL,
                updated_at BIGINT NOT NULL
            )
            """,
            """
            CREATE TABLE icons (
                id \(dialect.serialKey),
                name TEXT NOT NULL,
                category TEXT NOT NULL,
                content_type TEXT NOT NULL CHECK (content_type IN ('image/png', 'image/jpeg', 'image/webp')),
                content TEXT NOT NULL,
                version TEXT NOT NULL,
                created_at BIGINT NOT NULL
            )
            """,
        ]
    }
}
