import Glibc
import Kernel

/// Reads small files with a sentence for everything that can be wrong with them, and writes them whole or not at all.
enum CheckedFile {
    /// A certificate chain or a key is a few kilobytes; a megabyte is a mistake.
    private static let limit = 1 << 20

    enum Problem: Error, Equatable {
        case missing, directory, empty, tooLarge
        case unreadable, failed(Int32)
    }

    static func read(_ path: String) throws(Problem) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw problem(errno) }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw problem(errno) }
        guard status.st_mode & S_IFMT != S_IFDIR else { throw .directory }
        guard status.st_size <= limit else { throw .tooLarge }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw problem(errno) }
            guard count > 0 else { break }
            bytes.append(contentsOf: buffer.prefix(count))
            guard bytes.count <= limit else { throw .tooLarge }
        }
        guard !bytes.isEmpty else { throw .empty }
        return bytes
    }

    /// Writes beside the file, syncs, and renames over it: a crash leaves the old file or the new one, never half.
    ///
    /// A file that is replaced keeps its owner and group; a new one that root writes gets the directory's group, so
    /// that the daemon can read what root renews for it.
    static func replace(_ path: String, with bytes: [UInt8], mode: mode_t) throws {
        let draft = "\(path).new-\(getpid())"
        let file = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw unwritable(path, errno) }
        do {
            defer { close(file) }
            // The umask may have taken bits away that the mode asks for.
            keepOwner(of: path, for: file, mode: mode)
            guard fchmod(file, mode) == 0, write(bytes, to: file), fsync(file) == 0 else {
                throw unwritable(path, errno)
            }
            guard rename(draft, path) == 0 else { throw unwritable(path, errno) }
        } catch {
            unlink(draft)
            throw error
        }
        syncDirectory(of: path)
    }

    /// What processes left behind that ended while they wrote. The caller holds the directory's lock, so no draft is
    /// anybody's.
    static func drafts(in directory: String) -> [String] {
        guard let entries = opendir(directory) else { return [] }
        defer { closedir(entries) }
        var drafts: [String] = []
        while let entry = readdir(entries) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let ending = name.split(separator: ".").last, ending.hasPrefix("new-"),
                ending.dropFirst(4).allSatisfy(\.isNumber)
            else { continue }
            drafts.append("\(directory)/\(name)")
        }
        return drafts
    }

    /// Removes a file that may be gone already.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw unwritable(path, errno) }
        syncDirectory(of: path)
    }

    static func move(_ path: String, to other: String) throws {
        guard rename(path, other) == 0 else { throw unwritable(path, errno) }
        syncDirectory(of: other)
    }

    /// A new file belongs to root, and to the directory's group where the group may read it.
    private static func keepOwner(of path: String, for file: Int32, mode: UInt32) {
        guard geteuid() == 0 else { return }
        var status = stat()
        if lstat(path, &status) == 0 {
            fchown(file, status.st_uid, status.st_gid)
        } else if stat(parent(of: path), &status) == 0 {
            fchown(file, 0, mode & 0o070 == 0 ? 0 : status.st_gid)
        }
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    static func unwritable(_ path: String, _ code: Int32) -> AppError {
        AppError(
            .invalid,
            "\(path) cannot be written: \(text(code)). "
                + "Give the daemon's user a certificate directory it owns, or set `tls.certs_dir`.")
    }

    static func text(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func write(_ bytes: [UInt8], to file: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func syncDirectory(of path: String) {
        let file = open(parent(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { return }
        fsync(file)
        close(file)
    }

    private static func problem(_ code: Int32) -> Problem {
        switch code {
        case ENOENT, ENOTDIR: .missing
        case EACCES, EPERM: .unreadable
        case EISDIR: .directory
        default: .failed(code)
        }
    }
}
