import Kernel

/// The two files an administrator edits, and changes to single options in them. Everything else stays as it is: order,
/// comments, blank lines, the spelling of other values.
///
/// An option is changed where it already stands, nested, flat or as a variable, since that is where it counts; else it
/// is put into its section of config.yaml. Afterwards the text is read again: what could not be changed without
/// rewriting the file is refused with the line to write by hand.
package struct ConfigurationDraft: Sendable {
    package enum Value: Sendable, Equatable {
        case single(String)
        case list([String])

        fileprivate var texts: [String] {
            switch self {
            case .single(let text): [text]
            case .list(let texts): texts
            }
        }
    }

    package static let yamlPath = ConfigurationSources.defaultConfigPath
    package static let environmentPath = ConfigurationSources.defaultEnvironmentFilePath

    package private(set) var yaml: [UInt8]
    package private(set) var environment: [UInt8]

    package init(yaml: [UInt8], environment: [UInt8]) {
        self.yaml = yaml
        self.environment = environment
    }

    /// What the files say of an option, the environment file before config.yaml; nil when they do not name it.
    package func texts(of key: String) -> [String]? { value(of: key)?.raw.texts }

    /// Whether a variable stands in the environment file with a value.
    package func hasVariable(_ name: String) -> Bool {
        let file = EnvironmentFile(environment, path: Self.environmentPath)
        return file.variables.contains { $0.name == name && !$0.text.isEmpty }
    }

    package mutating func set(_ key: String, to wanted: Value) throws {
        guard let entry = OptionTable.byKey[key] else {
            preconditionFailure("\(key) is not in the option table")
        }
        if texts(of: key) == wanted.texts { return }
        if let name = value(of: key)?.variable {
            environment = VariableText(environment).setting(name, to: wanted.texts.joined(separator: ","))
        } else {
            yaml = YAMLText(yaml).setting(entry, to: wanted.yaml) ?? yaml
        }
        guard texts(of: key) == wanted.texts else { throw notEditable(entry, wanted) }
    }

    /// Adds a variable at the end of the environment file.
    package mutating func append(variable name: String, _ value: String, comment: String) {
        environment = VariableText(environment).appending(name, value, comment: comment)
    }

    private func value(of key: String) -> (raw: RawValue, variable: String?)? {
        let files = ConfigurationFiles(read: { _ in .failure(.missing) })
        let file = EnvironmentFile(environment, path: Self.environmentPath)
        if let raw = EnvironmentSettings(file.variables, files: files).values[key] {
            guard case .environmentFile(_, _, let name) = raw.origin else { return (raw, nil) }
            return (raw, name)
        }
        return YAMLSettings(yaml, path: Self.yamlPath).values[key].map { ($0, nil) }
    }

    private func notEditable(_ entry: OptionEntry, _ wanted: Value) -> AppError {
        AppError(
            .conflict,
            "\(Self.yamlPath) is written in a form that cannot be extended without rewriting it. Put "
                + "`\(entry.name): \(wanted.yaml)` below `\(entry.section):` by hand and run this again.")
    }
}

extension ConfigurationDraft.Value {
    /// In YAML's flow style, quoted where a plain word would be read as something else.
    fileprivate var yaml: String {
        switch self {
        case .single(let text): Self.quoted(text)
        case .list(let texts): "[\(texts.map(Self.quoted).joined(separator: ", "))]"
        }
    }

    private static func quoted(_ text: String) -> String {
        let isPlain =
            !text.isEmpty && !["-", "~"].contains(text)
            && text.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
                    || [0x2D, 0x2E, 0x2F, 0x5F].contains(byte)
            }
        return isPlain ? text : "'\(text.replacing("'", with: "''"))'"
    }
}

/// Lines of NAME=VALUE.
struct VariableText {
    private var lines: [Substring]

    init(_ bytes: [UInt8]) {
        lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    }

    func setting(_ name: String, to value: String) -> [UInt8] {
        var lines = lines
        for index in lines.indices {
            let words = lines[index].drop { $0 == " " || $0 == "\t" }
            let bare = words.hasPrefix("export ") ? words.dropFirst("export ".count) : words
            if bare.hasPrefix("\(name)=") { lines[index] = "\(name)=\(value)" }
        }
        return Array(lines.joined(separator: "\n").utf8)
    }

    func appending(_ name: String, _ value: String, comment: String) -> [UInt8] {
        var lines = lines
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        if !lines.isEmpty { lines.append("") }
        lines += ["# \(comment)", "\(name)=\(value)", ""]
        return Array(lines.joined(separator: "\n").utf8)
    }
}
