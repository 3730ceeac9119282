import Kernel
import NIOCore

/// A file that a target holds.
package struct StoredFile: Sendable, Equatable {
    package let name: String
    package let size: Int64
    package let changedAt: Instant

    package init(name: String, size: Int64, changedAt: Instant) {
        self.name = name
        self.size = size
        self.changedAt = changedAt
    }
}

/// Some bytes of a file, and the size of all of it.
package struct FilePiece: Sendable {
    package let bytes: ByteBuffer
    package let total: Int64
}

/// A place that keeps backup files. A name holds no slash. Every operation works in pieces and may be cancelled; what
/// was begun and not finished does not look like a backup.
package protocol BackupTarget: Sendable {
    /// In any order; only files that are named like a backup.
    func list() async throws(TargetFailure) -> [StoredFile]
    /// Stores the file at that path under its name, replacing what is there. `progress` is told bytes.
    func store(_ path: String, as name: String, progress: @Sendable (Int64) -> Void) async throws(TargetFailure)
    /// Some bytes of it, fewer at its end.
    func piece(_ name: String, at offset: Int64, length: Int) async throws(TargetFailure) -> FilePiece
    /// Copies it to that path, which must not exist.
    func fetch(_ name: String, to path: String, progress: @Sendable (Int64) -> Void) async throws(TargetFailure)
    /// It is no error if it is gone already.
    func delete(_ name: String) async throws(TargetFailure)
    /// Writes, reads, lists and deletes a small file, so that a person knows that the place can be used.
    func probe() async throws(TargetFailure)
}

/// Why a target did not do what it was asked, for the person who set it up.
package struct TargetFailure: Error, Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable {
        // Any target.
        case missing, refused, full, broken, cancelled
        // A server.
        case nameUnknown = "name_unknown"
        case unreachable, untrusted, slow
        case cutOff = "cut_off"
        case wrongKey = "wrong_key"
        case wrongSecret = "wrong_secret"
        case noBucket = "no_bucket"
        case wrongRegion = "wrong_region"
        case clock
        case serverTrouble = "server_trouble"
        case notS3 = "not_s3"
    }

    package let kind: Kind
    /// What happened and what to do.
    package let sentence: String

    package init(_ kind: Kind, _ sentence: String) {
        self.kind = kind
        self.sentence = sentence
    }

    /// Trying again a moment later may help.
    var isTemporary: Bool {
        switch kind {
        case .unreachable, .slow, .cutOff, .serverTrouble: true
        default: false
        }
    }

    static let cancelled = TargetFailure(.cancelled, "It was stopped.")
}

extension TargetFailure: CustomStringConvertible {
    package var description: String { sentence }
}
