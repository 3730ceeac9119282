import ControlClient
import Glibc
import JSONKit
import Kernel

/// A job of the daemon as `cb` reads it.
struct BackupJobPage {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    private var object: JSONObject? { json.objectValue }
    var id: Int64 { object?["id"]?.integerValue ?? 0 }
    var state: String { object?["state"]?.stringValue ?? "unknown" }
    var backup: String { object?["backup"]?.stringValue ?? "" }
    var problem: String? { object?["problem"]?.stringValue }
    var report: JSONObject? { object?["report"]?.objectValue }
    var progress: JSONObject? { object?["progress"]?.objectValue }

    /// What was found, a line each.
    var lines: String {
        let wanted = [
            ("created_at", "made"), ("product_version", "version"), ("engine", "engine"), ("tables", "tables"),
            ("rows", "rows"), ("files", "files"), ("audit_row", "history"), ("found", "found"), ("target", "copy"),
        ]
        return
            (["backup     \(backup)"]
            + wanted.compactMap { name, label in
                guard let value = report?[name] else { return nil }
                let text =
                    value.stringValue ?? value.integerValue.map(String.init)
                    ?? value.arrayValue?.compactMap(\.stringValue).joined(separator: ", ") ?? ""
                return label + String(repeating: " ", count: max(1, 11 - label.count)) + text
            }).map { Phrase.printable($0) + "\n" }.joined()
    }
}

/// Waits for a job, and says how far it is.
struct BackupWatch {
    private let client: ControlClient

    init(_ client: ControlClient) { self.client = client }

    /// The finished job; throws where it did not end well. `endsDaemon`: the daemon goes away when it is done.
    /// `asksForScheduled`: whoever may not read jobs is content with that it has begun.
    func wait(
        _ begun: JSONValue, endsDaemon: Bool = false, asksForScheduled: Bool = false
    ) async throws -> BackupJobPage {
        var job = BackupJobPage(begun)
        var said = ""
        while job.state == "running" {
            let phase = job.progress?["phase"]?.stringValue ?? ""
            if !phase.isEmpty, phase != said { Console.talk("\(phase) …") }
            if !phase.isEmpty { said = phase }
            try await Task.sleep(for: .milliseconds(300))
            do {
                job = BackupJobPage(try await client.send(.get("backups/jobs/\(job.id)")).json())
            } catch {
                // It has started anew, and what is running there now does not know this job.
                if endsDaemon { return job }
                if asksForScheduled, error.kind == .refused { return job }
                throw error
            }
        }
        guard job.state == "done" else {
            throw Failure(.failed, job.problem ?? "The job was \(job.state).")
        }
        return job
    }
}

/// One line of the list.
struct BackupLine {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var text: String {
        let object = json.objectValue
        let size = Self.size(object?["size"]?.integerValue ?? 0)
        let state = object?["verified"]?.boolValue == true ? "verified" : "not verified"
        let copies = object?["copies"]?.arrayValue?.count ?? 0
        let origin = object?["origin"]?.stringValue ?? "found"
        return Phrase.printable(
            "\(object?["name"]?.stringValue ?? "?")  \(size)  \(copies) \(copies == 1 ? "copy" : "copies")  \(state)  \(origin)"
        )
    }

    static func size(_ bytes: Int64) -> String {
        guard bytes >= 1024 else { return "\(bytes) B" }
        var tenths = bytes * 10 / 1024
        for unit in ["KiB", "MiB", "GiB"] {
            if tenths < 10_240 || unit == "GiB" { return "\(tenths / 10).\(tenths % 10) \(unit)" }
            tenths /= 1024
        }
        return "\(bytes) B"
    }
}

/// What a restore would do.
struct RestorePage {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var text: String {
        let object = json.objectValue
        let lines = (object?["lines"]?.arrayValue ?? []).compactMap(\.stringValue)
        let warnings = (object?["warnings"]?.arrayValue ?? []).compactMap(\.stringValue).map { "Warning: \($0)" }
        return Phrase.printable(
            (["Restoring this backup will:"] + lines.map { "  - \($0)" } + warnings).joined(separator: "\n"))
    }
}

/// Brings files to the daemon and back, in parts.
struct BackupTransfer {
    private static let part: Int64 = 4 << 20
    private let client: ControlClient

    init(_ client: ControlClient) { self.client = client }

    /// Answers with the name that the daemon gave it.
    func upload(_ path: String) async throws -> String {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(.usage, "The file \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        let size = Int64(status.st_size)
        Console.talk("bringing \(path) to the daemon, \(BackupLine.size(size))")
        let begun = try await client.send(.post("backups/uploads", ["size": .integer(size)])).json()
        guard let id = begun.objectValue?["id"]?.stringValue else {
            throw Failure(.failed, "The daemon did not say how to bring the file there.")
        }
        var offset: Int64 = 0
        while offset < size {
            let length = Int(min(Self.part, size - offset))
            let bytes = [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                count = max(0, pread(descriptor, buffer.baseAddress, length, off_t(offset)))
            }
            guard !bytes.isEmpty else { throw Failure(.failed, "The file \(path) became shorter while it was read.") }
            _ = try await client.send(.put("backups/uploads/\(LookOptions.escaped(id))?offset=\(offset)", bytes: bytes))
            offset += Int64(bytes.count)
        }
        let done = try await client.send(.post("backups/uploads/\(LookOptions.escaped(id))/finish")).json()
        return done.objectValue?["name"]?.stringValue ?? ""
    }

    func download(_ name: String, to path: String) async throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Failure(
                .failed, "The file \(path) cannot be made: \(String(cString: strerror(errno))).",
                hints: ["the backup is there all the same: \(name)"])
        }
        defer { close(descriptor) }
        var offset: Int64 = 0
        while true {
            let answer = try await client.send(
                .get("backups/files/\(LookOptions.escaped(name))", from: offset, to: offset + Self.part - 1))
            Console.write(bytes: answer.bytes, to: descriptor)
            offset += Int64(answer.bytes.count)
            // `bytes 0-99/1234`
            let total = answer.header("content-range")?.split(separator: "/").last.flatMap { Int64($0) } ?? offset
            if offset >= total || answer.bytes.isEmpty { break }
        }
        guard fsync(descriptor) == 0 else {
            throw Failure(.failed, "The file \(path) could not be written: \(String(cString: strerror(errno))).")
        }
    }
}

extension Console {
    /// Asks on the terminal; without one the answer is no.
    static func confirms(_ question: String, _ word: String) -> Bool {
        guard isatty(STDIN_FILENO) == 1 else { return false }
        write(bytes: Array(question.utf8), to: STDERR_FILENO)
        return readLine()?.trimmingBlanks == word
    }
}
