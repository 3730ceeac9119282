import HostSystem
import InstallerCore
import Kernel
import LocalCA
import TestSupport
import Testing

@Suite("Installing into an image")
struct InstallationTests {
    @Test("files, modes, owners and links are where they belong")
    func layout() async throws {
        let lab = try ImageLab()

        try await lab.install(lab.options { $0.port = 443 })

        #expect(try lab.text("/usr/local/bin/circuit-breaker") == "daemon 1.2.0")
        #expect(try lab.image.status(of: "/usr/local/bin/circuit-breaker")?.mode == 0o755)
        #expect(
            try lab.image.status(of: "/usr/local/bin/installer")?.kind == .symlink(target: "circuit-breaker-installer"))
        #expect(try lab.text("/usr/local/share/circuit-breaker/web/index.html") == "<p>1.2.0")
        #expect(
            try lab.image.exists("/usr/local/share/circuit-breaker/drop-ins/circuit-breaker.service.d/hardened.conf"))
        #expect(try lab.image.exists("/usr/local/share/bash-completion/completions/cb"))
        #expect(try lab.image.exists("/usr/local/share/zsh/site-functions/_cb"))
        #expect(
            try lab.image.status(of: "/etc/systemd/system/multi-user.target.wants/circuit-breaker.service")?.kind
                == .symlink(target: "/usr/local/lib/systemd/system/circuit-breaker.service"))
        let drop = try lab.text("/etc/systemd/system/circuit-breaker.socket.d/installer.conf")
        #expect(drop.contains("ListenStream=\nListenStream=443\n"))
        let state = try #require(try lab.image.status(of: "/var/lib/circuit-breaker"))
        #expect(state.mode == 0o700)
        #expect(
            try lab.image.accountNames(user: state.user, group: state.group)
                == FileOwner("circuit-breaker", "circuit-breaker"))
        #expect(state.user == 998)
        try expect(lab, "/etc/circuit-breaker", 0o750, FileOwner("root", "circuit-breaker"))
        try expect(lab, "/etc/circuit-breaker/certs", 0o750, FileOwner("root", "circuit-breaker"))
        try expect(lab, "/etc/circuit-breaker/config.yaml", 0o640, FileOwner("root", "circuit-breaker"))
        try expect(lab, "/etc/circuit-breaker/env", 0o640, FileOwner("root", "circuit-breaker"))
        try expect(lab, "/etc/circuit-breaker/certs/ca.key", 0o600, .root)
        try expect(lab, "/etc/circuit-breaker/certs/server.key", 0o640, FileOwner("root", "circuit-breaker"))
        #expect(try lab.text("/etc/circuit-breaker/env").contains(/(?m)^CB_API_TOKEN=[0-9a-f]{64}$/))
        #expect(try lab.text("/etc/shadow").hasPrefix("root:*:1::::::\ncircuit-breaker:"))
    }

    private func expect(_ lab: ImageLab, _ path: String, _ mode: UInt32, _ owner: FileOwner) throws {
        let status = try #require(try lab.image.status(of: path))
        #expect(status.mode == mode, "\(path)")
        #expect(try lab.image.accountNames(user: status.user, group: status.group) == owner, "\(path)")
    }

    @Test("the second run has nothing to do and changes nothing")
    func twice() async throws {
        let lab = try ImageLab()
        let options = lab.options { $0.profile = .hardened }
        try await lab.install(options)
        let before = try lab.manifest()

        let survey = try await lab.prepare(options).plan.survey(lab.image)
        let hasActed = try await lab.install(options)

        #expect(survey.filter { !$0.isDone }.map(\.summary) == [])
        #expect(!hasActed)
        #expect(try lab.manifest() == before)
    }

    @Test("what was damaged is repaired, and what belongs to the administrator stays")
    func repair() async throws {
        let lab = try ImageLab()
        try await lab.install(lab.options())
        let before = try lab.manifest()
        try lab.put("broken", "/usr/local/bin/cb")
        try lab.put("stranger", "/usr/local/share/circuit-breaker/web/stranger.js")
        try lab.image.remove("/usr/local/lib/systemd/system/circuit-breaker.service")
        try lab.image.setMode("/etc/circuit-breaker/certs/server.key", mode: 0o644, owner: .root)
        try lab.image.setMode("/var/lib/circuit-breaker", mode: 0o777, owner: .root)

        try await lab.install(lab.options())

        #expect(try lab.manifest() == before)
    }

    @Test("killed at any change, running it again ends as one clean run does")
    func killed() async throws {
        let clean = try ImageLab()
        try await clean.install(clean.options())
        let wanted = try clean.manifest(roughly: true)
        var changes = 0
        while true {
            let lab = try ImageLab()
            let dying = DyingMachine(lab.image, after: changes, isForGood: true)
            // What it throws is the death.
            _ = try? await lab.install(lab.options(), on: dying)
            guard dying.hasFailed else { break }

            try await lab.install(lab.options())

            #expect(try lab.manifest(roughly: true) == wanted, "killed after \(changes) changes")
            changes += 1
        }
        #expect(changes > 40)
    }

    @Test("a failure at any change is taken back to what was there")
    func reverted() async throws {
        var changes = 0
        while true {
            let lab = try ImageLab()
            let before = try lab.manifest()
            let failing = DyingMachine(lab.image, after: changes, isForGood: false)
            do {
                try await lab.install(lab.options(), on: failing)
            } catch is DyingMachine.Died {
                #expect(try lab.manifest() == before, "failed after \(changes) changes")
            }
            guard failing.hasFailed else { break }
            changes += 1
        }
        #expect(changes > 40)
    }

    @Test("a purge leaves the machine as it was before")
    func purge() async throws {
        let lab = try ImageLab()
        let before = try lab.manifest()
        try await lab.install(
            lab.options {
                $0.profile = .hardened; $0.port = 9443
            })
        try lab.put("data", "/var/lib/circuit-breaker/app.db")

        try await lab.remove(purge: true)

        #expect(try lab.manifest() == before)
        let left = try await Removal(purge: true, machine: lab.image).survey(lab.image)
        let isAllDone = left.allSatisfy { $0.isDone }
        #expect(isAllDone)
    }

    @Test("an uninstallation keeps data and configuration; what follows takes them up again")
    func uninstall() async throws {
        let lab = try ImageLab()
        let before = try lab.manifest()
        try await lab.install(lab.options())
        try lab.put("data", "/var/lib/circuit-breaker/app.db")
        let token = try lab.text("/etc/circuit-breaker/env")
        let root = try lab.text("/etc/circuit-breaker/certs/ca.crt")

        try await lab.remove(purge: false)

        #expect(try !lab.image.exists("/usr/local/bin/circuit-breaker"))
        #expect(try !lab.image.exists("/usr/local/share/circuit-breaker"))
        #expect(try lab.text("/var/lib/circuit-breaker/app.db") == "data")
        #expect(try lab.text("/etc/circuit-breaker/env") == token)
        try await lab.install(lab.options())
        #expect(try lab.text("/etc/circuit-breaker/certs/ca.crt") == root)
        try await lab.remove(purge: false)
        try await lab.remove(purge: true)
        #expect(try lab.manifest() == before)
    }

    @Test("a newer version replaces, drops what it does not have, and an older one is refused")
    func versions() async throws {
        let lab = try ImageLab()
        try await lab.install(lab.options())
        try lab.fillArchive("1.10.0", without: ["share/circuit-breaker/web/old.js", "man/man1/cb.1"])

        try await lab.install(lab.options())

        #expect(try lab.text("/usr/local/bin/cb") == "cb 1.10.0")
        #expect(try !lab.image.exists("/usr/local/share/circuit-breaker/web/old.js"))
        #expect(try !lab.image.exists("/usr/local/share/man/man1/cb.1"))
        try lab.fillArchive("1.9.3")
        let error = await #expect(throws: AppError.self) { try await lab.prepare(lab.options()) }
        #expect(error?.kind == .conflict)
        #expect(error?.message.contains("Version 1.10.0 is installed and this is 1.9.3.") == true)
    }

    @Test("an image for many machines has neither a key nor a token of its own")
    func manyMachines() async throws {
        let lab = try ImageLab()

        try await lab.install(lab.options { $0.hostNames = [] })

        #expect(try lab.image.list("/etc/circuit-breaker/certs") == [])
        #expect(try !lab.text("/etc/circuit-breaker/env").contains(/(?m)^CB_API_TOKEN=/))
    }

    @Test("a prefix that systemd does not search gets its units where it does, with whole paths")
    func prefix() async throws {
        let lab = try ImageLab()
        let before = try lab.manifest()

        try await lab.install(lab.options { $0.prefix = "/opt/lab" })

        let unit = try lab.text("/etc/systemd/system/circuit-breaker.service")
        #expect(unit.contains("ExecStart=/opt/lab/bin/circuit-breaker serve"))
        let renew = try lab.text("/etc/systemd/system/circuit-breaker-renew.service")
        #expect(renew.contains("ExecStart=-/opt/lab/bin/circuit-breaker-installer --renew"))
        await #expect(throws: AppError.self) { try await lab.prepare(lab.options { $0.prefix = "/usr/local" }) }
        try await lab.remove(purge: true)
        #expect(try lab.manifest() == before)
    }

    @Test("the older native install is taken over: configuration stays, unit and database go aside")
    func olderEdition() async throws {
        let lab = try ImageLab()
        let flat = "host: 0.0.0.0\nport: 8080 # ours\ndata_dir: /var/lib/circuit-breaker\ntls_enabled: false\n"
        try lab.image.makeDirectories("/etc/circuit-breaker")
        try lab.image.makeDirectories("/var/lib/circuit-breaker")
        try lab.put(flat, "/etc/circuit-breaker/config.yaml")
        try lab.put(
            "CB_API_TOKEN=\(String(repeating: "ab", count: 32))\nAPP_VERSION=v0.2.0\n", "/etc/circuit-breaker/env")
        try lab.put("", "/etc/circuit-breaker/install.conf", mode: 0o600)
        try lab.put("old data", "/var/lib/circuit-breaker/app.db")
        try lab.put(
            "ExecStart=/usr/local/bin/circuit-breaker --config x", "/etc/systemd/system/circuit-breaker.service")

        try await lab.install(lab.options())

        let config = try lab.text("/etc/circuit-breaker/config.yaml")
        #expect(config.hasPrefix(flat.replacing("tls_enabled: false", with: "tls_enabled: true")))
        #expect(config.contains("\ntls:\n") && config.contains("\n  mode: local\n"))
        #expect(try lab.text("/etc/circuit-breaker/env").hasPrefix("CB_API_TOKEN=abab"))
        #expect(try lab.text("/var/lib/circuit-breaker/older-edition-app.db") == "old data")
        #expect(try !lab.image.exists("/etc/systemd/system/circuit-breaker.service"))
        #expect(try lab.image.exists("/etc/circuit-breaker/older-edition/circuit-breaker.service"))
        #expect(
            try lab.text("/etc/systemd/system/circuit-breaker.socket.d/installer.conf").contains(
                "ListenStream=0.0.0.0:8080"))
        let survey = try await lab.prepare(lab.options()).plan.survey(lab.image)
        let isAllDone = survey.allSatisfy { $0.isDone }
        #expect(isAllDone)
    }

    @Test("a configuration with errors is refused before anything is touched")
    func brokenConfiguration() async throws {
        let lab = try ImageLab()
        try lab.image.makeDirectories("/etc/circuit-breaker")
        try lab.put("server:\n  prot: 1\n", "/etc/circuit-breaker/config.yaml")
        let before = try lab.manifest()

        let error = await #expect(throws: AppError.self) { try await lab.prepare(lab.options()) }

        #expect(error?.message.contains("did you mean port?") == true)
        #expect(try lab.manifest() == before)
    }

    @Test("without HTTPS it listens here only, unless the configuration allows more")
    func plaintext() async throws {
        let lab = try ImageLab()

        try await lab.install(lab.options { $0.https = .off })

        #expect(try lab.text("/etc/circuit-breaker/config.yaml").contains("\n  host: 127.0.0.1\n"))
        let drop = try lab.text("/etc/systemd/system/circuit-breaker.socket.d/installer.conf")
        #expect(drop.contains("ListenStream=127.0.0.1:8443"))
    }

    @Test(
        "versions are ordered as people mean it",
        arguments: [
            ("1.2", "1.10"), ("1.0.0-rc1", "1.0.0"), ("1.0.0-rc9", "1.0.0-rc10"), ("0.9~a", "0.9"), ("1", "1.0.1"),
        ])
    func order(_ lower: String, _ higher: String) throws {
        let (low, high) = (try #require(ProductVersion(lower)), try #require(ProductVersion(higher)))

        #expect(low < high)
        #expect(!(high < low))
        #expect(low != high)
    }
}
