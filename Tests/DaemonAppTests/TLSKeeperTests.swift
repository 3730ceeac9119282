import DaemonConfig
import Foundation
import Kernel
import LocalCA
import Operations
import TestSupport
import Testing

@testable import DaemonApp

@Suite("TLSKeeper")
struct TLSKeeperTests {
    let bench: DaemonBench
    let clock = TestClock(SystemClock().now)

    init() throws {
        bench = try DaemonBench()
    }

    @Test("who cannot read the CA's key asks root once an hour, and takes up what root made")
    func asksRoot() throws {
        let asked = "\(bench.path)/renew-wanted"
        let tls = try bench.configuration().tls
        let keeper = try #require(
            try TLSKeeper.open(tls, clock: clock, logger: DaemonBench.quiet, renewRequest: asked))
        let asRoot = CertificateFiles(directory: tls.directory, subject: .init(machineID: MachineNames.machineID))
        let first = keeper.current.identity.leaf
        #expect(!bench.exists("renew-wanted"))

        // As with an installed daemon: the key is there for root only.
        let key = try Data(contentsOf: URL(filePath: asRoot.authorityKeyPath))
        try FileManager.default.removeItem(atPath: asRoot.authorityKeyPath)
        clock.advance(by: .seconds(61 * 86_400))
        #expect(!keeper.reload())
        #expect(keeper.current.identity.leaf == first)
        #expect(try String(contentsOfFile: asked, encoding: .utf8).contains("has a third of its life left"))
        #expect(health(keeper).severity == .ok)

        try FileManager.default.removeItem(atPath: asked)
        clock.advance(by: .seconds(600))
        keeper.reload()
        #expect(!bench.exists("renew-wanted"))
        clock.advance(by: .seconds(2 * 3600))
        keeper.reload()
        #expect(bench.exists("renew-wanted"))
        #expect(health(keeper).severity == .warning)
        #expect(health(keeper).message.contains("circuit-breaker-renew.service"))

