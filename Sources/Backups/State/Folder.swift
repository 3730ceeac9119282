// `stat` belongs to whichever C module was loaded first.
import CDispatch
import Glibc
import Kernel

/// What backups need of folders and files beyond streams.
enum Folder {
    static func entries(of path: String) -> [String] {
        guard let folder = opendir(path) else { return [] }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    static func isFolder(_ path: String) -> Bool { kind(of: path) == S_IFDIR }

    static func isFile(_ path: String) -> Bool { kind(of: path) == S_IFREG }

    static func exists(_ path: String) -> Bool { kind(of: path) != nil }

    /// Links are not followed.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Every file below a folder, as paths relative to it; links and devices come with `isPlain` false.
    static func files(below path: String, prefix: String = "") -> [(path: String, isPlain: Bool)] {
        entries(of: path).flatMap { name -> [(path: String, isPlain: Bool)] in
            let whole = "\(path)/\(name)"
            if isFolder(whole) { return files(below: whole, prefix: "\(prefix)\(name)/") }
            return [("\(prefix)\(name)", isFile(whole))]
        }
    }

    /// Makes a folder for its owner, and those above it.
    static func make(_ path: String) throws {
        guard mkdir(path, 0o700) != 0 else { return }
        if errno == EEXIST, isFolder(path) { return }
        let code = errno
        guard code == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw trouble(path, "made", code)
        }
        try make(String(path[..<slash]))
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw trouble(path, "made", errno) }
    }

    /// Removes a folder with everything in it. Links in it are removed and not followed.
    static func remove(_ path: String) throws {
        guard exists(path) else { return }
        guard isFolder(path) else {
            guard unlink(path) == 0 || errno == ENOENT else { throw trouble(path, "removed", errno) }
            return
        }
        for name in entries(of: path) { try remove("\(path)/\(name)") }
        guard rmdir(path) == 0 || errno == ENOENT else { throw trouble(path, "removed", errno) }
    }

    /// Gives what root has made below a folder to whoever owns the folder `like`, who could not use it otherwise. Links
    /// are not followed.
    static func giveAway(_ path: String, like owner: String) throws {
        var status = stat()
        guard geteuid() == 0, exists(path), stat(owner, &status) == 0, status.st_uid != 0 else { return }
        if isFolder(path) { for name in entries(of: path) { try giveAway("\(path)/\(name)", like: owner) } }
        guard lchown(path, status.st_uid, status.st_gid) == 0 else { throw trouble(path, "given to its user", errno) }
    }

    static func move(_ source: String, to target: String) throws {
        guard rename(source, target) == 0 else { throw trouble(source, "moved", errno) }
    }

    /// Brings a folder's names to the disk.
    static func synchronise(_ path: String) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw trouble(path, "written", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw trouble(path, "written", errno) }
    }

    /// Files and folders below, and the folder itself.
    static func synchroniseAll(_ path: String) throws {
        if isFolder(path) {
            for name in entries(of: path) { try synchroniseAll("\(path)/\(name)") }
        } else if !isFile(path) {
            return
        }
        try synchronise(path)
    }

    static func trouble(_ path: String, _ verb: String, _ code: Int32) -> AppError {
        let cure =
            switch code {
            case EACCES, EPERM: "Give it to the daemon's user with `chown circuit-breaker`."
            case EROFS: "It lies on a file system that cannot be written."
            case ENOSPC, EDQUOT: "The disk is full: make room, then try again."
            case EXDEV: "It is a mount of its own: unmount it, or move it by hand."
            default: "Look at it and at the disk, then try again."
            }
        return AppError(.unavailable, "\(path) could not be \(verb): \(String(cString: strerror(code))). \(cure)")
    }
}
