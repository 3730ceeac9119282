import Kernel
import NetAddress
import Testing

@testable import DaemonConfig

@Suite("Configuration")
struct ConfigurationTests {
    static let token = "0123456789abcdef0123"
    static let vaultKey = String(repeating: "A", count: 43) + "="

    @Test("nothing said is the documented default")
    func defaults() throws {
        let configuration = try load()

        #expect(configuration.server.host.description == "::")
        #expect(configuration.server.port == 8443)
        #expect(configuration.tls.mode == .local)
        #expect(configuration.data.directory == "/var/lib/circuit-breaker")
        #expect(configuration.apiToken == nil)
        #expect(configuration.settings.allSatisfy { $0.origin == .fallback })
        #expect(configuration.notices.isEmpty)
    }

    @Test(
        "the share folder is the one beside the program's bin folder, unless somebody says otherwise",
        arguments: [
            ("/usr/bin/circuit-breaker", "/usr/share/circuit-breaker"),
            ("/usr/local/bin/circuit-breaker", "/usr/local/share/circuit-breaker"),
            ("/bin/circuit-breaker", "/share/circuit-breaker"),
            ("/src/.build/debug/circuit-breaker", "/usr/local/share/circuit-breaker"),
        ])
    func findsShareFolder(executable: String, expected: String) throws {
        let installed = ConfigurationFiles(read: { _ in .failure(.missing) }, executable: executable)

        #expect(try Configuration.load(environment: [:], files: installed).data.shareDirectory == expected)
        let told = try Configuration.load(environment: ["CB_SHARE_DIR": "/x"], files: installed)
        #expect(told.data.shareDirectory == "/x")
    }

