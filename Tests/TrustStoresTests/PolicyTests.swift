import HostSystem
import JSONKit
import Kernel
import LocalCA
import Testing

@testable import TrustStores

@Suite("Browser policies and Java", .enabled(if: Room.isPossible, "mount namespaces need root"))
struct PolicyTests {
    private static let policy = """
        {"policies": {"DisableTelemetry":true,
            "Certificates": { "ImportEnterpriseRoots": false, "Install": ["/opt/work.pem"] }, "Nothing": null } }
        """

    private func store(_ room: Room, _ kind: TrustStoreID.Kind) async throws -> any TrustStore {
        try #require(try await TrustStores.found(on: room).first { $0.id.kind == kind })
    }

    @Test("Firefox's policy keeps what it says, and gets its bytes back", arguments: [nil, policy])
    func firefox(_ policy: String?) async throws {
        let (room, lab) = (try await Room(), try Lab())
        if let policy { try room.put("/etc/firefox/policies/policies.json", policy, mode: 0o640) }
        let before = try room.manifest()
        let store = try await store(room, .firefoxPolicy)
        let trust = TrustStores(machine: room)

        _ = try await trust.install([lab.old.certificate, lab.new.certificate], in: store)

        let written = try JSONParser.parse(room.text("/etc/firefox/policies/policies.json"))
        let policies = written.objectValue?["policies"]?.objectValue
        let install = policies?["Certificates"]?.objectValue?["Install"]?.arrayValue?.compactMap(\.stringValue) ?? []
        #expect(install.count == (policy == nil ? 2 : 3))
        #expect(policies?["DisableTelemetry"] == (policy == nil ? nil : .bool(true)))
        let copies = try install.suffix(2).flatMap { try Certificate.all(inPEM: room.read($0)) }
        #expect(copies == [lab.old.certificate, lab.new.certificate])
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
    }

    @Test("a policy changed meanwhile loses only our lines")
    func changed() async throws {
        let (room, lab) = (try await Room(), try Lab())
        try room.put("/etc/firefox/policies/policies.json", Self.policy)
        let store = try await store(room, .firefoxPolicy)
        let trust = TrustStores(machine: room)
        _ = try await trust.install([lab.old.certificate], in: store)
        let text = try room.text("/etc/firefox/policies/policies.json")
        try room.put("/etc/firefox/policies/policies.json", String(text.replacing("true", with: "false")))

        #expect(try await trust.remove(from: store) == .removed(isExact: false))

        let left = try JSONParser.parse(room.text("/etc/firefox/policies/policies.json"))
        #expect(try left == JSONParser.parse(Self.policy.replacing("true", with: "false")))
        #expect(try room.list("/etc/firefox/policies") == ["policies.json"])
    }

    @Test("a policy that cannot be read is left alone", arguments: ["{", "[]", #"{"policies": 3}"#])
    func broken(_ text: String) async throws {
        let (room, lab) = (try await Room(), try Lab())
        try room.put("/etc/firefox/policies/policies.json", text)
        let before = try room.manifest()
        let store = try await store(room, .firefoxPolicy)

        let error = await #expect(throws: AppError.self) {
            try await TrustStores(machine: room).install([lab.old.certificate], in: store)
        }

        #expect(error?.message.contains("/etc/firefox/policies/policies.json") == true)
        #expect(try room.changes(since: before) == [])
    }

    @Test("Chromium's policy is a file of its own, and stands aside for another list")
    func chromium() async throws {
        let (room, lab) = (try await Room(), try Lab())
        let before = try room.manifest()
        let store = try await store(room, .chromiumPolicy)
        let trust = TrustStores(machine: room)

        _ = try await trust.install([lab.old.certificate], in: store)
        _ = try await trust.install([lab.old.certificate, lab.new.certificate], in: store)

        #expect(try await trust.isInstalled([lab.old.certificate, lab.new.certificate], in: store))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
        try room.put("/etc/chromium/policies/managed/work.json", #"{"CACertificates": []}"#)
        #expect(store.obstacle?.contains("work.json already sets CACertificates") == true)
    }

    @Test("keytool puts the roots in, and the keystore gets its bytes back")
    func java() async throws {
        let (room, lab) = (try await Room(), try Lab())
        let before = try room.manifest()
        let store = try await store(room, .java)
        let trust = TrustStores(machine: room)

        let change = try await trust.install([lab.old.certificate, lab.new.certificate], in: store)

        #expect(change == .installed(proof: "keytool lists the root with this fingerprint."))
        #expect(try await trust.isInstalled([lab.old.certificate, lab.new.certificate], in: store))
        #expect(try await trust.remove(from: store) == .removed(isExact: true))
        #expect(try room.changes(since: before) == [])
    }

    @Test("a keystore with a password of its own is left alone")
    func javaPassword() async throws {
        let (room, lab) = (try await Room(), try Lab())
        try await room.shell(
            "keytool -storepasswd -keystore /etc/ssl/certs/java/cacerts -storepass changeit -new other-password")
        let before = try room.manifest()
        let store = try await store(room, .java)

        let error = await #expect(throws: AppError.self) {
            try await TrustStores(machine: room).install([lab.old.certificate], in: store)
        }

        #expect(error?.message.contains("has a password of its own") == true)
        #expect(try room.changes(since: before) == [])
    }
}
