import Foundation
import HostSystem
import Kernel
import LocalCA
import Testing

@testable import TrustStores

@Suite("The system store", .enabled(if: Room.isPossible, "mount namespaces need root"))
struct SystemStoreTests {
    /// A room whose bundle is what Debian's tool makes of its folders, whatever the host's is.
    private func settledRoom() async throws -> Room {
        let room = try await Room()
        try await room.shell("update-ca-certificates --fresh")
        return room
    }

    private func store(_ room: Room) async throws -> any TrustStore {
        try #require(try await TrustStores.found(on: room).first { $0.id.kind == .system })
    }

    @Test("Debian's tool makes programs trust the server, and stop trusting it; every byte is as before")
    func debian() async throws {
        let (room, lab) = (try await settledRoom(), try Lab())
        let server = try LabServer(lab, in: room.folder)
        let url = "https://localhost:\(server.port)/"
        let before = try room.manifest()
        let store = try await store(room)
        let trust = TrustStores(machine: room)
        #expect(try await room.shell("curl -sS -o /dev/null \(url)").status == 60)

        let change = try await trust.install(
            [lab.old.certificate, lab.new.certificate], in: store,
            server: TrustedServer(name: "localhost", port: server.port))

        #expect(
            change
                == .installed(
                    proof: "curl accepted https://localhost:\(server.port)/api/v1/health by the system store."))
        #expect(try await room.shell("curl -sS -o /dev/null \(url)").status == 0)
        #expect(try await room.shell("openssl verify \(room.folder)/leaf.pem").status == 0)
        #expect(try await trust.isInstalled([lab.old.certificate, lab.new.certificate], in: store))
        #expect(try await trust.install([lab.old.certificate], in: store) == .kept)

