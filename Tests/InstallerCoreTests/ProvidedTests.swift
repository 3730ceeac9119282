import Foundation
import HostSystem
import InstallerCore
import Kernel
import LocalCA
import TestSupport
import Testing

@Suite("Installing with a provided certificate")
struct ProvidedTests {
    let lab: ImageLab
    let authority: CertificateAuthority
    private let now = SystemClock().now

    init() throws {
        lab = try ImageLab()
        let names = try ServerNames(hostName: "lab.home.arpa", addresses: [])
        authority = try CertificateAuthority.create(
            subject: .init(machineID: "test"), constraints: NameConstraints(covering: names),
            at: now - .seconds(400 * 86_400))
    }

    private func path(_ name: String) -> String { lab.folder.path + "/" + name }

    private func save(_ bytes: [UInt8], _ name: String) throws {
        try LiveMachine().write(bytes, to: path(name), mode: 0o600, owner: .root)
    }

    /// Writes cert.pem and key.pem.
    private func pair(made offset: Duration = .zero, host: String = "lab.home.arpa", isTurned: Bool = false) throws {
        let key = try PrivateKey.generate(.p256)
        let names = try ServerNames(hostName: host, addresses: [])
        let leaf = try authority.issueLeaf(names: names, key: key, at: now + offset)
        let chain = [try leaf.pem(), try authority.certificate.pem()]
        try save((isTurned ? chain.reversed() : chain).flatMap(\.self), "cert.pem")
        try save(try key.pem(), "key.pem")
    }

    private func options(cert: String = "cert.pem", key: String? = "key.pem") -> InstallOptions {
        lab.options {
            $0.https = .provided
            $0.certificateFile = path(cert)
            $0.keyFile = key.map(path)
        }
    }

    private func openssl(_ arguments: String...) async throws {
        let result = try await LiveMachine().run(MachineCommand("openssl", arguments))
        try #require(result.status == 0, "\(String(decoding: result.complaint, as: UTF8.self))")
    }

    @Test("a good pair is copied, whatever the order of its chain", arguments: [false, true])
    func good(isTurned: Bool) async throws {
        try pair(isTurned: isTurned)

        try await lab.install(options())

        let chain = try Certificate.all(inPEM: lab.image.read("/etc/circuit-breaker/certs/provided.crt"))
        #expect(chain.map(\.isAuthority) == [false, true])
        #expect(try lab.image.status(of: "/etc/circuit-breaker/certs/provided.key")?.mode == 0o640)
        #expect(try lab.text("/etc/circuit-breaker/config.yaml").contains("\n  mode: provided\n"))
        #expect(try await lab.prepare(options()).plan.survey(lab.image).allSatisfy(\.isDone))
        #expect(try await lab.prepare(options()).warnings == [])
    }

    @Test("PKCS#12 and sealed keys are opened with the passphrase file")
    func sealed() async throws {
        try pair()
        try save(Array("open sesame\n".utf8), "word")
        try await openssl(
            "pkcs12", "-export", "-in", path("cert.pem"), "-inkey", path("key.pem"), "-out", path("all.p12"),
            "-passout",
            "file:" + path("word"))
        try await openssl(
            "pkcs8", "-topk8", "-in", path("key.pem"), "-out", path("sealed.pem"), "-passout", "file:" + path("word"))
        let plain = try LiveMachine().read(path("key.pem"))

        for wish in [options(cert: "all.p12", key: nil), options(key: "sealed.pem")] {
            let before = try lab.manifest()
            await #expect(throws: AppError.self) { try await lab.prepare(wish) }
            #expect(try lab.manifest() == before)
            var opened = wish
            opened.passphraseFile = path("word")
            try await lab.install(opened)
            #expect(try lab.image.read("/etc/circuit-breaker/certs/provided.key") == plain)
            try await lab.remove(purge: true)
        }
    }

    @Test("a pair for other names is installed with a warning")
    func otherHost() async throws {
        try pair(host: "other.lan")

        let installation = try await lab.prepare(options())

        #expect(installation.warnings.contains { $0.contains("other.lan") })
        try await installation.plan.apply(to: lab.image)
    }

    @Test("everything else is refused with its reason, and what is installed stays untouched")
    func refusals() async throws {
        try pair()
        try await lab.install(options())
        let before = try lab.manifest()
        let key = try LiveMachine().read(path("key.pem"))

        try save(try PrivateKey.generate(.p256).pem(), "key.pem")
        try await refused("does not belong to the certificate", before)
        try pair(made: .seconds(-200 * 86_400))
        try await refused("expired on", before)
        try pair(made: .seconds(5 * 86_400))
        try await refused("is valid only from", before)
        try pair()
        try save([], "cert.pem")
        try await refused("is empty", before)
        try save(Array("hello".utf8), "cert.pem")
        try await refused("holds no certificate", before)
        try LiveMachine().remove(path("cert.pem"))
        try await refused("does not exist", before)
        try LiveMachine().makeDirectories(path("cert.pem"))
        try await refused("is a directory", before)
        try LiveMachine().remove(path("cert.pem"))
        try pair()
        try save(key.reversed(), "key.pem")
        try await refused("key file", before)
    }

    private func refused(_ reason: String, _ before: [String]) async throws {
        let error = await #expect(throws: AppError.self) { try await lab.prepare(options()) }
        #expect(error?.message.contains(reason) == true, "\(error?.message ?? "")")
        #expect(try lab.manifest() == before)
    }

    @Test("a followed pair that was renewed is picked up once, and a bad one is not")
    func follow() async throws {
        try pair()
        var wish = options()
        wish.isFollowed = true
        try await lab.install(wish)
        let renewal = Renewal(machine: lab.image)
        #expect(try await renewal.run() == [])
        try pair()
        let renewed = try LiveMachine().read(path("cert.pem"))

        #expect(try await renewal.run().count == 1)
        #expect(try lab.image.read("/etc/circuit-breaker/certs/provided.crt") == renewed)
        #expect(try await renewal.run() == [])
        try save([], "cert.pem")
        await #expect(throws: AppError.self) { try await renewal.run() }
        #expect(try lab.image.read("/etc/circuit-breaker/certs/provided.crt") == renewed)
    }
}
