import JSONKit
import Kernel

/// What a backup says of itself before it is opened: everybody can read it, and the passphrase proves it.
package struct BackupHeader: Sendable, Equatable {
    /// The newest format this version writes and reads.
    package static let formatVersion = 1
    /// Bytes of a chunk before it is encrypted.
    package static let standardChunk = 128 << 10

    static let magic: [UInt8] = [0x89, 0x43, 0x42, 0x42, 0x0D, 0x0A, 0x1A, 0x0A]
    static let longest = 16 << 10
    private static let name = "circuit-breaker-backup"
    private static let cipher = "chacha20-poly1305-stream"
    private static let compression = "zstd"

    package let productVersion: String
    /// The number of the newest migration step of the database inside.
    package let schemaVersion: Int
    package let createdAt: Instant
    /// `sqlite` or `postgres`.
    package let engine: String
    package let keyID: String
    package let cost: KeyCost
    let salt: [UInt8]
    package let chunkSize: Int
    let wrappedKey: [UInt8]

    init(_ facts: BackupFacts, key: BackupKey, chunkSize: Int, wrappedKey: [UInt8]) {
        productVersion = facts.productVersion
        schemaVersion = facts.schemaVersion
        createdAt = facts.createdAt
        engine = facts.engine
        keyID = key.id
        cost = key.cost
        salt = key.salt
        self.chunkSize = chunkSize
        self.wrappedKey = wrappedKey
    }

    var json: [UInt8] {
        var writer = JSONWriter(capacity: 512)
        write(to: &writer)
        return writer.bytes
    }

    init(json: [UInt8]) throws(BackupFileError) {
        guard let object = (try? JSONParser.parse(json))?.objectValue, object["format"]?.stringValue == Self.name,
            let kdf = object["kdf"]?.objectValue, kdf["name"]?.stringValue == "scrypt",
            let product = object["product_version"]?.stringValue,
            let schema = object["schema_version"]?.integerValue.flatMap({ Int(exactly: $0) }),
            let moment = object["created_at"]?.stringValue.flatMap({ RFC3339.milliseconds($0) }),
            let engine = object["engine"]?.stringValue, let keyID = object["key_id"]?.stringValue,
            let rounds = kdf["n"]?.integerValue, let block = kdf["r"]?.integerValue,
            let parallel = kdf["p"]?.integerValue, let salt = kdf["salt"]?.stringValue.flatMap({ Hex.bytes($0) }),
            object["cipher"]?.stringValue == Self.cipher, object["compression"]?.stringValue == Self.compression,
            let chunk = object["chunk_size"]?.integerValue,
            let wrapped = object["wrapped_key"]?.stringValue.flatMap({ Hex.bytes($0) }), wrapped.count == 60,
            (8...64).contains(salt.count)
        else { throw .headerDamaged }
        guard (1...1 << 20).contains(rounds), rounds.nonzeroBitCount == 1, (1...32).contains(block),
            (1...4).contains(parallel)
        else { throw .unbearable("too much memory or time to try a passphrase") }
        cost = KeyCost(
            log2Rounds: rounds.trailingZeroBitCount, blockSize: Int(block), parallelism: Int(parallel))
        guard cost.isBearable else { throw .unbearable("too much memory or time to try a passphrase") }
        guard (64...4 << 20).contains(chunk) else { throw .unbearable("chunks of \(chunk) bytes") }
        productVersion = product
        schemaVersion = schema
        createdAt = Instant(milliseconds: moment)
        self.engine = engine
        self.keyID = keyID
        self.salt = salt
        chunkSize = Int(chunk)
        wrappedKey = wrapped
    }

    /// Everything before the checksum: magic, version, length, JSON.
    var preamble: [UInt8] {
        let json = json
        return Self.magic + Self.bigEndian(UInt16(Self.formatVersion)) + Self.bigEndian(UInt32(json.count)) + json
    }

    static func bigEndian<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
        withUnsafeBytes(of: number.bigEndian) { Array($0) }
    }
}

extension BackupHeader: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("format", Self.name)
        writer.member("version", Self.formatVersion)
        writer.member("product_version", productVersion)
        writer.member("schema_version", schemaVersion)
        writer.member("created_at", milliseconds: createdAt.milliseconds)
        writer.member("engine", engine)
        writer.member("key_id", keyID)
        writer.name("kdf")
        writer.beginObject()
        writer.member("name", "scrypt")
        writer.member("n", cost.rounds)
        writer.member("r", cost.blockSize)
        writer.member("p", cost.parallelism)
        writer.member("salt", Hex.text(salt))
        writer.endObject()
        writer.member("cipher", Self.cipher)
        writer.member("chunk_size", chunkSize)
        writer.member("compression", Self.compression)
        writer.member("wrapped_key", Hex.text(wrappedKey))
        writer.endObject()
    }
}

/// What the maker of a backup knows of it before it begins.
package struct BackupFacts: Sendable, Equatable {
    package var productVersion: String
    package var schemaVersion: Int
    package var createdAt: Instant
    package var engine: String

    package init(productVersion: String, schemaVersion: Int, createdAt: Instant, engine: String) {
        self.productVersion = productVersion
        self.schemaVersion = schemaVersion
        self.createdAt = createdAt
        self.engine = engine
    }
}