        #expect(try await trust.remove([lab.old.certificate], from: store) == .removed(isExact: false))
        #expect(try await room.shell("curl -sS -o /dev/null \(url)").status == 60)
        #expect(try await trust.isInstalled([lab.new.certificate], in: store))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
        #expect(try await trust.remove(from: store) == .absent)
    }

    @Test("a root somebody else put in stays")
    func foreign() async throws {
        let (room, lab) = (try await settledRoom(), try Lab())
        let pem = String(decoding: try lab.old.certificate.pem(), as: UTF8.self)
        try room.put("/usr/local/share/ca-certificates/mine.crt", pem)
        try await room.shell("update-ca-certificates")
        let before = try room.manifest()
        let store = try await store(room)
        let trust = TrustStores(machine: room)

        #expect(try await trust.install([lab.old.certificate], in: store) == .kept)
        #expect(try await trust.remove(from: store) == .absent)
        #expect(try room.changes(since: before) == [])
    }

    @Test("a root that is no longer wanted is retired, the last of ours never")
    func retired() async throws {
        let (room, lab) = (try await settledRoom(), try Lab())
        let before = try room.manifest()
        let store = try await store(room)
        let trust = TrustStores(machine: room)
        _ = try await trust.install([lab.old.certificate], in: store)

        #expect(try await trust.retire(keeping: [lab.new.certificate], in: store) == 0)
        _ = try await trust.install([lab.new.certificate], in: store)
        #expect(try await trust.retire(keeping: [lab.new.certificate], in: store) == 1)

        #expect(try await !store.isTrusted(lab.old.certificate))
        #expect(try await store.isTrusted(lab.new.certificate))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
    }

    @Test("the keystore that Debian's hook fills is taken back as well")
    func javaHook() async throws {
        let (room, lab) = (try await settledRoom(), try Lab())
        try room.put(
            "/etc/ca-certificates/update.d/java",
            """
            #!/bin/sh
            sed -n 's/^+//p' | grep circuit-breaker | while read -r file; do
                keytool -importcert -noprompt -alias "debian:$(basename "$file")" -file "$file" \\
                    -keystore /etc/ssl/certs/java/cacerts -storepass changeit </dev/null
            done

            """, mode: 0o755)
        let before = try room.manifest()
        let store = try await store(room)
        let trust = TrustStores(machine: room)

        _ = try await trust.install([lab.old.certificate], in: store)

        let java = JavaKeystore(machine: room, path: "/etc/ssl/certs/java/cacerts")
        #expect(try await java.isTrusted(lab.old.certificate))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
    }

    @Test("a tool that fails leaves nothing behind, and its words are told")
    func failing() async throws {
        let (room, lab) = (try await settledRoom(), try Lab())
        try room.put("/usr/local/sbin/update-ca-certificates", "#!/bin/sh\necho no space >&2\nexit 3\n", mode: 0o755)
        let before = try room.manifest()
        let store = try await store(room)

        let error = await #expect(throws: AppError.self) {
            try await TrustStores(machine: room).install([lab.old.certificate], in: store)
        }

        #expect(error?.message == "update-ca-certificates ended with 3: no space")
        let left = try room.manifest().filter { !before.contains($0) }
        #expect(left.allSatisfy { $0.hasPrefix("/etc/circuit-breaker") }, "\(left)")
        try room.remove("/usr/local/sbin/update-ca-certificates")
        #expect(try await TrustStores(machine: room).remove(from: store) == .removed(isExact: true))
        let rest = try room.changes(since: before).filter { !$0.contains("/usr/local/sbin/update") }
        #expect(rest == [])
    }

    @Test("a missing tool is named with its package")
    func missing() async throws {
        let room = try await Room(hidden: ["update-ca-certificates"])

        let store = try await store(room)

        #expect(
            store.obstacle == "The program update-ca-certificates is missing. Install the package ca-certificates.")
    }

    /// The script of these distributions is theirs; what it calls is p11-kit's `trust`, which is real here.
    @Test(
        "p11-kit's trust takes the anchor in and lets it go",
        arguments: [SystemLayout.fedora, SystemLayout.arch, SystemLayout.suse])
    func extracted(_ layout: SystemLayout) async throws {
        let release = ["Fedora": "ID=fedora\n", "Arch": "ID=arch\n", "openSUSE": "ID=\"opensuse-leap\"\n"][
            layout.family]
        let (room, lab) = (try await Room(release: release), try Lab())
        let source = layout.anchors.split(separator: "/").dropLast().map { "/" + $0 }.joined()
        let bundle = layout.bundles[0].hasPrefix("/etc") ? layout.bundles[0] : layout.bundles[1]
        try room.put(
            "\(layout.anchors)/other.\(layout.ending)", String(decoding: lab.new.certificate.pem(), as: UTF8.self))
        try room.put("/etc/pkcs11/modules/p11-kit-trust.module", "x-init-reserved: paths='\(source)'\n")
        try room.put(
            "/usr/local/sbin/\(layout.updates[0][0])",
            """
            #!/bin/sh -e
            mkdir -p "$(dirname \(bundle))"
            exec trust extract --format=pem-bundle --filter=ca-anchors --overwrite --comment \\
                --purpose=server-auth \(bundle)

            """, mode: 0o755)
        try await room.shell(layout.updates[0][0])
        let before = try room.manifest()
        let store = try await store(room)
        let trust = TrustStores(machine: room)
        #expect(store.name == "system store (\(layout.family))")
        #expect(try await store.isTrusted(lab.new.certificate))

        _ = try await trust.install([lab.old.certificate], in: store)

        #expect(try await store.isTrusted(lab.old.certificate))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try await !store.isTrusted(lab.old.certificate))
        #expect(try room.changes(since: before) == [])
    }

    @Test(
        "the family is read from os-release",
        arguments: [
            ("ID=ubuntu\nID_LIKE=debian\n", "Debian"), ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", "Debian"),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", "Fedora"), ("ID=fedora\n", "Fedora"),
            ("ID=endeavouros\nID_LIKE=arch\n", "Arch"),
            ("ID=opensuse-tumbleweed\nID_LIKE=\"opensuse suse\"\n", "openSUSE"),
            ("ID='alpine'\n", "Alpine"), ("ID=plan9\n", nil),
        ])
    func family(_ release: String, _ family: String?) throws {
        let folder = NSTemporaryDirectory() + "cb-trust-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/etc", withIntermediateDirectories: true)
        try release.write(toFile: "\(folder)/etc/os-release", atomically: true, encoding: .utf8)

        #expect(try SystemLayout.find(on: LiveMachine(root: folder))?.family == family)
    }
}
