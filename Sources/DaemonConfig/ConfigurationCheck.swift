/// `circuit-breaker config check`: what the daemon would say and use, without starting it.
package struct ConfigurationCheck: Sendable {
    /// 0 when the daemon would start with this configuration, 2 when it would not.
    package let exitCode: Int32
    /// For standard output: the settings that differ from the defaults, with their origin.
    package let lines: [String]
    /// For standard error: every problem, then every notice.
    package let complaints: [String]

    package init(
        arguments: [String] = [],
        environment: [String: String],
        files: ConfigurationFiles = .disk
    ) {
        do {
            let configuration = try Configuration.load(arguments: arguments, environment: environment, files: files)
            let changed = configuration.settings.filter { $0.origin != .fallback }
            exitCode = 0
            complaints = configuration.notices.map { "notice: \($0)" }
            lines =
                changed.map { "\($0.key) = \($0.shown)  (\($0.origin))" }
                + ["The configuration is valid: \(changed.count) of \(configuration.settings.count) options are set."]
        } catch {
            exitCode = 2
            let count = error.problems.count
            complaints = error.problems.map(\.description)
            lines = [count == 1 ? "The configuration has 1 problem." : "The configuration has \(count) problems."]
        }
    }
}
