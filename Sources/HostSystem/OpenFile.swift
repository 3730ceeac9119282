import Glibc
import Kernel

/// An open descriptor with the name it goes by in sentences. Closed when it goes away.
final class OpenFile {
    private let descriptor: Int32
    private let name: String

    private static let chunk = 1 << 18

    init(_ place: String, _ flags: Int32, mode: mode_t = 0, named name: String) throws {
        descriptor = open(place, flags | O_CLOEXEC, mode)
        self.name = name
        guard descriptor >= 0 else { throw Self.failure("open", name) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    func contents(atMost limit: Int) throws -> [UInt8] {
        let found = try status()
        guard found.st_mode & S_IFMT == S_IFREG else {
            throw AppError(.invalid, "\(name) is not a file. Look with `ls -ld \(name)`.")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(Int(found.st_size) + 1, limit))
        while let part = try next() {
            bytes += part
            guard bytes.count <= limit else {
                throw AppError(.tooLarge, "\(name) is larger than \(limit >> 20) MiB. Look with `ls -l \(name)`.")
            }
        }
        return bytes
    }

    func write(_ bytes: some Collection<UInt8>) throws {
        var rest = Array(bytes)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw Self.failure("write", name) }
            rest = rest.dropFirst(count)
        }
    }

    func copyContents(to other: OpenFile) throws {
        while let part = try next() { try other.write(part) }
    }

    func hasSameContents(as other: OpenFile) throws -> Bool {
        guard try status().st_size == other.status().st_size else { return false }
        while true {
            let (mine, others) = (try next(), try other.next())
            guard mine == others else { return false }
            if mine == nil { return true }
        }
    }

    func set(mode: UInt32, owner: (user: UInt32, group: UInt32)) throws {
        let found = try status()
        // The owner first: changing it takes set-id bits away. An image built by an ordinary user keeps that user.
        if found.st_uid != owner.user || found.st_gid != owner.group {
            guard fchown(descriptor, owner.user, owner.group) == 0 else { throw Self.failure("give away", name) }
        }
        guard fchmod(descriptor, mode) == 0 else { throw Self.failure("set the mode of", name) }
    }

    func sync() throws {
        guard fsync(descriptor) == 0 else { throw Self.failure("write", name) }
    }

    /// A rename is on the disk only when its directory is.
    static func syncParent(of place: String, named name: String) throws {
        let parent = place.lastIndex(of: "/").map { String(place[..<$0]) } ?? "."
        try OpenFile(parent.isEmpty ? "/" : parent, O_RDONLY | O_DIRECTORY, named: name).sync()
    }

    static func failure(_ action: String, _ name: String, code: Int32 = errno) -> AppError {
        let reason = String(cString: strerror(code))
        let wayOut =
            switch code {
            case EACCES, EPERM: " Run this as root."
            case ENOSPC, EDQUOT: " Make room on the disk and run this again."
            case EROFS: " The file system is mounted read-only."
            default: ""
            }
        let kind: AppError.Kind =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EACCES, EPERM: .forbidden
            default: .fault
            }
        return AppError(kind, "Could not \(action) \(name): \(reason).\(wayOut)")
    }

    private func status() throws -> stat {
        var found = stat()
        guard fstat(descriptor, &found) == 0 else { throw Self.failure("look at", name) }
        return found
    }

    /// A full chunk unless the file ends in it, so that two files can be compared chunk by chunk.
    private func next() throws -> [UInt8]? {
        var filled = 0
        let bytes = try [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
            while filled < Self.chunk, let base = buffer.baseAddress {
                let got = Glibc.read(descriptor, base + filled, Self.chunk - filled)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw Self.failure("read", name) }
                guard got > 0 else { break }
                filled += got
            }
            count = filled
        }
        return bytes.isEmpty ? nil : bytes
    }
}
