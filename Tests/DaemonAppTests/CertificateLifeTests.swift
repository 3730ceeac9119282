import DaemonConfig
import Foundation
import Kernel
import LocalCA
import NIOCore
import NIOSSL
import TestSupport
import Testing

@testable import DaemonApp

/// Real TLS against a running daemon while its clock is moved. What is simulated is the time alone: the client's
/// judgement of the chain is libcrypto's, at the time of the daemon's clock.
@Suite("The certificate's life", .enabled(if: ProcessInfo.processInfo.environment["CB_TEST_LONG"] != nil))
struct CertificateLifeTests {
    let bench: DaemonBench

    init() throws {
        bench = try DaemonBench()
    }

    /// Shakes hands as a device that trusts these roots. What comes back is connected and was answered once.
    private func connect(
        _ port: Int, trusting roots: [Certificate], by clock: any WallClock, newest: TLSVersion = .tlsv13
    ) async throws -> RawClient {
        let judge = ChainJudge(trusting: roots)
        let now = clock.now
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.maximumTLSVersion = newest
        // The client hears of a half-closed connection, and NIOSSL then waits for this long.
        tls.shutdownTimeout = .milliseconds(20)
        let client = try await RawClient.connect(port: port, tls: tls) { shown, answer in
            do {
                let chain = try shown.map { try Certificate(der: $0.toDERBytes()) }
                try judge.judge(chain, for: "localhost", at: now)
                answer.succeed(.certificateVerified)
            } catch {
                answer.succeed(.failed)
            }
        }
        try await ask(client)
        return client
    }

    private func ask(_ client: RawClient) async throws {
        try await client.send("GET /api/v1/health HTTP/1.1\r\nHost: localhost\r\n\r\n")
        let answer = try await client.read(until: "{\"status\":\"ok\"}")
        #expect(answer.hasPrefix("HTTP/1.1 200"))
    }

    @Test("25 years with two changes of the root: no device that trusts the root of its time is refused")
    func twentyFiveYears() async throws {
        let clock = TestClock(SystemClock().now)
        let configuration = try bench.configuration()
        try await bench.run(configuration, clock: clock) { [self] daemon in
            let keeper = try #require(daemon.app.tls)
            let port = try daemon.port()
            let start = clock.now
            let first = try #require(keeper.current.localRoots).inUse
            let asRoot = CertificateFiles(
                directory: configuration.tls.directory, subject: .init(machineID: MachineNames.machineID))
            var leaves: Set<Certificate> = []
            var used: Set<Certificate> = [first]
            var handshakes = 0
            var refused: [String] = []
            let kept = [
                try await connect(port, trusting: [first], by: clock),
                try await connect(port, trusting: [first], by: clock, newest: .tlsv12),
            ]

            for week in 1...(25 * 365 / 7) {
                // The timer runs at odd hours, and so does this.
                clock.set(start + .seconds(week * 7 * 86_400 + (week * 7919) % 86_400))
                try asRoot.ensure(names: MachineNames.current(asked: configuration.tls), at: clock.now)
                keeper.reload()
                let roots = try #require(keeper.current.localRoots)
                leaves.insert(try #require(keeper.current.identity.leaf))
                used.insert(roots.inUse)
                let trusts = roots.all.map { [$0] } + (roots.all.count > 1 ? [roots.all] : [])
                for (index, trust) in trusts.enumerated() {
                    handshakes += 1
                    do {
                        let newest: TLSVersion = (week + index).isMultiple(of: 2) ? .tlsv13 : .tlsv12
                        _ = try await connect(port, trusting: trust, by: clock, newest: newest)
                    } catch {
                        refused.append("week \(week): \(trust.map(\.subject)): \(error)")
                    }
                }
                try await ask(kept[week % 2])
            }

            #expect(refused == [])
            #expect(used.count == 3)
            // A leaf is renewed after sixty days of its ninety.
            #expect(leaves.count > 25 * 365 / 75)
            #expect(handshakes > 1_300)
            for client in kept { try await ask(client) }
            // The first root's time is over: who still trusts only it is refused, or the test could not fail.
            await #expect(throws: (any Error).self) { _ = try await connect(port, trusting: [first], by: clock) }
            for client in kept { await client.close() }
        }
    }

    @Test("with the real clock: a leaf of twelve seconds is renewed in time, and everybody is served")
    func realClock() async throws {
        let clock = SystemClock()
        let pace = TLSKeeper.Pace(interval: .milliseconds(250), leafLifetime: .seconds(12))
        try await bench.run(bench.configuration(), pace: pace) { [self] daemon in
            let keeper = try #require(daemon.app.tls)
            let root = try #require(keeper.current.authority)
            let port = try daemon.port()
            let kept = try await connect(port, trusting: [root], by: clock)
            var leaves: [Certificate] = []
            while leaves.count < 3 {
                _ = try await connect(port, trusting: [root], by: clock)
                try await ask(kept)
                let leaf = try #require(keeper.current.identity.leaf)
                if leaves.last != leaf { leaves.append(leaf) }
                #expect(clock.now < leaf.notAfter)
            }
            #expect(leaves.count == 3)
            await kept.close()
        }
    }
}
