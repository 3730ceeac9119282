/// Lists the systemd services that run, by the control groups of their processes; unit files give the description.
struct ServiceReader {
    let files: MachineFiles
    let processes: ProcessTable

    /// In systemd's order of precedence.
    private static let folders = [
        "/etc/systemd/system", "/run/systemd/system", "/run/systemd/transient", "/run/systemd/generator",
        "/usr/local/lib/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system",
    ]

    func read() -> ReportSection<[SystemdServiceFacts]> {
        guard files.exists("/run/systemd/system") else {
            return ReportSection(reason: "systemd does not run this machine.")
        }
        var counts: [String: Int] = [:]
        for entry in processes.entries.values where entry.cgroup.path.contains("/system.slice/") || isTopLevel(entry) {
            guard let unit = entry.cgroup.service else { continue }
            counts[unit, default: 0] += 1
        }
        let services = counts.sorted { $0.key < $1.key }.prefix(2000).map { unit, count in
            let file = unitFile(unit)
            return SystemdServiceFacts(
                unit: unit, summary: file.summary, program: file.program, processCount: count)
        }
        return ReportSection(Array(services), reason: processes.isTruncated ? "There is more than was read." : nil)
    }

    private func isTopLevel(_ entry: ProcessTable.Entry) -> Bool { !entry.cgroup.path.contains("/user.slice/") }

    private func unitFile(_ unit: String) -> (summary: String?, program: String?) {
        var names = [unit]
        var instance = ""
        if let at = unit.firstIndex(of: "@"), unit.hasSuffix(".service") {
            instance = String(unit[unit.index(after: at)...].dropLast(8))
            names.append(unit[...at] + ".service")
        }
        for name in names where !name.contains("/") {
            for folder in Self.folders {
                guard let text = files.text("\(folder)/\(name)") else { continue }
                return UnitFile.parse(text, instance: instance)
            }
        }
        return (nil, nil)
    }
}

enum UnitFile {
    /// The description with its instance filled in, and the path of the first program.
    static func parse(_ text: String, instance: String) -> (summary: String?, program: String?) {
        var summary: String?
        var program: String?
        for line in text.split(whereSeparator: \.isNewline).prefix(1000) {
            if summary == nil, line.hasPrefix("Description=") {
                let value = String(line.dropFirst(12))
                summary = PlainText.clean(filled(filled(value, "%i", instance), "%I", ControlGroup.unescaped(instance)))
            }
            if program == nil, line.hasPrefix("ExecStart=") {
                // The path may carry the prefixes @ - : + ! of systemd.service(5).
                let value = line.dropFirst(10).drop { "@-:+!".contains($0) }
                program = PlainText.clean(value.prefix { $0 != " " })
            }
        }
        return (summary, program)
    }

    private static func filled(_ text: String, _ mark: String, _ value: String) -> String {
        text.split(separator: mark, omittingEmptySubsequences: false).joined(separator: value)
    }
}
