internal import Foundation
import Kernel

/// What deriving a key costs: scrypt (RFC 7914) with N, r and p.
package struct KeyCost: Sendable, Equatable {
    package let log2Rounds: Int
    package let blockSize: Int
    package let parallelism: Int

    package init(log2Rounds: Int, blockSize: Int = 8, parallelism: Int = 1) {
        self.log2Rounds = log2Rounds
        self.blockSize = blockSize
        self.parallelism = parallelism
    }

    /// 128 MiB and about half a second.
    package static let standard = KeyCost(log2Rounds: 17)

    package var rounds: Int { 1 << log2Rounds }

    /// Bytes that deriving takes.
    var memory: Int { 128 * blockSize * (rounds + parallelism + 2) }

    /// What a file may ask for: whoever wrote it must not take the memory of the machine. 1 GiB at most.
    var isBearable: Bool {
        (10...20).contains(log2Rounds) && (1...32).contains(blockSize) && (1...4).contains(parallelism)
            && memory <= 1 << 30 + 1 << 20
    }
}

/// A key that backups are made with, derived from a passphrase once. It wraps the random key of each file, so whoever
/// holds it makes and opens backups without the passphrase. It prints as `[secret]`.
package struct BackupKey: Sendable, Equatable {
    package let cost: KeyCost
    package let salt: [UInt8]
    private let bytes: Secret<[UInt8]>
    /// Names the key without giving it away, as people compare it: `3f2a-91c0-77de-0b14`. The same passphrase gives
    /// another key, and another name, each time it is derived with a new salt.
    package let id: String

    private init(cost: KeyCost, salt: [UInt8], bytes: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.bytes = Secret(bytes)
        let digest = BackupCipher.sha256(Array("circuit-breaker backup key\0".utf8) + bytes)
        let digits = Hex.text(Array(digest.prefix(8)))
        id = stride(from: 0, to: 16, by: 4).map { String(digits.dropFirst($0).prefix(4)) }.joined(separator: "-")
    }

    /// Slow on purpose, and blocks its thread: see `KeyCost.standard`.
    package init(
        deriving passphrase: Secret<String>, salt: [UInt8]? = nil, cost: KeyCost = .standard
    ) throws {
        let salt = salt ?? BackupCipher.random(16)
        // The same letters typed on another system may come decomposed.
        let letters = Array(passphrase.reveal().precomposedStringWithCanonicalMapping.utf8)
        self.init(cost: cost, salt: salt, bytes: try BackupCipher.scrypt(letters, salt: salt, cost: cost))
    }

    /// The key as a sealed column holds it: one line of text.
    package var text: Secret<String> {
        Secret(
            "cbk1:\(cost.log2Rounds):\(cost.blockSize):\(cost.parallelism):\(Hex.text(salt)):"
                + Hex.text(bytes.reveal()))
    }

    /// Nil for anything that `text` did not write.
    package init?(parsing text: Secret<String>) {
        let parts = text.reveal().split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "cbk1", let rounds = Int(parts[1]), let block = Int(parts[2]),
            let parallel = Int(parts[3]), let salt = Hex.bytes(parts[4]), (8...64).contains(salt.count),
            let bytes = Hex.bytes(parts[5]), bytes.count == BackupCipher.keyLength
        else { return nil }
        let cost = KeyCost(log2Rounds: rounds, blockSize: block, parallelism: parallel)
        guard cost.isBearable else { return nil }
        self.init(cost: cost, salt: salt, bytes: bytes)
    }

    func wrap(_ key: [UInt8]) throws -> [UInt8] {
        let nonce = BackupCipher.random(BackupCipher.nonceLength)
        return nonce + (try BackupCipher.seal(key, key: bytes.reveal(), nonce: nonce))
    }

    func unwrap(_ wrapped: [UInt8]) throws -> [UInt8]? {
        let nonce = Array(wrapped.prefix(BackupCipher.nonceLength))
        return try BackupCipher.open(
            Array(wrapped.dropFirst(BackupCipher.nonceLength)), key: bytes.reveal(), nonce: nonce)
    }
}

/// What opens a backup.
package enum BackupOpener: Sendable {
    case passphrase(Secret<String>)
    case key(BackupKey)

    /// The key of a file with this header. Slow for a passphrase.
    package func matchingKey(_ header: BackupHeader) throws -> BackupKey {
        switch self {
        case .passphrase(let passphrase):
            let key = try BackupKey(deriving: passphrase, salt: header.salt, cost: header.cost)
            guard key.id == header.keyID else { throw BackupFileError.wrongPassphrase }
            return key
        case .key(let key):
            guard key.id == header.keyID else { throw BackupFileError.wrongKey(needed: header.keyID) }
            return key
        }
    }
}

/// Bytes as lower-case hexadecimal digits.
enum Hex {
    static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    static func bytes(_ text: some StringProtocol) -> [UInt8]? {
        let letters = Array(text.utf8)
        guard letters.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: letters.count, by: 2) {
            guard let high = digit(letters[index]), let low = digit(letters[index + 1]) else { return nil }
            bytes.append(high << 4 | low)
        }
        return bytes
    }

    private static func digit(_ letter: UInt8) -> UInt8? {
        switch letter {
        case 0x30...0x39: letter - 0x30
        case 0x61...0x66: letter - 0x61 + 10
        default: nil
        }
    }
}
