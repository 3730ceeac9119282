import ArgumentParser
import ControlClient
import DaemonConfig
import Doctor
import JSONKit
import LocalCA
import SecurityPolicy

extension ProxyConfiguration.Kind: ExpressibleByArgument {}

struct ProxyConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "proxy-config",
        abstract: "Print the configuration of a reverse proxy for this daemon.",
        discussion: """
            The text goes to standard output; its first lines say where to put it and what to set in config.yaml. It \
            carries the daemon's security headers, as the running daemon's settings have them where it can be asked.
            """)

    @Argument(help: "The proxy: caddy, nginx, traefik or haproxy.")
    var proxy: ProxyConfiguration.Kind

    @Option(
        help: ArgumentHelp(
            "What people type into the browser. Left out, public_url or this machine's name.", valueName: "name"))
    var hostname: String?

    @Option(
        help: ArgumentHelp("Where the proxy finds the daemon, such as http://127.0.0.1:8080.", valueName: "address"))
    var upstream: String?

    @Option(help: ArgumentHelp("The port the proxy listens on.", valueName: "port"))
    var port: Int = 443

    @Option(
        help: ArgumentHelp("The proxy's certificate with its chain, in PEM.", valueName: "file"), completion: .file())
    var certificate: String?

    @Option(help: ArgumentHelp("The private key of that certificate.", valueName: "file"), completion: .file())
    var key: String?

    @Flag(help: "Do not ask the running daemon which foreign origins its settings allow.")
    var offline = false

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("--port is a number from 1 to 65535.") }
        guard (certificate == nil) == (key == nil) else {
            throw ValidationError("Give --certificate and --key together.")
        }
        for text in [hostname, certificate, key].compactMap({ $0 }) where !ProxyConfiguration.isPlain(text) {
            throw ValidationError(
                "“\(Phrase.printable(text))” holds a character that means something else in a configuration.")
        }
        if let hostname, !Self.isHostName(hostname) {
            throw ValidationError("--hostname wants a name such as lab.example.org, without scheme, port or path.")
        }
        if let upstream, ServerAddress(url: upstream).map({ ProxyConfiguration.isPlain($0.host) }) != true {
            throw ValidationError("--upstream wants an address such as http://127.0.0.1:8080, without a path.")
        }
    }

    func run() async throws {
        let configuration = connection.files.survey().configuration
        let name = try hostName(configuration)
        var proxied = ProxyConfiguration(hostName: name, upstream: upstream(configuration))
        proxied.port = port
        proxied.bodyBytes = configuration.server.limits.bodyBytes
        proxied.requestSeconds = Int(configuration.server.limits.request.components.seconds)
        if let certificate, let key { proxied.certificate = (certificate, key) }
        if !offline { proxied.origins = await allowedOrigins(configuration) ?? .all }
        let text = proxied.text(for: proxy)
        if output.json {
            Console.data([
                "proxy": .string(proxy.rawValue), "hostname": .string(name),
                "upstream": .string(DaemonPlace.server(address(configuration)).description),
                "content_security_policy": .string(HeaderTable.contentSecurityPolicy(proxied.origins)),
                "text": .string(text),
            ])
        } else {
            Console.data(text)
        }
    }

    private static func isHostName(_ text: String) -> Bool {
        text.utf8.count <= 253 && !text.hasPrefix(".") && !text.hasPrefix("-")
            && text.utf8.allSatisfy { byte in
                byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }

    private func hostName(_ configuration: Configuration) throws -> String {
        if let hostname { return hostname }
        if let url = configuration.server.publicURL, let known = ServerAddress(url: url), Self.isHostName(known.host) {
            return known.host
        }
        let name = MachineNames.hostName
        guard Self.isHostName(name) else {
            throw Failure(.usage, "The name for the browser is not known.", hints: ["give it with --hostname NAME"])
        }
        Console.hint("the name is this machine's; --hostname says another one")
        return name
    }

    private func address(_ configuration: Configuration) -> ServerAddress {
        upstream.flatMap(ServerAddress.init(url:)) ?? ServerAddress(of: configuration)
    }

    private func upstream(_ configuration: Configuration) -> ProxyConfiguration.Upstream {
        let found = address(configuration)
        let isLoopback = found.host.hasPrefix("127.") || found.host == "::1"
        return ProxyConfiguration.Upstream(
            isTLS: found.isTLS, host: found.connectTo ?? found.host, port: found.port,
            // The local certificate always holds this name.
            certificateName: isLoopback ? "localhost" : found.host,
            authorityFile: connection.caFile ?? "\(configuration.tls.directory)/ca.crt")
    }

    private func allowedOrigins(_ configuration: Configuration) async -> ForeignOrigins? {
        do {
            var client = try connection.client(configuration)
            client.timeLimit = .seconds(3)
            client.token = nil
            let policy = try await client.ask(.get("health")).header("content-security-policy") ?? ""
            if let origins = ForeignOrigins(ofPolicy: policy) { return origins }
            Console.talk("the daemon's policy is not one that this cb knows; the text carries the whole table")
        } catch {
            Console.talk(
                "the daemon was not reached; the text lets in every foreign origin that its settings can allow")
        }
        return nil
    }
}