    @Test("a flag counts before the environment, that before the env file, that before config.yaml")
    func ranksSources() throws {
        let yaml = "server:\n  port: 1\n"
        let env = "CB_SERVER_PORT=2\n"
        let environment = ["CB_SERVER_PORT": "3"]

        #expect(try load(yaml).server.port == 1)
        #expect(try load(yaml, env: env).server.port == 2)
        #expect(try load(yaml, env: env, environment: environment).server.port == 3)
        let highest = try load(yaml, env: env, environment: environment, flags: ["--server-port", "4"])
        #expect(highest.server.port == 4)
        #expect(highest.origin(of: "server.port") == .flag("--server-port"))
        #expect(
            try load(yaml).origin(of: "server.port")
                == .file(path: "/etc/circuit-breaker/config.yaml", line: 2, column: 9))
    }

    @Test("a credential counts before the variable, and the variable before the env file")
    func ranksSecrets() throws {
        let files = ["/run/cred/api-token": "credential-credential\n", "/file": "file-file-file-file\r\n"]
        let env = "CB_API_TOKEN='env-file-env-file-env'"
        var environment = ["CB_API_TOKEN_FILE": "/file"]

        #expect(try load(env: env).apiToken?.reveal() == "env-file-env-file-env")
        #expect(
            try load(env: env, environment: environment, files: files).apiToken?.reveal() == "file-file-file-file")
        environment["CREDENTIALS_DIRECTORY"] = "/run/cred"
        let configuration = try load(env: env, environment: environment, files: files)
        #expect(configuration.apiToken?.reveal() == "credential-credential")
        #expect(configuration.origin(of: "access.api_token") == .credential(path: "/run/cred/api-token"))
    }

    @Test("the documented names are kept exactly")
    func keepsNames() throws {
        let configuration = try load(
            environment: [
                "CB_DATA_DIR": "/d", "CB_SHARE_DIR": "/s", "CB_CONFIG": "/my.yaml", "CB_DB_URL": "postgresql://h/n",
                "CB_API_TOKEN": Self.token, "CB_VAULT_KEY": Self.vaultKey, "CB_WS_REQUIRE_WSS": "1",
                "CB_TLS_ENABLED": "true", "CB_TLS_CERT_FILE": "/c", "CB_TLS_KEY_FILE": "/k",
                "DISCOVERY_MODE": "full", "NATS_URL": "nats://h", "NATS_AUTH_TOKEN": "x", "NATS_USER": "u",
                "NATS_PASSWORD": "p", "NATS_TLS": "true", "NATS_CA_FILE": "/ca",
            ], files: ["/my.yaml": "log: {level: debug}", "/c": "", "/k": ""])

        #expect(configuration.data.directory == "/d")
        #expect(configuration.data.shareDirectory == "/s")
        #expect(configuration.data.databaseURL?.reveal() == "postgresql://h/n")
        #expect(configuration.vaultKey?.reveal() == Self.vaultKey)
        #expect(configuration.requireWSS)
        #expect(configuration.tls.mode == .provided(certificateFile: "/c", keyFile: "/k"))
        #expect(configuration.discoveryMode == .full)
        #expect(configuration.log.level == .debug)
        #expect(configuration.notices.count == 6)
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        var yaml: String?
        var env: String?
        var environment: [String: String] = [:]
        var flags: [String] = []
        let says: String
        var testDescription: String { says }
    }

    static let refusals = [
        Refusal(
            environment: ["CB_SERVER_PORT": "x"],
            says: "environment variable CB_SERVER_PORT: server.port is \"x\"; give a port from 0 to 65535."),
        Refusal(
            environment: ["CB_API_TOKEN": "short"],
            says: "environment variable CB_API_TOKEN: access.api_token is set but cannot be used; give 16 to 512 "
                + "visible ASCII characters, for example from `openssl rand -hex 32`."),
        Refusal(
            environment: ["CB_API_TOKEN_FILE": "/nowhere"], says: "CB_API_TOKEN_FILE: /nowhere does not exist."),
        Refusal(environment: ["CB_CONFIG": "/nowhere"], says: "/nowhere: The file does not exist."),
        Refusal(
            environment: ["CB_API_TOKEN_FILE": "/etc/circuit-breaker/env", "CB_API_TOKEN": token],
            says: "environment variable CB_API_TOKEN_FILE: CB_API_TOKEN_FILE and CB_API_TOKEN are both set and mean "
                + "the same; keep one of them."),
        Refusal(
            flags: ["--server-prot=1"],
            says: "flag --server-prot: there is no such option; did you mean "
                + "--server-port?"),
        Refusal(flags: ["--server-port"], says: "flag --server-port: a value is missing; write --server-port=PORT."),
        Refusal(
            flags: ["--access-api-token=x"],
            says: "flag --access-api-token: a secret does not belong on a command line; write "
                + "--access-api-token-file=PATH."),
        Refusal(
            flags: ["--log-level=info", "--log-level=debug"],
            says: "flag --log-level: is given twice; keep one "
                + "of them."),
        Refusal(flags: ["serve"], says: "flag serve: \"serve\" is not expected here; options start with two hyphens."),
        Refusal(
            yaml: "tls:\n  mode: provided\n",
            says: "2:9: tls.mode is provided, and tls.cert_file is not set; name the file of the certificate, or set "
                + "tls.mode to local."),
        Refusal(
            yaml: "tls:\n  key_file: /k\n",
            says: "2:13: tls.mode is provided, and tls.cert_file is not set; name the file of the certificate, or set "
                + "tls.mode to local."),
        Refusal(
            yaml: "tls:\n  cert_file: /c\n  key_file: /k\n",
            says: "2:14: tls.cert_file names /c, which does not exist."),
        Refusal(
            yaml: "tls: {mode: off}\n",
            says: "1:13: Plain HTTP on :: would send passwords in the clear; set server.host to 127.0.0.1, name your "
                + "reverse proxy in server.trusted_proxies, or set tls.allow_plaintext to true."),
        Refusal(
            yaml: "tls: {mode: off, enabled: true}\n",
            says: "1:27: tls.enabled and tls.mode contradict each other; delete tls.enabled."),
        Refusal(
            yaml: "server: {redirect_port: 8443}\n",
            says: "1:25: server.redirect_port and server.port are both 8443; choose two ports."),
        Refusal(
            yaml: "server: {limits: {connections: 10}}\n",
            says: "1:32: server.limits.connections_per_address is 128, more than all connections together may be "
                + "(10); lower it or raise server.limits.connections."),
    ]

    @Test("what would not work is refused with its place and the cure", arguments: refusals)
    func refuses(_ refusal: Refusal) {
        let found = problems { () throws(ConfigurationErrors) in
            try load(
                refusal.yaml, env: refusal.env ?? "# nothing", environment: refusal.environment, flags: refusal.flags)
        }

        #expect(found.contains(refusal.says), "\(found)")
    }

    @Test(
        "plain HTTP is fine on loopback, behind a trusted proxy, or when it is asked for",
        arguments: [
            "{tls: {mode: off}, server: {host: 127.0.0.1}}", "{tls: {mode: off}, server: {host: localhost}}",
            "{tls: {mode: off}, server: {host: \"::1\"}}", "{tls: {mode: off, allow_plaintext: true}}",
            "{tls: {enabled: no}, server: {trusted_proxies: [10.0.0.1]}}",
        ])
    func allowsPlaintext(_ yaml: String) throws {
        #expect(try load(yaml).tls.mode == .off)
    }

    @Test("tls.enabled of a higher source counts before tls.mode of a lower one")
    func ranksModes() throws {
        let off = try load(
            "{tls: {mode: local}, server: {host: 127.0.0.1}}", environment: ["CB_TLS_ENABLED": "false"])
        let on = try load("{tls: {mode: off}, server: {host: 127.0.0.1}}", environment: ["CB_TLS_ENABLED": "true"])

        #expect(off.tls.mode == .off)
        #expect(on.tls.mode == .local)
    }

    @Test("lists come from flags and the environment with commas, and flags add up")
    func readsLists() throws {
        let configuration = try load(
            environment: ["CB_TLS_NAMES": "a.example, B.example"],
            flags: ["--server-trusted-proxies=10.0.0.0/8,::1", "--server-trusted-proxies", "192.0.2.1"])

        #expect(configuration.tls.names == ["a.example", "b.example"])
        #expect(configuration.server.trustedProxies.map(\.description) == ["10.0.0.0/8", "::1/128", "192.0.2.1/32"])
    }

    @Test("a mistyped variable and a secret that everybody may read are notices")
    func notices() throws {
        let path = "/etc/circuit-breaker/env"
        let configuration = try load(
            env: "CB_API_TOKEN=\(Self.token)", environment: ["CB_SERVER_PRT": "1"], openToAll: [path])

        #expect(
            configuration.notices == [
                "environment variable CB_SERVER_PRT: there is no option CB_SERVER_PRT; did you mean CB_SERVER_PORT?",
                "\(path) holds a secret and everybody on this machine may read it; run `chmod 0640 \(path)`.",
            ])
    }

    @Test("an empty variable is as good as none")
    func ignoresEmptyVariables() throws {
        #expect(try load(environment: ["CB_API_TOKEN": "", "CB_CONFIG": "", "CB_SERVER_PORT": ""]).apiToken == nil)
    }
}
