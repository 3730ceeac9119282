import Fernet
import Glibc
import Kernel

/// `.env` of the data directory: the vault's key and, until they are retired, earlier ones. Other lines are kept.
struct VaultEnvFile: Sendable {
    static let keyName = "CB_VAULT_KEY"
    static let oldName = "CB_VAULT_KEY_OLD"
    private static let longest = 64 << 10

    enum Content: Sendable {
        case missing
        /// There, and without a key.
        case noKey
        case keys(VaultKey, old: [VaultKey])
        /// There, and not to be used or overwritten; a sentence says why, and what to do.
        case unusable(String)
    }

    let folder: String
    var path: String { folder + "/.env" }

    func read() -> Content {
        let text: String
        switch bytes() {
        case .success(nil): return .missing
        case .success(.some(let bytes)):
            guard let decoded = String(validating: bytes, as: UTF8.self) else {
                return .unusable("\(path) is not text. Put the vault's key back, as a line \(Self.keyName)=…")
            }
            text = decoded
        case .failure(let problem): return .unusable(problem.message)
        }
        var values: [String: String] = [:]
        for line in text.split(separator: "\n", omittingEmptySubsequences: true) {
            guard let (name, value) = Self.assignment(line), [Self.keyName, Self.oldName].contains(name) else {
                continue
            }
            guard values[name] == nil else {
                return .unusable("\(path) sets \(name) twice. Leave the right line only.")
            }
            values[name] = value
        }
        return content(values)
    }

    /// Every key that is in there now.
    var keys: [VaultKey] {
        if case .keys(let key, let old) = read() { [key] + old } else { [] }
    }

    private func content(_ values: [String: String]) -> Content {
        let old: [VaultKey]
        switch KeyList.parse(values[Self.oldName] ?? "") {
        case .success(let keys): old = keys
        case .failure(let problem):
            return .unusable("Entry \(problem.place) of \(Self.oldName) in \(path) is no vault key. Correct the list.")
        }
        guard let text = values[Self.keyName], !text.isEmpty else {
            guard old.isEmpty else {
                return .unusable("\(path) has earlier keys and no line \(Self.keyName)=… Put the vault's key back.")
            }
            return .noKey
        }
        do {
            return .keys(try VaultKey(parsing: text), old: old)
        } catch {
            let found =
                switch error {
                case .notBase64: "is not Base64"
                case .wrongLength(let count): "holds \(count) bytes instead of 32"
                }
            return .unusable(
                "\(Self.keyName) in \(path) \(found), so it is no vault key. Put the right key back: 44 characters.")
        }
    }

    /// Writes the keys, other lines as they were; what was there before stays until the new file is on the disk.
    func write(_ key: VaultKey, old: [VaultKey]) throws {
        let kept: [Substring]
        switch bytes() {
        case .success(nil): kept = []
        case .success(.some(let bytes)):
            kept = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
                .filter { line in
                    let name = Self.assignment(line)?.name
                    return name != Self.keyName && name != Self.oldName && !Self.heading.contains(String(line))
                }
        case .failure(let problem): throw problem
        }
        var lines = Self.heading + ["\(Self.keyName)=\(key.text.reveal())"]
        if !old.isEmpty {
            lines.append("\(Self.oldName)=" + old.map { $0.text.reveal() }.joined(separator: ","))
        }
        var rest = kept.map(String.init)
        while rest.last?.isEmpty == true { rest.removeLast() }
        try DurableFile(path: path).replace(with: Array((lines + rest).joined(separator: "\n").utf8) + [0x0A])
    }

    /// Moves a file that cannot be used out of the way and gives its new name; nil when there was none.
    func setAside(at moment: Instant) throws -> String? {
        let aside = "\(path).unusable-\(moment.milliseconds / 1000)"
        guard rename(path, aside) == 0 else {
            if errno == ENOENT { return nil }
            throw DurableFile.problem(path, "moved aside", errno)
        }
        return aside
    }

    private static let heading = [
        "# The key of Circuit Breaker's vault. Without it the stored secrets cannot be opened: keep a copy elsewhere.",
        "# Written by the daemon; see the guide, chapter Vault, before changing it by hand.",
    ]

    /// Nil when the file is missing.
    private func bytes() -> Result<[UInt8]?, AppError> {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return errno == ENOENT ? .success(nil) : .failure(DurableFile.problem(path, "read", errno))
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return .failure(DurableFile.problem(path, "read", errno)) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            return .failure(
                AppError(.unavailable, "\(path) is not a file. Move it away, and put the vault's key back there."))
        }
        // A key that others may read is closed to them where that is possible.
        if status.st_mode & 0o077 != 0 { fchmod(descriptor, 0o600) }
        guard status.st_size <= Self.longest else {
            return .failure(AppError(.unavailable, "\(path) is too large to hold a vault key."))
        }
        var content = [UInt8](repeating: 0, count: Self.longest)
        let count = Glibc.read(descriptor, &content, content.count)
        guard count >= 0 else { return .failure(DurableFile.problem(path, "read", errno)) }
        return .success(Array(content.prefix(count)))
    }

    /// `NAME=value`, with `export` and quotes as a shell would take them.
    private static func assignment(_ line: Substring) -> (name: String, value: String)? {
        var line = line.trimmed
        if line.hasPrefix("export ") { line = line.dropFirst("export ".count) }
        guard !line.hasPrefix("#"), let sign = line.firstIndex(of: "=") else { return nil }
        var value = line[line.index(after: sign)...].trimmed
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            value = value.dropFirst().dropLast()
        }
        return (String(line[..<sign].trimmed), String(value))
    }
}

extension Substring {
    fileprivate var trimmed: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
