import Glibc
import Kernel

/// Paths of a machine whose `/` is a folder. Links are followed the way the finished machine would: an absolute
/// target begins at the root again, and `..` never climbs out of it.
struct RootedPaths: Sendable {
    /// Without a slash at the end; empty for the machine underneath.
    let root: String

    /// The kernel's own limit for one path.
    private static let mostLinks = 40

    /// The place on this machine. Nil where a directory above the end is missing; the end itself may be missing.
    func resolve(_ path: String, follow: Bool = false) throws -> String? {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw AppError(.invalid, "\(path) is not an absolute path. Give paths from / on.")
        }
        if root.isEmpty, !follow { return path }
        var waiting = Array(path.split(separator: "/").map(String.init).reversed())
        var done: [String] = []
        var links = 0
        while let name = waiting.popLast() {
            if name == "." { continue }
            if name == ".." {
                _ = done.popLast()
                continue
            }
            let place = join(done + [name])
            var found = stat()
            guard lstat(place, &found) == 0 else {
                guard errno == ENOENT || errno == ENOTDIR else { throw OpenFile.failure("reach", path) }
                return waiting.isEmpty ? place : nil
            }
            guard found.st_mode & S_IFMT == S_IFLNK, follow || !waiting.isEmpty else {
                done.append(name)
                continue
            }
            links += 1
            guard links <= Self.mostLinks else {
                throw AppError(.invalid, "\(path) leads through too many links. Look with `namei \(path)`.")
            }
            let target = try Self.target(of: place)
            if target.hasPrefix("/") { done = [] }
            waiting += target.split(separator: "/").map(String.init).reversed()
        }
        return done.isEmpty ? (root.isEmpty ? "/" : root) : join(done)
    }

    private func join(_ names: [String]) -> String { root + "/" + names.joined(separator: "/") }

    static func target(of place: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(place, &buffer, buffer.count)
        guard count >= 0 else { throw OpenFile.failure("read the link", place) }
        return String(decoding: buffer.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}
