extension ConfigurationReference {
    /// `docs/reference/configuration.md`.
    package static func markdown() -> String {
        (introduction + OptionTable.sections.flatMap(page) + olderNames).joined(separator: "\n") + "\n"
    }

    private static let introduction = [
        "# Configuration",
        "",
        "<!-- Generated from the option table (Sources/DaemonConfig/OptionTable.swift). Do not edit. -->",
        "",
        "Every option can be set in four places. Where several speak, the first of this list counts:",
        "",
        "1. a flag of `circuit-breaker`: `--server-port 8443` or `--server-port=8443`; a list takes commas, or the "
            + "flag again;",
        "2. the environment: `CB_SERVER_PORT=8443`; for a secret also a systemd credential (which counts first), or "
            + "`NAME_FILE=/path` for a file that holds nothing else;",
        "3. `\(ConfigurationSources.defaultEnvironmentFilePath)` with the same names (another file: `--env-file`, "
            + "`CB_ENV_FILE`);",
        "4. `\(ConfigurationSources.defaultConfigPath)` (another file: `--config`, `CB_CONFIG`).",
        "",
        "An empty variable counts as not set. The files are read once, at the start. A key that is not known, a "
            + "value that does not fit, a key given twice, a tab in the indentation, and anchors, aliases or "
            + "tags stop the start with file, line and column. `circuit-breaker config check` does the same without "
            + "starting and ends with 2 when there is a problem. A secret is never printed and never taken from a flag.",
        "",
        "What a person changes in the browser (profile, theme, region, session lengths) is kept in the database and "
            + "is not listed here.",
    ]

    private static func page(_ section: OptionTable.Section) -> [String] {
        var lines = ["", "## `\(section.key)`", "", section.summary]
        for entry in section.entries {
            lines += ["", "### `\(entry.key)`", "", entry.summary, ""]
            lines.append("- takes: \(entry.shape == .list ? "a list; each element is " : "")\(entry.expected)")
            lines.append("- default: \(fallback(entry))")
            lines.append("- environment: " + names(entry).map { "`\($0)`" }.joined(separator: ", "))
            lines.append("- flag: `\(entry.flag)\(entry.shape == .boolean ? "" : " \(value(entry))")`")
            if let credential = entry.credential { lines.append("- systemd credential: `\(credential)`") }
            if let flat = entry.flatKey { lines.append("- older key: `\(flat)`") }
        }
        return lines
    }

    private static func fallback(_ entry: OptionEntry) -> String {
        entry.fallbackText.isEmpty ? "not set" : "`\(entry.fallbackText)`"
    }

    private static func names(_ entry: OptionEntry) -> [String] {
        entry.environmentNames + (entry.isSecret ? entry.environmentNames.map { $0 + "_FILE" } : [])
    }

    private static func value(_ entry: OptionEntry) -> String {
        entry.isSecret ? "PATH" : entry.placeholder
    }

    private static var olderNames: [String] {
        let flat = OptionTable.entries.compactMap { entry in
            entry.flatKey.map { "| `\($0)` | `\(entry.key)` |" }
        }
        let retired = OptionTable.retiredKeys.sorted { $0.key < $1.key }.map { key, why in
            "| `\(key)` | not used: \(why) |"
        }
        return [
            "", "## Keys of older native installs", "",
            "These stand at the top level of config.yaml. The same option in both forms is an error.", "",
            "| older key | now |", "|---|---|",
        ] + flat + retired + [
            "", "## Names that this version accepts and does not use", "",
            OptionTable.unusedNames.map { "`\($0)`" }.joined(separator: ", ")
                + ": there is no NATS client yet, and events stay inside the daemon. A notice says so at the start.",
        ]
    }
}
