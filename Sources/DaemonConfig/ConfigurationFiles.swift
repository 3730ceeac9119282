import Glibc

/// How the loader reads files. Tests give it a dictionary; the daemon gives it the disk.
package struct ConfigurationFiles: Sendable {
    package enum Failure: Error, Sendable, Equatable {
        case missing, forbidden, isDirectory, tooLarge
        case other(String)
    }

    /// No configuration file or secret is larger than this.
    package static let largest = 1 << 20

    /// The whole content, at most `largest` bytes.
    package let read: @Sendable (String) -> Result<[UInt8], Failure>
    /// Whether everybody on the machine may read the file.
    package let isOpenToAll: @Sendable (String) -> Bool
    /// Where the running program lies, links followed; nil when that does not matter.
    package let executable: String?

    package init(
        read: @escaping @Sendable (String) -> Result<[UInt8], Failure>,
        isOpenToAll: @escaping @Sendable (String) -> Bool = { _ in false },
        executable: String? = nil
    ) {
        self.read = read
        self.isOpenToAll = isOpenToAll
        self.executable = executable
    }

    package static let disk = ConfigurationFiles(
        read: readFile,
        isOpenToAll: { path in
            var status = stat()
            return stat(path, &status) == 0 && status.st_mode & 0o004 != 0
        },
        executable: realpath("/proc/self/exe", nil).map { path in
            defer { free(path) }
            return String(cString: path)
        })

    /// What came with a program in `PREFIX/bin` lies in `PREFIX/share`. A program elsewhere, as in a build folder, has
    /// nothing beside it.
    var shareDirectory: String? {
        guard let parts = executable?.split(separator: "/"), parts.count >= 2, parts[parts.count - 2] == "bin" else {
            return nil
        }
        return parts.dropLast(2).map { "/\($0)" }.joined() + "/share/circuit-breaker"
    }
}

extension ConfigurationFiles.Failure {
    /// Completes "PATH …".
    package var sentence: String {
        switch self {
        case .missing: "does not exist."
        case .forbidden:
            "may not be read by this user; mend it with `chown root:circuit-breaker` and `chmod 0640`."
        case .isDirectory: "is a directory; name a file."
        case .tooLarge: "is larger than 1 MiB; this is not a configuration file."
        case .other(let reason): "cannot be read: \(reason)."
        }
    }
}

@Sendable private func readFile(_ path: String) -> Result<[UInt8], ConfigurationFiles.Failure> {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return .failure(failure(errno)) }
    defer { close(descriptor) }
    var content: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
        let count = Glibc.read(descriptor, &chunk, chunk.count)
        if count < 0, errno == EINTR { continue }
        guard count >= 0 else { return .failure(failure(errno)) }
        if count == 0 { return .success(content) }
        content.append(contentsOf: chunk[..<count])
        guard content.count <= ConfigurationFiles.largest else { return .failure(.tooLarge) }
    }
}

private func failure(_ code: Int32) -> ConfigurationFiles.Failure {
    switch code {
    case ENOENT, ENOTDIR: .missing
    case EACCES, EPERM: .forbidden
    case EISDIR: .isDirectory
    default: .other(String(cString: strerror(code)))
    }
}
