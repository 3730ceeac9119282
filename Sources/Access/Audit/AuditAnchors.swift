import AuditProof
import Glibc
import JSONKit
import Kernel
import Persistence

/// Once a day writes down where the chain ends, signed: into the database, and into a file where one is configured. A
/// history that is written anew as a whole, or cut off at its end, does not fit what is written there.
struct AuditAnchors: Sendable {
    static let often = Duration.seconds(86_400)
    /// Anchors of a daily note of some centuries; a larger file is none of ours.
    private static let largestFile = 64 << 20

    let store: any Store
    let keys: ChainKeys
    let clock: any WallClock
    /// `audit.anchor_file`
    let file: String?

    /// Where the chain ends now, signed if the vault lets us; nil for an empty history.
    func statement() async throws -> ChainStatement? {
        let key = try await keys.ensure()
        let end = try await store.read { try AuditChain.end(in: $0) }
        return end.id == 0 ? nil : ChainStatement(kind: .anchor, link: end, at: clock.now, by: key)
    }

    /// Answers with the new anchor where one was due.
    @discardableResult
    func dropIfDue() async throws -> ChainStatement? {
        let newest = try await store.read { try ChainStatements.newestAnchor(in: $0) }
        if let newest, newest.at <= clock.now, clock.now - newest.at < Self.often { return nil }
        let key = try await keys.ensure()
        let statement: ChainStatement? = try await store.write { tx in
            let end = try AuditChain.end(in: tx)
            guard end.id > 0 else { return nil }
            let statement = ChainStatement(kind: .anchor, link: end, at: tx.now, by: key)
            try ChainStatements.insert(statement, in: tx)
            return statement
        }
        if let statement, let file { try Self.append(statement, to: file) }
        return statement
    }

    static func append(_ statement: ChainStatement, to path: String) throws {
        var writer = JSONWriter()
        statement.writeLine(to: &writer)
        let line = writer.bytes + [UInt8(ascii: "\n")]
        // Only ever appended to, so that `chattr +a` and write-once stores do not mind.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw problem(path, errno) }
        defer { close(descriptor) }
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count, fsync(descriptor) == 0 || errno == EINVAL else { throw problem(path, errno) }
    }

    /// What the file says; empty where none is configured or there is none yet.
    func fromFile() throws -> [ChainStatement] {
        guard let file else { return [] }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw Self.problem(file, errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else { throw Self.problem(file, errno) }
            if count == 0 { break }
            bytes += buffer[..<count]
            guard bytes.count <= Self.largestFile else {
                throw AppError(.unavailable, "The file of anchors \(file) is larger than any that this daemon wrote.")
            }
        }
        return bytes.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // The last line may have been cut by a crash.
            (try? JSONParser.parse(line)).flatMap(ChainStatement.init(line:))
        }.filter { $0.kind == .anchor && (!$0.isSigned || $0.isGenuine) }
    }

    private static func problem(_ path: String, _ code: Int32) -> AppError {
        AppError(
            .unavailable,
            "The file of anchors \(path) cannot be used: \(String(cString: strerror(code))). See audit.anchor_file, and let "
                + "the unit write there with ReadWritePaths.")
    }
}
