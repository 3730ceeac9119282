import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

extension AppSettings: JSONAnswer {
    package static let shape: JSONShape = .object([
        .init(name: "profile", shape: .choice(Profile.allCases.map(\.rawValue)), isRequired: true),
        .init(
            name: "open_reading", shape: .boolean, isRequired: true,
            summary: "Lab only: whoever reaches the address may read."),
        .init(name: "theme", shape: .string, isRequired: true),
        .init(name: "font", shape: .string, isRequired: true),
        .init(name: "language", shape: .choice(languages), isRequired: true),
        .init(name: "timezone", shape: .string, isRequired: true, summary: "A name such as Europe/Berlin."),
        .init(name: "city", shape: .nullable(.string), isRequired: true),
        .init(name: "latitude", shape: .nullable(.number), isRequired: true),
        .init(name: "longitude", shape: .nullable(.number), isRequired: true),
        .init(name: "units", shape: .choice(Units.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "app_name", shape: .string, isRequired: true),
        .init(name: "session_idle_minutes", shape: .integer, isRequired: true),
        .init(name: "session_absolute_hours", shape: .integer, isRequired: true),
        .init(
            name: "foreign_origins",
            shape: .object([
                .init(name: "gravatar", shape: .boolean, isRequired: true),
                .init(name: "google_fonts", shape: .boolean, isRequired: true),
                .init(name: "open_meteo", shape: .boolean, isRequired: true),
            ]), isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("profile", profile.rawValue)
        writer.member("open_reading", isReadingOpen)
        writer.member("theme", theme)
        writer.member("font", font)
        writer.member("language", language)
        writer.member("timezone", timezone)
        writer.member("city", city)
        writer.member("latitude", latitude)
        writer.member("longitude", longitude)
        writer.member("units", units.rawValue)
        writer.member("app_name", appName)
        writer.member("session_idle_minutes", sessionIdleMinutes)
        writer.member("session_absolute_hours", sessionAbsoluteHours)
        writer.name("foreign_origins")
        writer.beginObject()
        writer.member("gravatar", foreignOrigins.gravatar)
        writer.member("google_fonts", foreignOrigins.googleFonts)
        writer.member("open_meteo", foreignOrigins.openMeteo)
        writer.endObject()
        writer.member("revision", revision)
        writer.endObject()
    }

    /// With the revision as ETag, for the next change.
    package func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(json: writer, headers: [.eTag: "\"\(revision)\"", .cacheControl: "no-store"])
    }
}

extension AppSettingsPatch: JSONBody {}
