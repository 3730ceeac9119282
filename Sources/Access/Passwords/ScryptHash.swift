import Crypto
import CryptoExtras
import Foundation
import Kernel

/// A password as it is stored: `$scrypt$ln=15,r=8,p=1$<salt>$<key>` with base64 parts, so that the cost can rise later
/// and old hashes still verify.
struct ScryptHash: Sendable, Equatable {
    struct Cost: Sendable, Equatable {
        /// The number of rounds is two to this power.
        var log2Rounds = 15
        var blockSize = 8
        var parallelism = 1

        /// 32 MiB and about a tenth of a second.
        static let current = Cost()

        /// What a stored hash may ask for: a row that was tampered with must not take the memory of the machine.
        var isBearable: Bool {
            (1...17).contains(log2Rounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
        }
    }

    let cost: Cost
    let salt: [UInt8]
    let key: [UInt8]

    init(cost: Cost, salt: [UInt8], key: [UInt8]) {
        self.cost = cost
        self.salt = salt
        self.key = key
    }

    /// Slow on purpose; `PasswordHasher` says where it runs.
    init(of password: Secret<String>, cost: Cost) throws {
        let salt = Self.randomBytes(16)
        self.init(cost: cost, salt: salt, key: try Self.derive(password, salt, cost, count: 32))
    }

    init?(text: String) {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let cost = Cost(text: parts[2]), cost.isBearable,
            let salt = Data(base64Encoded: String(parts[3])), (8...64).contains(salt.count),
            let key = Data(base64Encoded: String(parts[4])), (16...64).contains(key.count)
        else { return nil }
        self.cost = cost
        self.salt = Array(salt)
        self.key = Array(key)
    }

    var text: String { Self.text(cost: cost, salt: salt, key: key) }

    static func text(cost: Cost, salt: [UInt8], key: [UInt8]) -> String {
        "$scrypt$ln=\(cost.log2Rounds),r=\(cost.blockSize),p=\(cost.parallelism)"
            + "$\(Data(salt).base64EncodedString())$\(Data(key).base64EncodedString())"
    }

    /// Slow on purpose. Compares in constant time.
    func matches(_ password: Secret<String>) throws -> Bool {
        let derived = try Self.derive(password, salt, cost, count: key.count)
        return SHA256.hash(data: derived) == SHA256.hash(data: key)
    }

    static func randomBytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }

    private static func derive(
        _ password: Secret<String>, _ salt: [UInt8], _ cost: Cost, count: Int
    ) throws -> [UInt8] {
        // The same letters typed on another system may come decomposed.
        let bytes = Array(password.reveal().precomposedStringWithCanonicalMapping.utf8)
        let key = try KDF.Scrypt.deriveKey(
            from: bytes, salt: salt, outputByteCount: count, rounds: 1 << cost.log2Rounds, blockSize: cost.blockSize,
            parallelism: cost.parallelism)
        return key.withUnsafeBytes { Array($0) }
    }
}

extension ScryptHash.Cost {
    /// `ln=15,r=8,p=1`
    fileprivate init?(text: Substring) {
        var values: [Substring: Int] = [:]
        for pair in text.split(separator: ",") {
            let sides = pair.split(separator: "=")
            guard sides.count == 2, let value = Int(sides[1]) else { return nil }
            values[sides[0]] = value
        }
        guard let rounds = values["ln"], let block = values["r"], let parallel = values["p"] else { return nil }
        self.init(log2Rounds: rounds, blockSize: block, parallelism: parallel)
    }
}
