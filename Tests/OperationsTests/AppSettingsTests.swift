import Foundation
import Kernel
import Testing

@testable import Operations

@Suite("App settings")
struct AppSettingsTests {
    private func patched(_ json: String, _ start: AppSettings = AppSettings()) throws -> AppSettings {
        try JSONDecoder().decode(AppSettingsPatch.self, from: Data(json.utf8)).applied(to: start)
    }

    @Test("the defaults are valid")
    func defaults() throws {
        #expect(try AppSettings().validated() == AppSettings())
    }

    @Test("what is left out stays, null clears, and a part of the origins leaves the others")
    func patches() throws {
        var start = AppSettings()
        start.city = "Graz"
        start.latitude = 47
        start.longitude = 15

        let settings = try patched(#"{"city": null, "units": "f", "foreign_origins": {"gravatar": false}}"#, start)

        #expect(settings.city == nil)
        #expect(settings.latitude == 47)
        #expect(settings.units == .fahrenheit)
        #expect(!settings.foreignOrigins.gravatar)
        #expect(settings.foreignOrigins.googleFonts)
    }

    @Test("text is tidied")
    func tidies() throws {
        let settings = try patched(#"{"app_name": "  My lab ", "city": "  "}"#).validated()

        #expect(settings.appName == "My lab")
        #expect(settings.city == nil)
    }

    @Test(
        "each wrong field is named",
        arguments: [
            (#"{"app_name": " "}"#, ["app_name"]),
            (#"{"app_name": "a\u0007"}"#, ["app_name"]),
            (#"{"theme": "../x", "font": "", "language": "tlh"}"#, ["font", "language", "theme"]),
            (#"{"theme": "paper", "font": "comic"}"#, ["font", "theme"]),
            (#"{"timezone": "/etc/passwd"}"#, ["timezone"]),
            (#"{"timezone": "Mars/Olympus"}"#, ["timezone"]),
            (#"{"timezone": "GMT+3"}"#, ["timezone"]),
            (#"{"timezone": "Europe/Berlin "}"#, ["timezone"]),
            (#"{"latitude": 91, "longitude": -181}"#, ["latitude", "longitude"]),
            (#"{"latitude": 1}"#, ["longitude"]),
            (
                #"{"session_idle_minutes": 4, "session_absolute_hours": 0}"#,
                ["session_absolute_hours", "session_idle_minutes"]
            ),
            (#"{"session_idle_minutes": 120, "session_absolute_hours": 1}"#, ["session_idle_minutes"]),
        ])
    func refuses(_ json: String, _ fields: [String]) throws {
        let settings = try patched(json)

        let error = #expect(throws: AppError.self) { try settings.validated() }

        #expect(error?.kind == .invalid)
        #expect(error?.fields.keys.sorted() == fields)
    }

    @Test("what was stored before stays valid as long as nobody changes it")
    func earlier() throws {
        var stored = AppSettings()
        stored.theme = "paper"
        stored.timezone = "Mars/Olympus"

        let changed = try patched(#"{"app_name": "Lab", "theme": "paper"}"#, stored).validated(after: stored)

        #expect(changed.timezone == "Mars/Olympus")
        #expect(throws: AppError.self) { try patched(#"{"theme": "pager"}"#, stored).validated(after: stored) }
    }
}
