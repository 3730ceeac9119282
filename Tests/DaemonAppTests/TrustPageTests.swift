import DaemonConfig
import Foundation
import JSONKit
import Kernel
import LocalCA
import Serving
import Testing

@testable import DaemonApp

@Suite("What /ca offers")
struct TrustPageTests {
    let bench: DaemonBench

    init() throws {
        bench = try DaemonBench()
    }

    @Test("while one root takes over from another both are offered")
    func rollOver() async throws {
        let configuration = try bench.configuration()
        let files = CertificateFiles(directory: configuration.tls.directory, subject: .init(machineID: "lab"))
        let names = try MachineNames.current(asked: configuration.tls)
        let now = SystemClock().now
        try files.ensure(names: names, at: now)
        let roots = try files.ensure(names: names, at: now, rollOver: .start).roots
        let successor = try #require(roots.successor)

        try await bench.run(configuration) { daemon in
            let about = try JSONParser.parse(await daemon.request("GET", "/ca.json").body).objectValue
            let offered = about?["roots"]?.arrayValue?.compactMap(\.objectValue) ?? []
            let next = try await daemon.request("GET", "/ca-next.crt")
            let profile = try await daemon.request("GET", "/ca.mobileconfig")

            #expect(about?["mode"] == "local")
            #expect(
                offered.map { $0["fingerprint_sha256"]?.stringValue }
                    == [roots.inUse.fingerprintSHA256, successor.fingerprintSHA256])
            #expect(offered.map { $0["pem"]?.stringValue } == ["/ca.crt", "/ca-next.crt"])
            #expect(try Certificate.all(inPEM: Array(next.body.utf8)) == [successor])
            #expect(profile["content-type"] == AppleProfile.contentType)
            for root in [roots.inUse, successor] {
                #expect(profile.body.contains(Data(root.der).base64EncodedString()))
            }
        }
    }

    @Test("without TLS there is nothing to trust, and that is said")
    func off() async throws {
        try await bench.run(bench.configuration("--tls-mode=off")) { daemon in
            let about = try await daemon.request("GET", "/ca.json", scheme: "http", role: .http)

            #expect(about.body == #"{"mode":"off","names":[],"roots":[]}"#)
        }
    }

    @Test("the identifiers of a profile are UUIDs and depend on the roots alone")
    func identifiers() {
        let one = AppleProfile.identifier(of: "a")

        #expect(UUID(uuidString: one)?.uuidString == one)
        #expect(one == AppleProfile.identifier(of: "a"))
        #expect(one != AppleProfile.identifier(of: "b"))
    }
}
