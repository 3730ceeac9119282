import Kernel
import Persistence

/// The one row of `app_settings`. Before the first change there is none.
enum SettingsStore {
    static func read(in tx: any Session) throws -> AppSettings? {
        try tx.rows("SELECT * FROM app_settings WHERE id = 1").first.map { try AppSettings(row: $0) }
    }

    static func write(_ settings: AppSettings, in tx: any Session) throws {
        let origins = settings.foreignOrigins
        try tx.run(
            """
            INSERT INTO app_settings (id, revision, changed_at, profile, open_reading, theme, font, language, timezone,
                city, latitude, longitude, units, app_name, session_idle_minutes, session_absolute_hours, gravatar,
                google_fonts, open_meteo)
            VALUES (1, \(settings.revision), \(tx.now.milliseconds), \(settings.profile.rawValue),
                \(settings.isReadingOpen), \(settings.theme), \(settings.font), \(settings.language),
                \(settings.timezone), \(settings.city), \(settings.latitude), \(settings.longitude),
                \(settings.units.rawValue), \(settings.appName), \(settings.sessionIdleMinutes),
                \(settings.sessionAbsoluteHours), \(origins.gravatar), \(origins.googleFonts), \(origins.openMeteo))
            ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, changed_at = excluded.changed_at,
                profile = excluded.profile, open_reading = excluded.open_reading, theme = excluded.theme,
                font = excluded.font, language = excluded.language, timezone = excluded.timezone,
                city = excluded.city, latitude = excluded.latitude, longitude = excluded.longitude,
                units = excluded.units, app_name = excluded.app_name,
                session_idle_minutes = excluded.session_idle_minutes,
                session_absolute_hours = excluded.session_absolute_hours, gravatar = excluded.gravatar,
                google_fonts = excluded.google_fonts, open_meteo = excluded.open_meteo
            """)
    }
}

extension AppSettings {
    fileprivate init(row: Row) throws {
        self.init()
        profile = try row.named("profile")
        isReadingOpen = try row.get("open_reading")
        theme = try row.get("theme")
        font = try row.get("font")
        language = try row.get("language")
        timezone = try row.get("timezone")
        city = try row.optional("city")
        latitude = try row.optional("latitude")
        longitude = try row.optional("longitude")
        units = try row.named("units")
        appName = try row.get("app_name")
        sessionIdleMinutes = try row.get("session_idle_minutes")
        sessionAbsoluteHours = try row.get("session_absolute_hours")
        foreignOrigins.gravatar = try row.get("gravatar")
        foreignOrigins.googleFonts = try row.get("google_fonts")
        foreignOrigins.openMeteo = try row.get("open_meteo")
        revision = try row.get("revision")
    }
}

extension Row {
    fileprivate func named<Value: RawRepresentable<String>>(_ column: String) throws -> Value {
        guard let value = Value(rawValue: try get(column)) else {
            throw PersistenceError.badValue(column: column, type: "\(Value.self)")
        }
        return value
    }
}
