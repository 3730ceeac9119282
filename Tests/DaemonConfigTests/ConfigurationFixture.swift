@testable import DaemonConfig

/// Loads a configuration from texts alone: no file of this machine is read.
func load(
    _ yaml: String? = nil,
    env: String? = nil,
    environment: [String: String] = [:],
    flags: [String] = [],
    files others: [String: String] = [:],
    openToAll: Set<String> = []
) throws(ConfigurationErrors) -> Configuration {
    try Configuration.load(
        arguments: flags, environment: environment, files: files(yaml, env: env, others, openToAll: openToAll))
}

func files(
    _ yaml: String? = nil,
    env: String? = nil,
    _ others: [String: String] = [:],
    openToAll: Set<String> = []
) -> ConfigurationFiles {
    var texts = others
    texts[ConfigurationSources.defaultConfigPath] = yaml
    texts[ConfigurationSources.defaultEnvironmentFilePath] = env
    let contents = texts.mapValues { Array($0.utf8) }
    return ConfigurationFiles(
        read: { path in contents[path].map { .success($0) } ?? .failure(.missing) },
        isOpenToAll: { openToAll.contains($0) })
}

/// The problems as a person sees them, with the path of config.yaml left out.
func problems(_ load: () throws(ConfigurationErrors) -> Configuration) -> [String] {
    do {
        _ = try load()
        return []
    } catch {
        return error.problems.map { problem in
            problem.description.replacing(ConfigurationSources.defaultConfigPath + ":", with: "")
        }
    }
}
