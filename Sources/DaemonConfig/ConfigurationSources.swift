import FoundationEssentials

/// Everything that was said about the options, by source, and what of it counts.
///
/// A flag counts before the environment, that before the environment file, that before config.yaml, that before the
/// default. A systemd credential counts just before the environment: it is the safer way to hand over the same thing.
struct ConfigurationSources {
    static let defaultConfigPath = "/etc/circuit-breaker/config.yaml"
    static let defaultEnvironmentFilePath = "/etc/circuit-breaker/env"

    private(set) var layers: [[String: RawValue]] = []
    private(set) var problems: [ConfigurationProblem] = []
    private(set) var notices: [String] = []
    /// Where config.yaml was looked for, and whether it was there.
    private(set) var configPath = Self.defaultConfigPath

    let files: ConfigurationFiles

    init(arguments: [String], environment: [String: String], files: ConfigurationFiles) {
        self.files = files
        let flags = FlagSettings(arguments, files: files)
        problems += flags.problems
        let environmentFile = readEnvironmentFile(flags.environmentFilePath ?? present(environment["CB_ENV_FILE"]))
        let variables = environment.sorted { $0.key < $1.key }.map { name, text in
            NamedValue(name: name, text: text, origin: .environment(name: name))
        }
        let fromEnvironment = EnvironmentSettings(variables, files: files)
        let fromFile = EnvironmentSettings(environmentFile, files: files)
        let credentials = readCredentials(present(environment["CREDENTIALS_DIRECTORY"]))
        for part in [fromEnvironment, fromFile] {
            problems += part.problems
            for line in part.notices where !notices.contains(line) { notices.append(line) }
        }
        let named = environmentFile.first { $0.name == "CB_CONFIG" }?.text
        let yaml = readYAML(flags.configPath ?? present(environment["CB_CONFIG"]) ?? present(named))
        layers = [flags.values, credentials, fromEnvironment.values, fromFile.values, yaml]
        warnOfOpenFiles()
    }

    /// The value that counts, and how high its source ranks: 0 is the highest.
    func value(of key: String) -> (raw: RawValue, rank: Int)? {
        for (rank, layer) in layers.enumerated() {
            if let raw = layer[key] { return (raw, rank) }
        }
        return nil
    }

    private func present(_ text: String?) -> String? {
        text.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// The bytes of a file that need not exist unless it was asked for by name.
    private mutating func content(of path: String, isAskedFor: Bool) -> [UInt8]? {
        switch files.read(path) {
        case .success(let bytes): return bytes
        case .failure(.missing) where !isAskedFor: return nil
        case .failure(let reason):
            problems.append(ConfigurationProblem(place: path, "The file \(reason.sentence)"))
            return nil
        }
    }

    private mutating func readEnvironmentFile(_ asked: String?) -> [NamedValue] {
        let path = asked ?? Self.defaultEnvironmentFilePath
        guard let bytes = content(of: path, isAskedFor: asked != nil) else { return [] }
        let file = EnvironmentFile(bytes, path: path)
        problems += file.problems
        return file.variables
    }

    private mutating func readYAML(_ asked: String?) -> [String: RawValue] {
        configPath = asked ?? Self.defaultConfigPath
        guard let bytes = content(of: configPath, isAskedFor: asked != nil) else { return [:] }
        let settings = YAMLSettings(bytes, path: configPath)
        problems += settings.problems
        notices += settings.notices
        return settings.values
    }

    private mutating func readCredentials(_ directory: String?) -> [String: RawValue] {
        guard let directory else { return [:] }
        var values: [String: RawValue] = [:]
        for entry in OptionTable.entries {
            guard let name = entry.credential else { continue }
            let path = "\(directory)/\(name)"
            guard let bytes = content(of: path, isAskedFor: false) else { continue }
            guard let text = SecretFile.text(in: bytes) else {
                problems.append(ConfigurationProblem(.credential(path: path), "is empty or not text."))
                continue
            }
            let raw = RawValue(text, .credential(path: path))
            problems += entry.problems(raw)
            values[entry.key] = raw
        }
        return values
    }

    private mutating func warnOfOpenFiles() {
        var paths: [String] = []
        for entry in OptionTable.entries where entry.isSecret {
            for layer in layers {
                switch layer[entry.key]?.origin {
                case .file(let path, _, _), .environmentFile(let path, _, _), .secretFile(_, let path):
                    if !paths.contains(path) { paths.append(path) }
                case .fallback, .environment, .credential, .flag, nil:
                    continue
                }
            }
        }
        for path in paths where files.isOpenToAll(path) {
            notices.append(
                "\(path) holds a secret and everybody on this machine may read it; run `chmod 0640 \(path)`.")
        }
    }
}

extension Configuration {
    /// The environment of this process, read here and nowhere else.
    package static var processEnvironment: [String: String] { ProcessInfo.processInfo.environment }
}
