import Kernel

/// One row of the configuration: its key, how it reads, and what it is when nobody says.
/// Flags, environment names, config.yaml, the reference page and `config check` all come from it.
struct Option<Value: Sendable>: Sendable {
    /// Dotted, as config.yaml nests it: `server.port`.
    let key: String
    /// One or two sentences for the person who edits the file.
    let summary: String
    let fallback: Value
    let form: ValueForm<Value>
    /// The name of the value of older native installs, at the top level of config.yaml.
    let flatKey: String?
    /// Environment names that are promised as they are; otherwise the name is made from the key.
    let fixedNames: [String]
    /// The file below `$CREDENTIALS_DIRECTORY`. Only a secret has one.
    let credential: String?
    /// What the template shows where there is no default.
    let example: String?

    init(
        _ key: String,
        _ summary: String,
        fallback: Value,
        _ form: ValueForm<Value>,
        flatKey: String? = nil,
        environment fixedNames: [String] = [],
        credential: String? = nil,
        example: String? = nil
    ) {
        self.key = key
        self.summary = summary
        self.fallback = fallback
        self.form = form
        self.flatKey = flatKey
        self.fixedNames = fixedNames
        self.credential = credential
        self.example = example
    }

    /// The value, or what is wrong with the text that was given for it.
    func read(_ raw: RawValue) -> Result<Value, ConfigurationErrors> {
        do {
            return .success(try form.parse(raw.texts))
        } catch {
            let place = raw.origins.indices.contains(error.index) ? raw.origins[error.index] : raw.origin
            let found = raw.texts.indices.contains(error.index) ? raw.texts[error.index] : ""
            let message =
                isSecret
                ? "\(key) is set but cannot be used; give \(form.expected)."
                : "\(key) is \(shortened(found)); give \(form.expected)."
            return .failure(ConfigurationErrors([ConfigurationProblem(place, message)]))
        }
    }

    var isSecret: Bool { credential != nil }
}

/// An option without the type of its value: what the readers and the generators of texts need.
struct OptionEntry: Sendable {
    let key: String
    let summary: String
    let shape: ValueShape
    let placeholder: String
    let expected: String
    let allowsNothing: Bool
    let flatKey: String?
    let credential: String?
    let environmentNames: [String]
    /// As config.yaml writes it; empty when there is none.
    let fallbackText: String
    let example: String?
    let problems: @Sendable (RawValue) -> [ConfigurationProblem]

    var isSecret: Bool { credential != nil }
    var section: String { key.split(separator: ".").dropLast().joined(separator: ".") }
    var name: String { key.split(separator: ".").last.map(String.init) ?? key }
    /// `--server-port`. A secret is named by the file it is in: a command line can be read by everybody.
    var flag: String {
        "--" + key.replacing(".", with: "-").replacing("_", with: "-") + (isSecret ? "-file" : "")
    }
}

protocol AnyOption: Sendable {
    var entry: OptionEntry { get }
}

extension Option: AnyOption {
    var entry: OptionEntry {
        let made = "CB_" + key.uppercased().replacing(".", with: "_")
        return OptionEntry(
            key: key, summary: summary, shape: form.shape, placeholder: form.placeholder, expected: form.expected,
            allowsNothing: form.allowsNothing, flatKey: flatKey, credential: credential,
            environmentNames: fixedNames.isEmpty ? [made] : fixedNames,
            fallbackText: isSecret ? "" : form.show(fallback), example: example,
            problems: { raw in
                switch read(raw) {
                case .success: []
                case .failure(let errors): errors.problems
                }
            })
    }
}

/// What one source says about one option, before it is read.
struct RawValue: Sendable {
    let texts: [String]
    let origin: ValueOrigin
    /// Where each element of a list stands.
    let origins: [ValueOrigin]

    init(_ text: String, _ origin: ValueOrigin) {
        self.init([text], origin, [origin])
    }

    init(_ texts: [String], _ origin: ValueOrigin, _ origins: [ValueOrigin]? = nil) {
        self.texts = texts
        self.origin = origin
        self.origins = origins ?? texts.map { _ in origin }
    }

    /// Text of the environment, a file or a flag: a list is written with commas or blanks between.
    init(_ text: String, _ origin: ValueOrigin, for entry: OptionEntry) {
        switch entry.shape {
        case .list:
            let parts = text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map(String.init)
            self.init(parts, origin)
        case .boolean where text == "1" || text == "0":
            self.init(text == "1" ? "true" : "false", origin)
        case .text, .number, .boolean:
            self.init(text, origin)
        }
    }
}

/// A value as a message may show it: in quotes, on one line, not too long.
func shortened(_ text: String) -> String {
    let safe = text.unicodeScalars.prefix(60).map { scalar in
        scalar.value < 0x20 || scalar.value == 0x7F ? "\u{FFFD}" : String(scalar)
    }
    return "\"" + safe.joined() + (text.unicodeScalars.count > 60 ? "…" : "") + "\""
}
