import Persistence

extension Migration {
    /// What people change in the browser for everybody: one row, from the first change on.
    static let m0020AppSettings = Migration(number: 20, name: "app_settings") { _ in
        [
            """
            CREATE TABLE app_settings (
                id BIGINT PRIMARY KEY CHECK (id = 1),
                revision BIGINT NOT NULL,
                changed_at BIGINT NOT NULL,
                profile TEXT NOT NULL CHECK (profile IN ('lab', 'hardened')),
                open_reading BIGINT NOT NULL CHECK (open_reading IN (0, 1)),
                theme TEXT NOT NULL,
                font TEXT NOT NULL,
                language TEXT NOT NULL,
                timezone TEXT NOT NULL,
                city TEXT,
                latitude DOUBLE PRECISION CHECK (latitude BETWEEN -90 AND 90),
                longitude DOUBLE PRECISION CHECK (longitude BETWEEN -180 AND 180),
                units TEXT NOT NULL CHECK (units IN ('c', 'f')),
                app_name TEXT NOT NULL,
                session_idle_minutes BIGINT NOT NULL CHECK (session_idle_minutes > 0),
                session_absolute_hours BIGINT NOT NULL CHECK (session_absolute_hours > 0),
                gravatar BIGINT NOT NULL CHECK (gravatar IN (0, 1)),
                google_fonts BIGINT NOT NULL CHECK (google_fonts IN (0, 1)),
                open_meteo BIGINT NOT NULL CHECK (open_meteo IN (0, 1))
            )
            """
        ]
    }
}
