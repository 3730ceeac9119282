import Glibc
import NIOCore

/// A file that is read in pieces at given places.
final class FilePieces: Sendable {
    let size: Int64
    private let descriptor: Int32
    private let path: String

    private init(descriptor: Int32, size: Int64, path: String) {
        self.descriptor = descriptor
        self.size = size
        self.path = path
    }

    deinit { close(descriptor) }

    static func open(_ path: String) async throws(TargetFailure) -> FilePieces {
        try await blocking { () throws(TargetFailure) in
            let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC)
            var status = stat()
            guard descriptor >= 0, fstat(descriptor, &status) == 0 else {
                if errno == ENOENT { throw TargetFailure(.missing, "This backup is not there any more.") }
                throw DirectoryTarget.failure("cannot be read", FilePlace.folder(of: path))
            }
            return FilePieces(descriptor: descriptor, size: Int64(status.st_size), path: path)
        }
    }

    func read(at offset: Int64, length: Int) async throws(TargetFailure) -> ByteBuffer {
        try await blocking { [self] () throws(TargetFailure) in
            var buffer = ByteBuffer()
            var done = 0
            var isBroken = false
            buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: length) { bytes in
                while done < length {
                    let count = pread(
                        descriptor, bytes.baseAddress.map { $0 + done }, length - done, off_t(offset) + off_t(done))
                    if count < 0, errno == EINTR { continue }
                    guard count > 0 else {
                        isBroken = true
                        break
                    }
                    done += count
                }
                return done
            }
            guard !isBroken else {
                throw TargetFailure(.broken, "\(path) could not be read to its end.")
            }
            return buffer
        }
    }
}

/// A new file that grows, and is on the disk when it is finished.
final class WrittenFile: Sendable {
    private let descriptor: Int32
    private let folder: String

    private init(descriptor: Int32, folder: String) {
        self.descriptor = descriptor
        self.folder = folder
    }

    deinit { close(descriptor) }

    static func make(_ path: String) async throws(TargetFailure) -> WrittenFile {
        try await blocking { () throws(TargetFailure) in
            let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
            guard descriptor >= 0 else {
                throw DirectoryTarget.failure("cannot be written to", FilePlace.folder(of: path))
            }
            return WrittenFile(descriptor: descriptor, folder: FilePlace.folder(of: path))
        }
    }

    /// Answers with the size there is now.
    func append(_ part: ByteBuffer) async throws(TargetFailure) -> Int64 {
        try await blocking { [self] () throws(TargetFailure) in
            var rest = part.readableBytesView[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                guard count > 0 || errno == EINTR else {
                    throw DirectoryTarget.failure("cannot be written to", folder)
                }
                rest = rest.dropFirst(max(0, count))
            }
            return Int64(lseek(descriptor, 0, SEEK_CUR))
        }
    }

    func finish() async throws(TargetFailure) {
        try await blocking { [self] () throws(TargetFailure) in
            guard fsync(descriptor) == 0 else { throw DirectoryTarget.failure("cannot be written to", folder) }
        }
    }
}
