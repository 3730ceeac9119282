/// Reads the options of a command line: `--server-port 8443`, `--server-port=8443`, `--tls-allow-plaintext`.
struct FlagSettings {
    private(set) var values: [String: RawValue] = [:]
    private(set) var problems: [ConfigurationProblem] = []
    /// `--config` and `--env-file`.
    private(set) var configPath: String?
    private(set) var environmentFilePath: String?

    private static let byFlag = Dictionary(uniqueKeysWithValues: OptionTable.entries.map { ($0.flag, $0) })

    init(_ arguments: [String], files: ConfigurationFiles) {
        var rest = arguments[...]
        while let argument = rest.popFirst() {
            guard argument.hasPrefix("--"), argument.count > 2 else {
                add(argument, "\(shortened(argument)) is not expected here; options start with two hyphens.")
                continue
            }
            let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let flag = String(parts[0])
            var given = parts.count == 2 ? String(parts[1]) : nil
            let entry = Self.byFlag[flag]
            guard entry != nil || flag == "--config" || flag == "--env-file" else {
                addUnknown(flag)
                continue
            }
            if given == nil {
                given = entry?.shape == .boolean ? "true" : rest.popFirst()
            }
            guard let text = given, !text.isEmpty else {
                add(flag, "a value is missing; write \(flag)=\(entry?.placeholder ?? "PATH").")
                continue
            }
            if let entry { set(entry, flag, text, files) } else { setPath(flag, text) }
        }
    }

    private mutating func add(_ flag: String, _ sentence: String) {
        problems.append(ConfigurationProblem(place: ValueOrigin.flag(flag).description, sentence))
    }

    private mutating func addUnknown(_ flag: String) {
        let hint = suggestion(for: flag, among: Self.byFlag.keys.sorted() + ["--config", "--env-file"])
        if flag.hasSuffix("-file") == false, let secret = Self.byFlag[flag + "-file"] {
            add(flag, "a secret does not belong on a command line; write \(secret.flag)=PATH.")
        } else {
            add(flag, "there is no such option" + (hint.map { "; did you mean \($0)?" } ?? "."))
        }
    }

    private mutating func setPath(_ flag: String, _ text: String) {
        if flag == "--config" { configPath = text } else { environmentFilePath = text }
    }

    private mutating func set(_ entry: OptionEntry, _ flag: String, _ text: String, _ files: ConfigurationFiles) {
        var raw = RawValue(text, .flag(flag), for: entry)
        if entry.isSecret {
            switch SecretFile(text, named: flag).read(files) {
            case .success(let read): raw = read
            case .failure(let errors):
                problems += errors.problems
                return
            }
        }
        if let earlier = values[entry.key] {
            guard entry.shape == .list else {
                add(flag, "is given twice; keep one of them.")
                return
            }
            raw = RawValue(earlier.texts + raw.texts, .flag(flag))
        }
        problems += entry.problems(raw)
        values[entry.key] = raw
    }
}
