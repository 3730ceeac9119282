import Kernel

/// What a client may change of the settings. A field that is left out stays.
package struct AppSettingsPatch: Decodable, Sendable {
    package struct Origins: Decodable, Sendable {
        var gravatar: Change<Bool>
        var googleFonts: Change<Bool>
        var openMeteo: Change<Bool>

        enum CodingKeys: String, CodingKey, CaseIterable {
            case gravatar
            case googleFonts = "google_fonts"
            case openMeteo = "open_meteo"
        }
    }

    var profile: Change<AppSettings.Profile>
    var isReadingOpen: Change<Bool>
    var theme: Change<String>
    var font: Change<String>
    var language: Change<String>
    var timezone: Change<String>
    var city: Change<String?>
    var latitude: Change<Double?>
    var longitude: Change<Double?>
    var units: Change<AppSettings.Units>
    var appName: Change<String>
    var sessionIdleMinutes: Change<Int>
    var sessionAbsoluteHours: Change<Int>
    var foreignOrigins: Change<Origins>
    /// The revision the change was made from; another one in the database makes it stale.
    var revision: Change<Int64>

    enum CodingKeys: String, CodingKey, CaseIterable {
        case profile, theme, font, language, timezone, city, latitude, longitude, units, revision
        case isReadingOpen = "open_reading"
        case appName = "app_name"
        case sessionIdleMinutes = "session_idle_minutes"
        case sessionAbsoluteHours = "session_absolute_hours"
        case foreignOrigins = "foreign_origins"
    }

    func applied(to current: AppSettings) -> AppSettings {
        var settings = current
        settings.profile = profile.applied(to: current.profile)
        settings.isReadingOpen = isReadingOpen.applied(to: current.isReadingOpen)
        settings.theme = theme.applied(to: current.theme)
        settings.font = font.applied(to: current.font)
        settings.language = language.applied(to: current.language)
        settings.timezone = timezone.applied(to: current.timezone)
        settings.city = city.applied(to: current.city)
        settings.latitude = latitude.applied(to: current.latitude)
        settings.longitude = longitude.applied(to: current.longitude)
        settings.units = units.applied(to: current.units)
        settings.appName = appName.applied(to: current.appName)
        settings.sessionIdleMinutes = sessionIdleMinutes.applied(to: current.sessionIdleMinutes)
        settings.sessionAbsoluteHours = sessionAbsoluteHours.applied(to: current.sessionAbsoluteHours)
        if case .set(let origins) = foreignOrigins {
            let old = current.foreignOrigins
            settings.foreignOrigins.gravatar = origins.gravatar.applied(to: old.gravatar)
            settings.foreignOrigins.googleFonts = origins.googleFonts.applied(to: old.googleFonts)
            settings.foreignOrigins.openMeteo = origins.openMeteo.applied(to: old.openMeteo)
        }
        return settings
    }
}
