/// Turns variables, of the process or of the environment file, into raw values. An empty variable counts as unset.
struct EnvironmentSettings {
    /// Names that lead to the files and are no options.
    static let pathNames: Set<String> = ["CB_CONFIG", "CB_ENV_FILE"]

    private(set) var values: [String: RawValue] = [:]
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var notices: [String] = []
    private var names: [String: String] = [:]

    init(_ variables: [NamedValue], files: ConfigurationFiles) {
        for variable in variables where !variable.text.isEmpty {
            if let entry = OptionTable.byEnvironmentName[variable.name] {
                set(entry, to: RawValue(variable.text, variable.origin, for: entry), by: variable)
            } else if let entry = secretEntry(naming: variable.name) {
                switch SecretFile(variable.text, named: variable.name).read(files) {
                case .success(let raw): set(entry, to: raw, by: variable)
                case .failure(let errors): problems += errors.problems
                }
            } else {
                notice(variable)
            }
        }
    }

    private func secretEntry(naming name: String) -> OptionEntry? {
        guard name.hasSuffix("_FILE") else { return nil }
        let entry = OptionTable.byEnvironmentName[String(name.dropLast("_FILE".count))]
        return entry.flatMap { $0.isSecret ? $0 : nil }
    }

    private mutating func set(_ entry: OptionEntry, to raw: RawValue, by variable: NamedValue) {
        if let other = names[entry.key] {
            problems.append(
                ConfigurationProblem(
                    variable.origin, "\(variable.name) and \(other) are both set and mean the same; keep one of them."))
            return
        }
        names[entry.key] = variable.name
        problems += entry.problems(raw)
        values[entry.key] = raw
    }

    private mutating func notice(_ variable: NamedValue) {
        if OptionTable.unusedNames.contains(variable.name) {
            notices.append(
                "\(variable.name) is set, but this version has no NATS client: events stay inside the daemon.")
        } else if variable.name.hasPrefix("CB_"), !Self.pathNames.contains(variable.name) {
            let near = suggestion(for: variable.name, among: OptionTable.byEnvironmentName.keys.sorted())
            let hint = near.map { "; did you mean \($0)?" } ?? "."
            notices.append("\(variable.origin): there is no option \(variable.name)\(hint)")
        }
    }
}

/// A file that holds nothing but a secret.
struct SecretFile {
    let path: String
    let name: String

    init(_ path: String, named name: String) {
        self.path = path
        self.name = name
    }

    func read(_ files: ConfigurationFiles) -> Result<RawValue, ConfigurationErrors> {
        guard path.hasPrefix("/") else {
            return failure("the path must be absolute.")
        }
        switch files.read(path) {
        case .failure(let reason): return failure("\(path) \(reason.sentence)")
        case .success(let bytes):
            return Self.text(in: bytes).map { .success(RawValue($0, .secretFile(named: name, path: path))) }
                ?? failure("\(path) is empty or not text.")
        }
    }

    private func failure(_ sentence: String) -> Result<RawValue, ConfigurationErrors> {
        .failure(ConfigurationErrors([ConfigurationProblem(place: name, sentence)]))
    }

    /// The content without the line end that editors add.
    static func text(in bytes: [UInt8]) -> String? {
        var body = bytes[...]
        while let last = body.last, last == 0x0A || last == 0x0D { body.removeLast() }
        guard !body.isEmpty else { return nil }
        return String(validating: body, as: UTF8.self)
    }
}
