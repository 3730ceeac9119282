import ArgumentParser
import ControlClient
import DaemonConfig
import Glibc
import HostSystem
import JSONKit
import Kernel

/// What opens a backup where that is not the daemon's own key.
struct PassphraseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Read the passphrase of the backup from this file.", valueName: "file"), completion: .file())
    var passphraseFile: String?

    func passphrase() throws -> Secret<String>? {
        guard let passphraseFile else { return nil }
        switch ConfigurationFiles.disk.read(passphraseFile) {
        case .success(let bytes):
            var text = String(decoding: bytes, as: UTF8.self)
            while text.hasSuffix("\n") || text.hasSuffix("\r") { text.removeLast() }
            return Secret(text)
        case .failure(let reason): throw Failure(.usage, "The file \(passphraseFile) \(reason.sentence)")
        }
    }
}

/// A backup, and how to look into it.
struct LookOptions: ParsableArguments {
    @Argument(help: "The name of a backup, or the path of a file.", completion: .file())
    var name: String

    @Option(help: ArgumentHelp("Use the copy at this target, by its id.", valueName: "id"))
    var target: Int64?

    @OptionGroup var offline: PassphraseOptions
    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var shown: OutputOptions

    var isFile: Bool { name.contains("/") }

    var escaped: String { Self.escaped(name) }

    /// Names of backups have no letters that need it; anything else is refused by the daemon in any case.
    static func escaped(_ name: String) -> String {
        String(
            name.unicodeScalars.map {
                $0.isASCII && ($0.properties.isAlphabetic || "0123456789-._".unicodeScalars.contains($0))
                    ? Character($0) : "_"
            })
    }

    func body() throws -> JSONValue {
        var members: [(name: String, value: JSONValue)] = []
        if let target { members.append((name: "target_id", value: .integer(target))) }
        if let passphrase = try offline.passphrase() {
            members.append((name: "passphrase", value: .string(passphrase.reveal())))
        }
        return .object(JSONObject(members))
    }

    /// Verify and rehearse: by the daemon, or on a file by the daemon's own program.
    func run(_ verb: String) async throws {
        if isFile { try OfflineBackup.run(verb, name, offline, connection, shown) }
        let client = try connection.client()
        let request = ControlRequest.post("backups/files/\(escaped)/\(verb)", try body())
        guard let begun = try await OfflineBackup.asking(client, request) else {
            try OfflineBackup.run(verb, name, offline, connection, shown)
        }
        let job = try await BackupWatch(client).wait(begun)
        shown.json ? Console.data(job.json) : Console.data(job.lines)
    }
}

/// The daemon's own program, for where no daemon runs.
enum OfflineBackup {
    /// The daemon's answer; nil where no daemon is reached.
    static func asking(_ client: ControlClient, _ request: ControlRequest) async throws(ControlError) -> JSONValue? {
        do {
            return try await client.send(request).json()
        } catch {
            guard error.kind == .notReachable else { throw error }
            return nil
        }
    }

    /// `backup` is the path of a file, or the name of one in the folder `backups` of the data directory.
    static func run(
        _ verb: String, _ backup: String, _ passphrase: PassphraseOptions, _ connection: ConnectionOptions,
        _ shown: OutputOptions, adding more: [String] = []
    ) throws -> Never {
        guard let program = Handover.find(["circuit-breaker"], on: LiveMachine()) else {
            throw Failure(.failed, "The program circuit-breaker is not found, neither beside cb nor on the PATH.")
        }
        let path = backup.contains("/") ? backup : "\(folder(connection))/\(backup)"
        var all = ["backup", verb, "--file=\(path)"] + more
        if let file = passphrase.passphraseFile { all.append("--passphrase-file=\(file)") }
        if shown.json { all.append("--json") }
        Console.talk("the daemon's own program does it: \(path)")
        try Handover.run(program, all + connection.files.arguments)
    }

    static func folder(_ connection: ConnectionOptions) -> String {
        "\(connection.files.survey().configuration.data.directory)/backups"
    }

    /// A name as the daemon gives it.
    static func newName() -> String {
        let moment = RFC3339.text(SystemClock().now.milliseconds)
        let mark = String(UInt32.random(in: 0x100000...0xFFFFFF), radix: 16)
        return "circuit-breaker-\(moment.prefix(19).filter { !"-:".contains($0) })Z-\(mark).cbbackup"
    }

    /// The backups of this machine, newest first.
    static func list(_ connection: ConnectionOptions) throws -> [String] {
        let folder = folder(connection)
        guard let handle = opendir(folder) else {
            if errno == ENOENT { return [] }
            throw Failure(.failed, "The folder \(folder) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { closedir(handle) }
        var names: [String] = []
        while let entry = readdir(handle) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name.hasSuffix(".cbbackup"), !name.hasPrefix(".") { names.append(name) }
        }
        return names.sorted().reversed()
    }
}
