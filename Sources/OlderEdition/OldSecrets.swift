import Fernet
import Kernel
import Persistence
import SecretVault

/// Opens what the older edition sealed with its key, and seals it anew with ours.
struct OldSecrets {
    enum Opened {
        case secret(Secret<String>)
        /// The key is missing or another one.
        case locked
    }

    private let key: FernetKey?

    init(key: FernetKey?) {
        self.key = key
    }

    /// What was never sealed there is taken as it is.
    func open(_ value: String) -> Opened {
        guard Self.isToken(value) else { return .secret(Secret(value)) }
        guard let key, let bytes = try? FernetToken.open(value, with: key) else { return .locked }
        return .secret(Secret(String(decoding: bytes, as: UTF8.self)))
    }

    /// A Fernet token begins with the version byte 0x80 and the upper bytes of its moment.
    static func isToken(_ value: String) -> Bool { value.hasPrefix("gAAAA") && value.utf8.count >= 100 }

    /// Of a key file: the key alone, or a line `CB_VAULT_KEY=` of an environment file.
    static func key(inFile text: String) -> FernetKey? {
        for line in text.split(whereSeparator: \.isNewline) {
            var word = line.drop(while: \.isWhitespace)
            if word.hasPrefix("export ") { word = word.dropFirst(7) }
            if let equals = word.firstIndex(of: "="), word[..<equals] == "CB_VAULT_KEY" {
                word = word[word.index(after: equals)...]
            }
            let bare = word.filter { $0 != "\"" && $0 != "'" && !$0.isWhitespace }
            if let key = try? FernetKey(parsing: bare) { return key }
        }
        return nil
    }
}
