import Fernet
import Kernel
import Persistence

/// A secret as a database holds it: `v1:` and the id of its key, then a Fernet token. It goes into a column and comes out
/// of one; it prints as `[sealed]` and has no JSON form, so it cannot end in an answer.
package struct SealedText: Sendable, Equatable {
    static let mark = "v1:"
    /// Of the mark, the id of the key and a colon.
    static let prefixLength = mark.count + KeyID.length + 1

    /// Nil for a bare token of another program: any key may be its own.
    package let keyID: KeyID?
    let token: String

    init(keyID: KeyID?, token: String) {
        self.keyID = keyID
        self.token = token
    }

    /// When the secret was set. Rotation keeps it.
    package var since: Instant? { FernetToken.moment(of: token) }

    static func prefix(of key: KeyID) -> String { "\(mark)\(key.text):" }
}

extension SealedText: SQLBindable, SQLReadable {
    package var sqlValue: SQLValue { .text((keyID.map(Self.prefix) ?? "") + token) }

    package init?(sqlValue: SQLValue) {
        guard let text = String(sqlValue: sqlValue) else { return nil }
        self.init(stored: text)
    }

    init(stored text: String) {
        guard text.hasPrefix(Self.mark), text.utf8.count > Self.prefixLength,
            let keyID = KeyID(String(text.dropFirst(Self.mark.count).prefix(KeyID.length))),
            text.utf8.dropFirst(Self.prefixLength - 1).first == UInt8(ascii: ":")
        else {
            self.init(keyID: nil, token: text)
            return
        }
        self.init(keyID: keyID, token: String(text.dropFirst(Self.prefixLength)))
    }
}

extension SealedText: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "[sealed]" }
    package var debugDescription: String { "[sealed]" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
