import Glibc
import Kernel

/// Copies a file piece by piece, and is back when the copy is on the disk.
enum FileCopy {
    private static let piece = 1 << 20

    static func run(
        from source: String, to destination: String, replacing: Bool, progress: @Sendable (Int64) -> Void
    ) async throws(TargetFailure) {
        let files = try await blocking { () throws(TargetFailure) in
            try OpenPair(from: source, to: destination, replacing: replacing)
        }
        var done: Int64 = 0
        while true {
            guard !Task.isCancelled else { throw .cancelled }
            let count = try await blocking { () throws(TargetFailure) in try files.copy(piece) }
            guard count > 0 else { break }
            done += Int64(count)
            progress(done)
        }
        try await blocking { () throws(TargetFailure) in try files.sync() }
    }

    /// What was renamed in a folder is there after a power cut.
    static func syncFolder(_ path: String) throws(TargetFailure) {
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw DirectoryTarget.failure("cannot be read", path) }
        defer { close(descriptor) }
        // Some network file systems know no sync of folders; the file itself was synced.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw DirectoryTarget.failure("cannot be written to", path)
        }
    }

    /// The two files while they are open.
    private final class OpenPair: Sendable {
        private let source: Int32
        private let destination: Int32
        private let folder: String

        init(from path: String, to copy: String, replacing: Bool) throws(TargetFailure) {
            folder = FilePlace.folder(of: copy)
            source = open(path, O_RDONLY | O_CLOEXEC)
            guard source >= 0 else {
                guard errno == ENOENT else {
                    throw DirectoryTarget.failure("cannot be read", FilePlace.folder(of: path))
                }
                throw TargetFailure(.missing, "\(path) is not there any more.")
            }
            destination = open(copy, O_WRONLY | O_CREAT | O_CLOEXEC | (replacing ? O_TRUNC : O_EXCL), 0o600)
            guard destination >= 0 else {
                let reason = errno
                close(source)
                errno = reason
                if reason == EEXIST { throw TargetFailure(.refused, "\(copy) is there already.") }
                throw DirectoryTarget.failure("cannot be written to", folder)
            }
        }

        deinit {
            close(source)
            close(destination)
        }

        func copy(_ length: Int) throws(TargetFailure) -> Int {
            do {
                return try withUnsafeTemporaryAllocation(byteCount: length, alignment: 16) { buffer in
                    let count = read(source, buffer.baseAddress, length)
                    guard count >= 0 else { throw DirectoryTarget.failure("cannot be read", folder) }
                    var written = 0
                    while written < count {
                        let next = write(destination, buffer.baseAddress.map { $0 + written }, count - written)
                        guard next > 0 || errno == EINTR else {
                            throw DirectoryTarget.failure("cannot be written to", folder)
                        }
                        written += max(0, next)
                    }
                    return count
                }
            } catch let failure as TargetFailure {
                throw failure
            } catch {
                throw .cancelled
            }
        }

        func sync() throws(TargetFailure) {
            guard fsync(destination) == 0 else { throw DirectoryTarget.failure("cannot be written to", folder) }
        }
    }
}

enum FilePlace {
    static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
