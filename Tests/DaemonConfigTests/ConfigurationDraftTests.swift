import DaemonConfig
import Kernel
import Testing

@Suite("Changes to the administrator's files")
struct ConfigurationDraftTests {
    private func edited(
        _ yaml: String, env: String = "", _ key: String, _ value: ConfigurationDraft.Value
    ) throws -> (yaml: String, env: String) {
        var draft = ConfigurationDraft(yaml: Array(yaml.utf8), environment: Array(env.utf8))
        try draft.set(key, to: value)
        return (String(decoding: draft.yaml, as: UTF8.self), String(decoding: draft.environment, as: UTF8.self))
    }

    @Test(
        "one value changes, and nothing else",
        arguments: [
            ("", "tls:\n  mode: local\n"),
            ("\n\n", "tls:\n  mode: local\n"),
            ("# mine\nserver:\n  port: 1\n", "# mine\nserver:\n  port: 1\n\ntls:\n  mode: local\n"),
            ("server:\n  port: 1", "server:\n  port: 1\n\ntls:\n  mode: local\n"),
            ("tls:\n", "tls:\n  mode: local\n"),
            ("tls: # here\n\nlog:\n", "tls: # here\n  mode: local\n\nlog:\n"),
            ("tls:\n  mode: off # why\n", "tls:\n  mode: local # why\n"),
            ("tls:\n  mode: 'off' # why\n", "tls:\n  mode: local # why\n"),
            ("tls:\n  mode: \"of\\x66\"\n", "tls:\n  mode: local\n"),
            ("tls:\n  mode:\n  names: [a.lan]\n", "tls:\n  mode: local\n  names: [a.lan]\n"),
            ("tls:\n  mode: ~ # none\n", "tls:\n  mode: local # none\n"),
            (
                "tls:\n    # about names\n    names: [a.lan]\n",
                "tls:\n    mode: local\n    # about names\n    names: [a.lan]\n"
            ),
            (
                "tls:\n  # what\n  #mode: local\n  # that\n  #enabled: true\n\nlog:\n",
                "tls:\n  # what\n  #mode: local\n  mode: local\n  # that\n  #enabled: true\n\nlog:\n"
            ),
            ("tls: {names: [a.lan]}\n", "tls: {mode: local, names: [a.lan]}\n"),
            ("tls: {}\n", "tls: {mode: local}\n"),
            ("tls: {mode: off, names: []} # x\n", "tls: {mode: local, names: []} # x\n"),
            ("tls:\r\n  mode: off\r\n", "tls:\r\n  mode: local\r\n"),
            ("server:\r\n  port: 1\r\n", "server:\r\n  port: 1\r\n\r\ntls:\r\n  mode: local\r\n"),
            ("# ü€\ntls: {names: ['ü.lan'], mode: off}\n", "# ü€\ntls: {names: ['ü.lan'], mode: local}\n"),
            ("tls:\n  mode: local\n", "tls:\n  mode: local\n"),
        ])
    func single(before: String, after: String) throws {
        #expect(try edited(before, "tls.mode", .single("local")).yaml == after)
    }

    @Test("a flat key of an older install is changed where it stands")
    func flat() throws {
        let old = "host: 0.0.0.0\nport: 8080 # as always\ndata_dir: /srv\n"

        #expect(try edited(old, "server.port", .single("8443")).yaml == old.replacing("8080", with: "8443"))
        #expect(try edited(old, "tls.mode", .single("off")).yaml == old + "\ntls:\n  mode: off\n")
    }

    @Test(
        "a list grows in its own form",
        arguments: [
            ("tls:\n  names: [a.lan] # mine\n", "tls:\n  names: [a.lan, b.lan] # mine\n"),
            (
                "tls:\n  names:\n    - a.lan # mine\n  mode: off\n",
                "tls:\n  names:\n    - a.lan # mine\n    - b.lan\n  mode: off\n"
            ),
            ("tls:\n  names:\n  - a.lan\n", "tls:\n  names:\n  - a.lan\n  - b.lan\n"),
            ("tls:\n", "tls:\n  names: [a.lan, b.lan]\n"),
        ])
    func list(before: String, after: String) throws {
        #expect(try edited(before, "tls.names", .list(["a.lan", "b.lan"])).yaml == after)
    }

    @Test("addresses with colons are quoted")
    func quoting() throws {
        let text = try edited("", "tls.addresses", .list(["10.0.0.1", "fd00::1"])).yaml

        #expect(text == "tls:\n  addresses: [10.0.0.1, 'fd00::1']\n")
    }

    @Test("a variable that counts before the file is changed instead of it")
    func variable() throws {
        let env = "# old\nexport CB_TLS_MODE=off\nCB_SERVER_PORT=1\n"

        let both = try edited("tls:\n  mode: off\n", env: env, "tls.mode", .single("local"))

        #expect(both.yaml == "tls:\n  mode: off\n")
        #expect(both.env == "# old\nCB_TLS_MODE=local\nCB_SERVER_PORT=1\n")
    }

    @Test("a variable is added at the end, with the file's own text before it")
    func append() {
        var draft = ConfigurationDraft(yaml: [], environment: Array("A=1".utf8))
        #expect(!draft.hasVariable("CB_API_TOKEN"))

        draft.append(variable: "CB_API_TOKEN", "abc", comment: "For programs.")

        #expect(draft.hasVariable("CB_API_TOKEN"))
        #expect(String(decoding: draft.environment, as: UTF8.self) == "A=1\n\n# For programs.\nCB_API_TOKEN=abc\n")
    }

    @Test(
        "what cannot be changed without rewriting is refused with the line to write",
        arguments: ["{server: {port: 1}}\n", "tls:\n  mode: >\n    off\n", "tls: [1]\n", "tls:\n\tmode: off\n"])
    func refused(text: String) throws {
        let error = #expect(throws: AppError.self) { try edited(text, "tls.mode", .single("local")) }

        #expect(error?.message.contains("`mode: local` below `tls:`") == true)
    }

    @Test("the shipped template takes every change the installer makes")
    func template() throws {
        var draft = ConfigurationDraft(yaml: Array(ConfigurationReference.yaml().utf8), environment: [])
        try draft.set("tls.mode", to: .single("provided"))
        try draft.set("tls.cert_file", to: .single("/etc/circuit-breaker/certs/provided.crt"))
        try draft.set("server.port", to: .single("443"))
        try draft.set("server.host", to: .single("::1"))
        try draft.set("tls.names", to: .list(["lab.lan"]))

        let text = String(decoding: draft.yaml, as: UTF8.self)
        #expect(text.contains("  #port: 8443\n  port: 443\n"))
        #expect(text.contains("  #host: \"::\"\n  host: '::1'\n"))
        #expect(text.contains("  #names: [lab.example.org]\n  names: [lab.lan]\n"))
        let kept = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            !["mode: provided", "cert_file: /etc", "port: 443", "host: '::1'", "names: [lab.lan]"].contains {
                line.hasPrefix("  \($0)")
            }
        }
        #expect(kept.joined(separator: "\n") == ConfigurationReference.yaml())
    }
}
