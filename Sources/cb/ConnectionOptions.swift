import ArgumentParser
import ControlClient
import DaemonConfig
import Doctor
import Kernel
import LocalCA
import NetAddress

/// `--json`, which every command has.
struct OutputOptions: ParsableArguments {
    @Flag(help: "Print the data as JSON.")
    var json = false
}

/// Where the daemon's configuration lies.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The daemon's configuration.", valueName: "file"), completion: .file())
    var config: String?

    @Option(help: ArgumentHelp("The daemon's environment file.", valueName: "file"), completion: .file())
    var envFile: String?

    var arguments: [String] {
        (config.map { ["--config=\($0)"] } ?? []) + (envFile.map { ["--env-file=\($0)"] } ?? [])
    }

    /// As far as this user may read it.
    func survey() -> (configuration: Configuration, problems: [ConfigurationProblem]) {
        Configuration.survey(arguments: arguments, environment: Configuration.processEnvironment)
    }
}

/// How to reach the daemon: every command that talks to it has these.
struct ConnectionOptions: ParsableArguments {
    /// Where the unit `circuit-breaker.socket` listens.
    static let usualSocket = "/run/circuit-breaker/api.sock"

    @Option(
        help: ArgumentHelp(
            "Ask over this Unix socket only. Otherwise \(Self.usualSocket) or server.socket is tried, then HTTPS.",
            valueName: "path"), completion: .file())
    var socket: String?

    @Option(
        help: ArgumentHelp("Ask at this address only, such as https://lab.example.org:8443.", valueName: "address"))
    var url: String?

    @Option(
        help: ArgumentHelp("Trust the CA in this PEM file, beside those of the system.", valueName: "file"),
        completion: .file())
    var caFile: String?

    @Option(
        help: ArgumentHelp("Read the API token from this file. Otherwise CB_API_TOKEN is used.", valueName: "file"),
        completion: .file())
    var tokenFile: String?

    @OptionGroup var files: ConfigurationOptions

    func validate() throws {
        if socket != nil, url != nil { throw ValidationError("Give --socket or --url, not both.") }
        if let url, ServerAddress(url: url) == nil {
            throw ValidationError("--url wants an address such as https://lab.example.org:8443, without a path.")
        }
    }

    /// `configuration` is what `files.survey()` found, where the caller has it already.
    func client(_ configuration: Configuration? = nil) throws -> ControlClient {
        let configuration = configuration ?? files.survey().configuration
        return ControlClient(
            places: places(configuration), token: try token(configuration), authorities: try authorities(configuration))
    }

    func places(_ configuration: Configuration) -> [DaemonPlace] {
        if let socket { return [.socket(path: socket)] }
        if let url, let address = ServerAddress(url: url) { return [.server(address)] }
        return [
            .socket(path: configuration.server.socket ?? Self.usualSocket),
            .server(ServerAddress(of: configuration)),
        ]
    }

    private func token(_ configuration: Configuration) throws -> Secret<String>? {
        guard let tokenFile else { return configuration.apiToken }
        let bytes: [UInt8]
        switch ConfigurationFiles.disk.read(tokenFile) {
        case .success(let read): bytes = read
        case .failure(let reason): throw Failure(.usage, "The file \(tokenFile) \(reason.sentence)")
        }
        let text = String(decoding: bytes, as: UTF8.self).trimmingBlanks
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw Failure(
                .usage, "The file \(tokenFile) holds no token.", hints: ["it holds the token and nothing else"])
        }
        return Secret(text)
    }

    private func authorities(_ configuration: Configuration) throws -> [Certificate] {
        if let caFile {
            switch ConfigurationFiles.disk.read(caFile) {
            case .success(let bytes):
                guard let found = try? Certificate.all(inPEM: bytes), !found.isEmpty else {
                    throw Failure(.usage, "The file \(caFile) holds no certificate in PEM.")
                }
                return found
            case .failure(let reason): throw Failure(.usage, "The file \(caFile) \(reason.sentence)")
            }
        }
        // Where the file may not be read, the system's store has to know the CA: the installer puts it there.
        guard case .success(let bytes) = ConfigurationFiles.disk.read("\(configuration.tls.directory)/ca.crt"),
            let found = try? Certificate.all(inPEM: bytes)
        else { return [] }
        return found
    }
}

extension String {
    var trimmingBlanks: String {
        let end = reversed().drop { $0.isWhitespace }.reversed()
        return String(String(end).drop { $0.isWhitespace })
    }
}
