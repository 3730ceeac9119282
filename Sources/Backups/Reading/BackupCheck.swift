import BackupFile
import Kernel

/// Reads backups without restoring them.
package enum BackupCheck {
    /// What everybody may read. Nothing of it is proven.
    package static func header(of path: String) async throws -> BackupHeader {
        try await Blocking.run { _ in try translated { try BackupHeader(ofFile: path) } }
    }

    /// What stands at the beginning: proven, and quick, and says nothing about the rest of the file.
    package static func contents(of path: String, opening opener: BackupOpener) async throws -> BackupContents {
        try await Blocking.run { _ in
            try translated {
                try BackupWalk.contents(of: BackupReader(FileSource(path: path), opening: opener))
            }
        }
    }

    /// Reads the whole file: every chunk is the right one at the right place, every row can be read, and counts and
    /// hashes are those of the manifest.
    package static func verify(
        _ path: String, opening opener: BackupOpener, progress: @escaping BackupProgress.Listener = { _ in }
    ) async throws -> FinishedBackup {
        try await Blocking.run { mark in
            try translated {
                let source = try MeteredSource(path)
                progress(BackupProgress(.deriving, total: source.size))
                let reader = try BackupReader(source, opening: opener)
                var walk = BackupWalk(reader, mark: mark) { subject in
                    progress(
                        BackupProgress(.checking, subject: subject, bytes: source.taken, total: source.size))
                }
                var nothing = Unmoved()
                let manifest = try walk.run(&nothing)
                return FinishedBackup(path: path, size: source.size, header: reader.header, manifest: manifest)
            }
        }
    }

    /// The key of this backup: slow for a passphrase, so whoever does more than one thing derives it once.
    package static func key(of path: String, opening opener: BackupOpener) async throws -> BackupKey {
        try await Blocking.run { _ in
            try translated { try opener.matchingKey(BackupHeader(ofFile: path)) }
        }
    }

    /// What a person is told of a file that is refused.
    static func translated<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let error as BackupFileError {
            throw error.appError
        }
    }

    static func translated<T>(_ body: () async throws -> T) async throws -> T {
        do {
            return try await body()
        } catch let error as BackupFileError {
            throw error.appError
        }
    }
}

/// A file that says how much of it was read.
final class MeteredSource: ByteSource {
    private let file: FileSource
    private(set) var taken: Int64 = 0

    var size: Int64 { file.size }

    init(_ path: String) throws {
        file = try FileSource(path: path)
    }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count = try file.read(into: buffer)
        taken += Int64(count)
        return count
    }
}

/// Only looked at.
private struct Unmoved: BackupVisitor {
    mutating func begin(_ contents: BackupContents) {}
    mutating func beginTable(_ name: String, columns: [String]) {}
    mutating func rows(_ bytes: [UInt8]) {}
    mutating func endTable() {}
    mutating func beginFile(_ area: BackupManifest.File.Area, path: String) {}
    mutating func fileBytes(_ bytes: [UInt8]) {}
    mutating func endFile() {}
}
