import Persistence

extension Migration {
    /// Which objects a note is about.
    static let m0102NoteLinks = Migration(number: 102, name: "note_links") { dialect in
        [
            """
            CREATE TABLE note_links (
                id \(dialect.objectKey),
                note_id BIGINT NOT NULL REFERENCES objects (id),
                object_id BIGINT NOT NULL REFERENCES objects (id)
            )
            """,
            "CREATE INDEX note_links_by_note_id ON note_links (note_id)",
            "CREATE INDEX note_links_by_object_id ON note_links (object_id)",
        ]
    }
}