        try key.write(to: URL(filePath: asRoot.authorityKeyPath))
        try asRoot.ensure(names: MachineNames.current(asked: tls), at: clock.now)
        try FileManager.default.removeItem(atPath: asRoot.authorityKeyPath)
        #expect(keeper.reload())
        #expect(keeper.current.identity.leaf != first)
        #expect(!bench.exists("renew-wanted"))
        #expect(health(keeper).severity == .ok)
    }

    @Test("where root cannot be asked, a person is told at once")
    func cannotAsk() throws {
        let tls = try bench.configuration().tls
        let keeper = try #require(
            try TLSKeeper.open(
                tls, clock: clock, logger: DaemonBench.quiet, renewRequest: "\(bench.path)/absent/renew-wanted"))
        try FileManager.default.removeItem(atPath: "\(tls.directory)/ca.key")
        clock.advance(by: .seconds(61 * 86_400))
        keeper.reload()

        #expect(health(keeper).severity == .warning)
        #expect(health(keeper).message.contains("Run `installer --renew` as root."))
    }

    @Test("a change of the root is on the health page from 180 days ahead until it is over")
    func rootHealth() throws {
        let keeper = try keeper()
        let root = try #require(keeper.current.authority)
        func item(daysLeft: Int) -> HealthItem {
            clock.set(root.notAfter - .seconds(daysLeft * 86_400))
            keeper.reload()
            return CertificateHealth(keeper.current, waiting: nil, at: clock.now).root
        }

        #expect(item(daysLeft: 181).severity == .ok)
        let announced = item(daysLeft: 179)
        #expect(announced.severity == .warning)
        let successor = try #require(keeper.current.localRoots?.successor)
        #expect(announced.message.contains(successor.fingerprintSHA256))
        #expect(item(daysLeft: 80).message.contains("trust only the old one are served until"))
        #expect(item(daysLeft: -1).severity == .ok)
        #expect(keeper.current.authority == successor)
    }

    @Test("a name outside of the root's constraints is on the health page with the ways out")
    func namesHealth() throws {
        func names(_ keeper: TLSKeeper) -> HealthItem {
            CertificateHealth(keeper.current, waiting: nil, at: clock.now).names
        }
        #expect(names(try keeper()).severity == .ok)

        let item = names(try keeper("--tls-names=lab.example.net"))

        #expect(item.severity == .warning)
        #expect(item.message.contains("lab.example.net"))
        #expect(item.message.contains("`installer --renew --start-roll-over`"))
    }

    private func health(_ keeper: TLSKeeper) -> HealthItem {
        CertificateHealth(keeper.current, waiting: keeper.waitingForRoot, at: clock.now).leaf
    }

    private func keeper(_ flags: String...) throws -> TLSKeeper {
        let configuration = try Configuration.load(
            arguments: bench.flags + flags, environment: [:], files: DaemonBench.files)
        return try #require(try TLSKeeper.open(configuration.tls, clock: clock, logger: DaemonBench.quiet))
    }

    @Test("a second start keeps what the first made")
    func kept() throws {
        let first = try keeper().current
        let second = try keeper().current

        #expect(first.identity.chain == second.identity.chain)
        #expect(first.authority == second.authority)
    }

    @Test("names that are asked for are in the certificate, and it is issued anew when they change")
    func names() throws {
        let before = try keeper().current
        let after = try keeper("--tls-names=lab.home.arpa", "--tls-addresses=10.1.2.3").current

        let names = try #require(after.identity.leaf?.names)
        #expect(names.dns.isSuperset(of: ["localhost", "lab.home.arpa"]))
        #expect(names.addresses.isSuperset(of: ["127.0.0.1", "::1", "10.1.2.3"]))
        #expect(before.identity.leaf != after.identity.leaf)
        #expect(before.authority == after.authority)
    }

    @Test("the certificate is renewed when a third of its life is left")
    func renewal() throws {
        let keeper = try keeper()
        let first = keeper.current.identity.leaf

        clock.advance(by: .seconds(59 * 86_400))
        #expect(!keeper.reload())
        clock.advance(by: .seconds(2 * 86_400))
        #expect(keeper.reload())

        #expect(keeper.current.identity.leaf != first)
        #expect(keeper.current.refusal == nil)
    }

    @Test("a provided pair is taken up when its files change; a broken one is refused and the old one stays")
    func provided() throws {
        try makePair("one")
        let keeper = try keeper(
            "--tls-mode=provided", "--tls-cert-file=\(bench.path)/server.crt",
            "--tls-key-file=\(bench.path)/server.key")
        let first = try #require(keeper.current.identity.leaf)

        try bench.write("server.crt", "nonsense")
        #expect(!keeper.reload())
        #expect(keeper.current.identity.leaf == first)
        #expect(keeper.current.refusal?.contains("server.crt") == true)

        try makePair("two")
        #expect(keeper.reload())
        #expect(keeper.current.identity.leaf != first)
        #expect(keeper.current.refusal == nil)
        #expect(keeper.folders == [bench.path])
    }

    @Test("changed files are noticed without being told")
    func watched() async throws {
        let watch = try #require(await FileWatch(folders: [bench.path]))
        let (changes, tell) = AsyncStream<Void>.makeStream()

        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await watch.run { tell.yield() } }
            try bench.write("server.crt", "new")
            for await _ in changes { break }
            group.cancelAll()
        }
    }

    @Test("a folder that does not exist is not watched")
    func unwatched() async {
        #expect(await FileWatch(folders: ["\(bench.path)/absent"]) == nil)
    }

    /// A certificate of a root of its own, as an administrator may bring one.
    private func makePair(_ name: String) throws {
        let names = try ServerNames(hostName: name, addresses: [])
        let root = try CertificateAuthority.create(
            subject: .init(machineID: name), constraints: .init(covering: names), at: clock.now)
        let key = try PrivateKey.generate(.p256)
        let leaf = try root.issueLeaf(names: names, key: key, at: clock.now)
        try bench.write("server.key", String(decoding: key.pem(), as: UTF8.self))
        try bench.write(
            "server.crt", String(decoding: leaf.pem() + root.certificate.pem(), as: UTF8.self))
    }
}
