/// How far a backup, a check or a restore is. Told often; whoever shows it thins it out.
package struct BackupProgress: Sendable, Equatable {
    package enum Stage: String, Sendable, CaseIterable {
        case deriving, reading, files, checking, loading, comparing, migrating, finishing
    }

    package let stage: Stage
    /// The table or file that is worked on; empty where there is none.
    package let subject: String
    /// Bytes of the backup so far, compressed: written, or read.
    package let bytes: Int64
    /// What `bytes` will be at the end, where that is known.
    package let total: Int64?

    package typealias Listener = @Sendable (BackupProgress) -> Void

    package init(_ stage: Stage, subject: String = "", bytes: Int64 = 0, total: Int64? = nil) {
        self.stage = stage
        self.subject = subject
        self.bytes = bytes
        self.total = total
    }
}
