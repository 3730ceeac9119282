import Fernet
import Kernel

/// Names a key without giving it away: the first 16 hexadecimal digits of its fingerprint. The same key has the same id
/// on every machine.
package struct KeyID: Sendable, Hashable {
    static let length = 16

    package let text: String

    package init?(_ text: String) {
        let digits = text.utf8
        guard digits.count == Self.length,
            digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
        else { return nil }
        self.text = text
    }

    init(_ key: FernetKey) {
        text = String(key.fingerprint.prefix(Self.length))
    }

    /// In groups, as people compare it: `3f2a-91c0-77de-0b14`.
    package var shown: String {
        stride(from: 0, to: Self.length, by: 4).map { String(text.dropFirst($0).prefix(4)) }.joined(separator: "-")
    }
}

/// A key of the vault with its id.
package struct VaultKey: Sendable, Equatable {
    package let id: KeyID
    let key: FernetKey

    init(_ key: FernetKey) {
        self.key = key
        id = KeyID(key)
    }

    package init(parsing text: String) throws(FernetKey.ParseError) {
        self.init(try FernetKey(parsing: text))
    }

    static func random() -> VaultKey { VaultKey(.random()) }

    var text: Secret<String> { key.text }
}

/// A list of keys as a credential, a variable or a file holds it: separated by commas, spaces or lines.
enum KeyList {
    /// The keys in their order, or the place of the first that is none, counted from 1.
    static func parse(_ text: String) -> Result<[VaultKey], NotAKey> {
        var keys: [VaultKey] = []
        let parts = text.split { $0 == "," || $0.isWhitespace }
        for (index, part) in parts.enumerated() {
            do {
                keys.append(try VaultKey(parsing: String(part)))
            } catch {
                return .failure(NotAKey(place: index + 1, count: parts.count))
            }
        }
        return .success(keys)
    }

    /// The keys that a person brought, or which entry is none. Taken as well: a `.env`, and the file the ceremony gives,
    /// with their comments and names.
    static func keys(_ text: Secret<String>) throws -> [VaultKey] {
        let lines = text.reveal().split { $0.isNewline }.map { line -> Substring in
            let line = line.drop { $0.isWhitespace }
            if line.hasPrefix("#") { return "" }
            return line.hasPrefix("CB_VAULT_KEY") ? line.drop { $0 != "=" }.dropFirst() : line
        }
        switch parse(lines.joined(separator: " ")) {
        case .success(let keys): return keys
        case .failure(let problem):
            throw AppError(
                .invalid,
                "Entry \(problem.place) of \(problem.count) is no vault key: a key is 44 characters of Base64.",
                fields: ["keys": "Entry \(problem.place) is no vault key."])
        }
    }

    struct NotAKey: Error, Equatable {
        let place: Int
        let count: Int
    }
}
