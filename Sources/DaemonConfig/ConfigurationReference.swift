/// The texts that are made from the option table. They are committed, and a check holds them current.
package enum ConfigurationReference {
    /// `etc/circuit-breaker/config.yaml`: every key with its default and one sentence, all of it commented out.
    package static func yaml() -> String {
        var lines = [
            "# Circuit Breaker: configuration of the daemon.",
            "#",
            "# Every option is listed with its default. To change one, take away the # in front of its key.",
            "# Check the file with: circuit-breaker config check",
            "# A flag, the environment and /etc/circuit-breaker/env count before this file.",
        ]
        for section in OptionTable.sections {
            let depth = section.key.split(separator: ".").count
            let outer = String(repeating: "  ", count: depth - 1)
            lines += ["", "\(outer)# \(section.summary)"]
            lines.append("\(outer)\(section.key.split(separator: ".").last ?? ""):")
            for entry in section.entries {
                lines += wrapped(entry.summary, indent: outer + "  # ")
                lines += template(entry).map { "\(outer)  \($0)" }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func template(_ entry: OptionEntry) -> [String] {
        if entry.isSecret {
            let name = entry.environmentNames.first ?? ""
            let safer = "# Safer than here: the systemd credential \(entry.credential ?? ""), or \(name)_FILE."
            return [safer, "#\(entry.name): \(entry.example ?? "")".trimmingEnd]
        }
        let isUnset = entry.fallbackText.isEmpty || entry.fallbackText == "off" || entry.fallbackText == "[]"
        guard isUnset, let example = entry.example else { return ["#\(entry.name): \(entry.fallbackText)"] }
        let state = entry.fallbackText.isEmpty ? "not set" : entry.fallbackText
        return ["# Default: \(state). Example:", "#\(entry.name): \(example)"]
    }

    /// `etc/circuit-breaker/env`: the variables, commented out, secrets first.
    package static func environment() -> String {
        var lines = [
            "# Circuit Breaker: environment of the daemon, one NAME=VALUE per line.",
            "#",
            "# These count before config.yaml. Put a value with blanks or # in quotes.",
            "# Keep this file 0640 root:circuit-breaker, because it may hold secrets.",
            "# A secret can also be named by the file it is in: NAME_FILE=/path.",
        ]
        let secretsFirst = OptionTable.entries.filter(\.isSecret) + OptionTable.entries.filter { !$0.isSecret }
        for entry in secretsFirst {
            lines.append("")
            lines += wrapped(entry.summary, indent: "# ")
            lines.append("#\(entry.environmentNames.first ?? "")=\(variableText(entry))")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func variableText(_ entry: OptionEntry) -> String {
        let text = entry.fallbackText.isEmpty || entry.fallbackText == "[]" ? entry.example ?? "" : entry.fallbackText
        return text.filter { !"[]\"".contains($0) }.replacing(", ", with: ",")
    }

    private static func wrapped(_ text: String, indent: String) -> [String] {
        var lines: [String] = []
        var line = indent
        for word in text.split(separator: " ") {
            if line.count + word.count > 100, line != indent {
                lines.append(line.trimmingEnd)
                line = indent
            }
            line += word + " "
        }
        return lines + [line.trimmingEnd]
    }
}

extension String {
    fileprivate var trimmingEnd: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
