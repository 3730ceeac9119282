import NetAddress
import Testing

@testable import DaemonConfig

@Suite("config.yaml")
struct YAMLSettingsTests {
    struct Refusal: Sendable, CustomTestStringConvertible {
        let yaml: String
        let says: String
        init(_ yaml: String, _ says: String) {
            self.yaml = yaml
            self.says = says
        }
        var testDescription: String { says }
    }

    static let port = "give a port from 0 to 65535"

    static let refusals = [
        Refusal("server:\n  prot: 1\n", "2:3: There is no key in server named \"prot\"; did you mean port?"),
        Refusal("servr:\n  port: 1\n", "1:1: There is no key \"servr\"; did you mean server?"),
        Refusal(
            "log:\n  port: 1\n", "2:3: There is no key in log named \"port\"; server.port belongs below server."),
        Refusal(
            "server.port: 1\n",
            "1:1: There is no key \"server.port\"; write it nested: port below server."),
        Refusal("server:\n  port: http\n", "2:9: server.port is \"http\"; \(port)."),
        Refusal("server:\n  port: 70000\n", "2:9: server.port is \"70000\"; \(port)."),
        Refusal("server:\n  port: -1\n", "2:9: server.port is \"-1\"; \(port)."),
        Refusal("server:\n  port: \"8443\"\n", "2:9: server.port is text in quotes; \(port), without quotes."),
        Refusal("server:\n  port: [1]\n", "2:9: server.port is a list; \(port)."),
        Refusal("server:\n  port:\n", "2:8: server.port has no value; \(port), or delete the line."),
        Refusal("server: 8443\n", "1:9: server is a single value; it is a section: put its keys indented below it."),
        Refusal(
            "server:\n  trusted_proxies: 10.0.0.1\n",
            "2:20: server.trusted_proxies is a single value; write a list such as [CIDR], even for one."),
        Refusal(
            "server:\n  trusted_proxies:\n    - 10.0.0.0/8\n    - 10.0.0.0/33\n",
            "4:7: server.trusted_proxies is \"10.0.0.0/33\"; give a network such as 10.0.0.0/8, or one address."),
        Refusal("tls:\n  mode: self-signed\n", "2:9: tls.mode is \"self-signed\"; give local, provided or off."),
        Refusal("data:\n  dir: var/lib\n", "2:8: data.dir is \"var/lib\"; give an absolute path."),
        Refusal("tls:\n  allow_plaintext: maybe\n", "2:20: tls.allow_plaintext is \"maybe\"; give true or false."),
        Refusal("server:\n  port: 1\n  port: 2\n", "3:3: \"port\" is given twice, first in line 2; keep one of them."),
        Refusal("server:\n\tport: 1\n", "2:1: The line is indented with a tab; YAML takes only spaces here."),
        Refusal(
            "server:\n  port: &p 1\n", "2:9: Anchors (&name) are not read here; write the value itself."),
        Refusal("server:\n  port: !!int 1\n", "2:9: Tags (!name) are not read here; write the value without it."),
        Refusal(
            "log:\n  level: info\n---\nlog: {}\n",
            "3:1: A second document starts here; keep one and delete the --- between them."),
        Refusal("- a\n", "1:1: The file is a list; it must hold sections such as \"server:\"."),
        Refusal("just words\n", "1:1: The file is a single value; it must hold sections such as \"server:\"."),
        Refusal(
            "server:\n  port 8443\n  host: 127.0.0.1\n",
            "3:7: A colon is not allowed here; check the indentation, or put the value in quotes."),
        Refusal(
            "log: {level: info\nserver:\n",
            "2:7: A comma or } is missing here."),
        Refusal(
            "a: " + String(repeating: "[", count: 2000), "1:11: The nesting is deeper than 8 levels; no option is."),
        Refusal("port: 1\nserver:\n  port: 2\n", "3:3: server.port is also given as port in line 1; keep one of them."),
        Refusal("? [a, b]\n: 1\n", "1:3: The key is a list; a key is one word."),
    ]

    @Test("what does not fit is told with its place and the cure", arguments: refusals)
    func refuses(_ refusal: Refusal) {
        let found = problems { () throws(ConfigurationErrors) in try load(refusal.yaml) }

        #expect(found.contains(refusal.says), "\(found)")
    }

    @Test("all problems are told at once, in the order of the file")
    func tellsAll() {
        let yaml = "server:\n  port: x\n  hots: y\nlog:\n  level: loud\nmonkey: 1\n"

        let found = problems { () throws(ConfigurationErrors) in try load(yaml) }

        #expect(found.map { $0.prefix(4) } == ["2:9:", "3:3:", "5:10", "6:1:"])
    }

    @Test("a byte that is not UTF-8 is told with its place")
    func refusesOtherEncodings() {
        let files = ConfigurationFiles(read: { path in
            path.hasSuffix("config.yaml") ? .success(Array("log:\n  level: ".utf8) + [0xE4]) : .failure(.missing)
        })

        let found = problems { () throws(ConfigurationErrors) in
            try Configuration.load(environment: [:], files: files)
        }

        #expect(found == ["2:10: The text is not UTF-8 from here on; save the file as UTF-8."])
    }

    @Test("an alias bomb ends with a sentence and without its expansion")
    func refusesBombs() {
        let found = problems { () throws(ConfigurationErrors) in
            try load("a: &a [x, x]\nb: &b [*a, *a, *a]\nc: [*b, *b]\n")
        }

        #expect(found.contains { $0.contains("Aliases (*name) are not read here") })
    }

    @Test(
        "the value of a secret is in no message",
        arguments: [
            "access:\n  api_token: hunter2 hunter2 hunter2\n", "access:\n  api_token: [hunter2]\n",
            "access: hunter2\n", "access:\n  hunter2 hunter2: 1\n",
            "access:\n  api_token: hunter2\n  api_token: hunter2\n",
            "vault:\n  key: hunter2\n", "data:\n  database_url: mysql://hunter2\n", "access:\n  api_token: 'hunter2\n",
            "access:\n  api_token hunter2\n",
        ])
    func hidesSecrets(_ yaml: String) {
        let found = problems { () throws(ConfigurationErrors) in try load(yaml) }

        #expect(!found.isEmpty)
        #expect(!found.joined().contains("hunter2"), "\(found)")
    }

    @Test("the flat keys of older installs mean the nested ones")
    func readsFlatKeys() throws {
        let configuration = try load(
            """
            host: 127.0.0.1
            port: 8088
            data_dir: /srv/cb/
            share_dir: /srv/share
            log_dir: /var/log/cb
            static_dir: /srv/static
            uploads_dir: /srv/uploads
            workers: 4
            tls_enabled: true
            tls_cert_file: /c.pem
            tls_key_file: /k.pem
            """, files: ["/c.pem": "", "/k.pem": ""])

        #expect(configuration.server.port == 8088)
        #expect(configuration.server.host.description == "127.0.0.1")
        #expect(configuration.data.directory == "/srv/cb")
        #expect(configuration.tls.mode == .provided(certificateFile: "/c.pem", keyFile: "/k.pem"))
        #expect(configuration.notices.count == 4)
    }

    @Test(
        "an empty file, a file of comments and empty sections are the defaults",
        arguments: [
            "", "# nothing\n", "server:\nlog:\n", "{}", "---\n", "\u{FEFF}log:\n",
        ])
    func readsNothing(_ yaml: String) throws {
        #expect(try load(yaml).server.port == 8443)
    }
}
