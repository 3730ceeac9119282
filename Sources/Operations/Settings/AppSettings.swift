import Kernel

/// What a person changes in the browser for everybody. There is exactly one of it.
package struct AppSettings: Sendable, Equatable {
    /// Lab trusts the local network as far as its owner says; hardened asks everybody for everything.
    package enum Profile: String, Sendable, CaseIterable, Codable {
        case lab, hardened
    }

    package enum Units: String, Sendable, CaseIterable, Codable {
        case celsius = "c"
        case fahrenheit = "f"
    }

    /// The places on the internet that pages may load from. Each can be turned off, and the
    /// Content-Security-Policy shrinks with it.
    package struct ForeignOrigins: Sendable, Equatable {
        package var gravatar = true
        package var googleFonts = true
        package var openMeteo = true

        package init() {}
    }

    package var profile = Profile.lab
    /// Lab only: whether reading needs no sign-in. Meaningless while hardened, and kept for the way back.
    package var isReadingOpen = false
    package var theme = "auto"
    package var font = "inter"
    package var language = "auto"
    package var timezone = "UTC"
    package var city: String?
    package var latitude: Double?
    package var longitude: Double?
    package var units = Units.celsius
    package var appName = "Circuit Breaker"
    package var sessionIdleMinutes = 24 * 60
    package var sessionAbsoluteHours = 7 * 24
    package var foreignOrigins = ForeignOrigins()
    package var revision: Int64 = 1

    package init() {}
}

extension AppSettings {
    /// Whether a stranger, or a stolen session, could do more than before: another profile, reading without a sign-in,
    /// or sessions that live longer.
    func isWeaker(than before: AppSettings) -> Bool {
        if before.profile == .hardened, profile == .lab { return true }
        // Without a meaning while hardened, but it would have one on the way back.
        if isReadingOpen, !before.isReadingOpen { return true }
        return sessionIdleMinutes > before.sessionIdleMinutes || sessionAbsoluteHours > before.sessionAbsoluteHours
    }

    /// `auto` leaves it to each browser.
    static let languages = ["auto", "en", "es", "fr", "de", "zh", "ja"]

    /// The settings with their text tidied, or every field that is wrong. A theme, font or time zone that was stored
    /// before and is not known any more stays until somebody chooses another.
    func validated(after before: AppSettings = AppSettings()) throws(AppError) -> AppSettings {
        var settings = self
        var problems: [String: String] = [:]
        settings.appName = appName.trimmed
        settings.city = city.map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
        if !(1...60).contains(settings.appName.count) || settings.appName.hasControl {
            problems["app_name"] = "Give a name of 1 to 60 characters."
        }
        if let city = settings.city, city.count > 120 || city.hasControl {
            problems["city"] = "Give the name of a city in at most 120 characters."
        }
        if theme != before.theme { problems["theme"] = Look.problem(theme: theme) }
        if font != before.font { problems["font"] = Look.problem(font: font) }
        if !Self.languages.contains(language) {
            problems["language"] = "Choose one of \(Self.languages.joined(separator: ", "))."
        }
        if timezone != before.timezone { problems["timezone"] = Look.problem(timezone: timezone) }
        settings.addPlaceProblems(to: &problems)
        settings.addSessionProblems(to: &problems)
        guard problems.isEmpty else {
            throw AppError(.invalid, "The settings have errors.", fields: problems)
        }
        return settings
    }

    private func addPlaceProblems(to problems: inout [String: String]) {
        if let latitude, !(-90...90).contains(latitude) {
            problems["latitude"] = "A latitude is from -90 to 90 degrees."
        }
        if let longitude, !(-180...180).contains(longitude) {
            problems["longitude"] = "A longitude is from -180 to 180 degrees."
        }
        if (latitude == nil) != (longitude == nil) {
            let missing = latitude == nil ? "latitude" : "longitude"
            problems[missing] = "A place has a latitude and a longitude; give both or neither."
        }
    }

    private func addSessionProblems(to problems: inout [String: String]) {
        if !(5...43_200).contains(sessionIdleMinutes) {
            problems["session_idle_minutes"] = "Give 5 minutes to 43200 minutes (30 days)."
        }
        if !(1...8760).contains(sessionAbsoluteHours) {
            problems["session_absolute_hours"] = "Give 1 hour to 8760 hours (a year)."
        } else if problems["session_idle_minutes"] == nil, sessionIdleMinutes > sessionAbsoluteHours * 60 {
            problems["session_idle_minutes"] = "A session cannot idle longer than it may last."
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    fileprivate var hasControl: Bool {
        unicodeScalars.contains { $0.properties.generalCategory == .control }
    }
}
