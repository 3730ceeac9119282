import Crypto
import JSONKit
import Kernel

/// A row of the audit trail, as it is stored.
package struct AuditRecord: Sendable, Equatable {
    /// Counts from 1 without gaps.
    package var id: Int64
    package var at: Instant
    package var actor: String
    package var actorKind: String
    package var actorID: Int64?
    package var address: String
    package var requestID: String
    package var action: String
    package var severity: String
    package var entity: String
    package var entityID: Int64?
    package var entityName: String
    /// JSON texts.
    package var before: String?
    package var after: String?
    package var previousHash: String
    package var hash: String

    package init(
        id: Int64, at: Instant, actor: String, actorKind: String, actorID: Int64?, address: String, requestID: String,
        action: String, severity: String, entity: String, entityID: Int64?, entityName: String, before: String?,
        after: String?, previousHash: String, hash: String = ""
    ) {
        self.id = id
        self.at = at
        self.actor = actor
        self.actorKind = actorKind
        self.actorID = actorID
        self.address = address
        self.requestID = requestID
        self.action = action
        self.severity = severity
        self.entity = entity
        self.entityID = entityID
        self.entityName = entityName
        self.before = before
        self.after = after
        self.previousHash = previousHash
        self.hash = hash
    }

    /// The hash this row's contents should have: SHA-256 over one JSON list of the fields in a fixed order, as
    /// lower-case hexadecimal digits. Whoever has an export can compute it.
    package var expectedHash: String { digest.hexText }

    /// Compares without making a text of it: a chain of a million rows is walked within seconds.
    package var hasExpectedHash: Bool {
        var stored = hash
        return stored.withUTF8 { text in
            guard text.count == 64 else { return false }
            var index = 0
            for byte in digest {
                guard text[index] == HexDigits.low[Int(byte >> 4)], text[index + 1] == HexDigits.low[Int(byte & 15)]
                else { return false }
                index += 2
            }
            return true
        }
    }

    private var digest: SHA256Digest {
        var writer = JSONWriter(capacity: 512 + (before?.utf8.count ?? 0) + (after?.utf8.count ?? 0))
        writer.beginArray()
        writer.string(previousHash)
        writer.integer(id)
        writer.integer(at.milliseconds)
        writer.string(actor)
        writer.string(actorKind)
        Self.write(actorID.map(String.init), to: &writer)
        writer.string(address)
        writer.string(requestID)
        writer.string(action)
        writer.string(severity)
        writer.string(entity)
        Self.write(entityID.map(String.init), to: &writer)
        writer.string(entityName)
        Self.write(before, to: &writer)
        Self.write(after, to: &writer)
        writer.endArray()
        return SHA256.hash(data: writer.bytes)
    }

    private static func write(_ text: String?, to writer: inout JSONWriter) {
        if let text { writer.string(text) } else { writer.null() }
    }
}

enum HexDigits {
    static let low = Array("0123456789abcdef".utf8)
}

extension Sequence<UInt8> {
    /// Lower-case hexadecimal digits.
    var hexText: String {
        var text: [UInt8] = []
        text.reserveCapacity(underestimatedCount * 2)
        for byte in self {
            text.append(HexDigits.low[Int(byte >> 4)])
            text.append(HexDigits.low[Int(byte & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
