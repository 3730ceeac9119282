import Glibc
import Kernel

/// Takes bytes, one run after the other. It blocks while it cannot take more: that is all the backpressure there is.
package protocol ByteSink: AnyObject {
    func write(_ bytes: UnsafeRawBufferPointer) throws
}

/// Gives bytes, one run after the other.
package protocol ByteSource: AnyObject {
    /// Fills the buffer as far as it can; 0 at the end only.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int
}

extension ByteSource {
    /// As many bytes as the buffer holds, or fewer at the end.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        var filled = 0
        while filled < buffer.count {
            let count = try read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            guard count > 0 else { break }
            filled += count
        }
        return filled
    }

    func bytes(_ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = try bytes.withUnsafeMutableBytes { try fill($0) }
        bytes.removeLast(count - filled)
        return bytes
    }
}

/// A file of its owner's that gets its name only when it is whole and on the disk; until then it is called `….part`.
package final class FileSink: ByteSink {
    package let path: String
    private let part: String
    private var descriptor: Int32
    package private(set) var size: Int64 = 0

    package init(path: String) throws {
        self.path = path
        part = path + ".part"
        unlink(part)
        descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw FileTrouble.error(path, "written", errno) }
    }

    deinit {
        abandon()
    }

    package func write(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes
        while !rest.isEmpty {
            let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw FileTrouble.error(path, "written", errno) }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
        size += Int64(bytes.count)
    }

    /// Brings it to the disk and names it.
    package func finish() throws {
        guard fsync(descriptor) == 0, Glibc.close(descriptor) == 0 else {
            throw FileTrouble.error(path, "written", errno)
        }
        descriptor = -1
        guard rename(part, path) == 0 else { throw FileTrouble.error(path, "named", errno) }
        try FileTrouble.syncFolder(of: path)
    }

    /// Removes what was written so far, unless it was finished.
    package func abandon() {
        guard descriptor >= 0 else { return }
        Glibc.close(descriptor)
        descriptor = -1
        unlink(part)
    }
}

/// A file from its beginning.
package final class FileSource: ByteSource {
    package let path: String
    package let size: Int64
    private let descriptor: Int32

    package init(path: String) throws {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileTrouble.error(path, "read", errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            let code = status.st_mode & S_IFMT == S_IFDIR ? EISDIR : errno
            Glibc.close(descriptor)
            throw FileTrouble.error(path, "read", code)
        }
        size = Int64(status.st_size)
        posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
    }

    deinit {
        Glibc.close(descriptor)
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw FileTrouble.error(path, "read", errno) }
            return count
        }
    }
}

/// Bytes in memory.
package final class BytesSource: ByteSource {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    package func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let some = rest.prefix(buffer.count)
        buffer.copyBytes(from: some)
        rest = rest.dropFirst(some.count)
        return some.count
    }
}

/// Into memory.
package final class BytesSink: ByteSink {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package func write(_ bytes: UnsafeRawBufferPointer) { self.bytes += bytes }
}

enum FileTrouble {
    static func error(_ path: String, _ verb: String, _ code: Int32) -> AppError {
        let cure =
            switch code {
            case EACCES, EPERM: "Give this user the right to it, or choose another place."
            case EROFS: "It lies on a file system that cannot be written; choose another place."
            case ENOSPC, EDQUOT: "The disk is full: make room, then try again."
            case ENOENT: "Look whether the path is right."
            case EISDIR, ENOTDIR: "There is a folder where a file is wanted, or a file where a folder is wanted."
            default: "Look at the file and the disk, then try again."
            }
        let reason = String(cString: strerror(code))
        return AppError(
            code == ENOENT ? .notFound : .unavailable, "\(path) could not be \(verb): \(reason). \(cure)")
    }

    /// The name of a file is on the disk only when its folder is.
    static func syncFolder(of path: String) throws {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw error(path, "written", errno) }
        defer { Glibc.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw error(path, "written", errno) }
    }
}
