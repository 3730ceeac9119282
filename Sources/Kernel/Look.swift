import Foundation

/// What people choose for the pages by name. The pages bring the looks themselves; a test holds these lists against theirs.
package enum Look {
    /// `auto` leaves light and dark to each browser.
    package static let themes = [
        "auto", "midnight", "daylight", "dracula", "nord", "gruvbox", "solarized-dark", "solarized-light", "monokai",
        "high-contrast",
    ]
    package static let fonts = ["inter", "system", "mono", "source-sans", "ibm-plex-sans", "atkinson"]

    /// A sentence where this is no theme.
    package static func problem(theme: String) -> String? {
        themes.contains(theme) ? nil : "Choose one of the themes: \(themes.joined(separator: ", "))."
    }

    /// A sentence where this is no font.
    package static func problem(font: String) -> String? {
        fonts.contains(font) ? nil : "Choose one of the fonts: \(fonts.joined(separator: ", "))."
    }

    /// A sentence where this is no time zone that browsers know as well.
    package static func problem(timezone name: String) -> String? {
        isZone(name) ? nil : "Give a time zone such as Europe/Berlin or UTC."
    }

    private static func isZone(_ name: String) -> Bool {
        guard (1...64).contains(name.utf8.count), name != "Factory" else { return false }
        // Foundation makes a zone of any distance, such as GMT+3, which browsers refuse; Etc/GMT+3 has that name.
        let isDistance = name.utf8.contains { $0 == 0x2B } || name.hasPrefix("GMT-") || name.hasPrefix("UTC-")
        if isDistance, !name.hasPrefix("Etc/") { return false }
        return TimeZone(identifier: name) != nil
    }
}
