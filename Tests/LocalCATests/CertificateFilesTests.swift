import Foundation
import Kernel
import Testing

@testable import LocalCA

@Suite("CertificateFiles")
struct CertificateFilesTests {
    let bench: Workbench
    let files: CertificateFiles

    init() throws {
        bench = try Workbench()
        files = CertificateFiles(directory: bench.path, subject: .init(machineID: "abc"))
    }

    @Test("the first call makes a root and a leaf that openssl accepts, with closed modes")
    func makes() throws {
        let outcome = try files.ensure(names: sampleNames(), at: today)

        #expect(outcome.madeAuthority)
        #expect(outcome.leaf == .made)
        #expect(outcome.uncovered.isEmpty)
        #expect(try bench.mode("ca.key") == 0o600)
        #expect(try bench.mode("server.key") == 0o640)
        #expect(try bench.text("server.crt").components(separatedBy: "BEGIN CERTIFICATE").count == 3)
        #expect(try bench.openssl("verify", "-CAfile", "ca.crt", "server.crt").isSuccess)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.path).count == 4)
    }

    @Test("the second call changes nothing")
    func keeps() throws {
        try files.ensure(names: sampleNames(), at: today)
        let before = try bench.bytes("server.crt")

        let outcome = try files.ensure(names: sampleNames(), at: today + .seconds(86_400))

        #expect(!outcome.madeAuthority)
        #expect(outcome.leaf == .kept)
        #expect(try bench.bytes("server.crt") == before)
    }

    @Test("age and a new address renew the leaf, under the same root and key")
    func renews() throws {
        let first = try files.ensure(names: sampleNames(), at: today)
        let key = try bench.bytes("server.key")
        let moved = try ServerNames(hostName: "nas.example.org", addresses: ["10.9.8.7"])

        #expect(try files.ensure(names: sampleNames(), at: today + .seconds(62 * 86_400)).leaf == .renewed(.age))
        let outcome = try files.ensure(names: moved, at: today)

        #expect(outcome.leaf == .renewed(.names))
        #expect(outcome.authority == first.authority)
        #expect(try bench.bytes("server.key") == key)
    }

    @Test("a name the root may not vouch for is left out and told")
    func uncovered() throws {
        try files.ensure(names: sampleNames(), at: today)
        let asked = try ServerNames(hostName: "nas.example.org", addresses: [], asked: ["lab.example.net"])

        let outcome = try files.ensure(names: asked, at: today)

        #expect(outcome.uncovered.dns == ["lab.example.net"])
        #expect(try bench.openssl("verify", "-CAfile", "ca.crt", "server.crt").isSuccess)
        #expect(try files.ensure(names: asked, at: today).leaf == .kept)
    }

    @Test("a root's key that is gone leaves a working leaf alone and asks for root when it is due")
    func withoutKey() throws {
        try files.ensure(names: sampleNames(), at: today)
        try FileManager.default.removeItem(atPath: files.authorityKeyPath)

        #expect(try files.ensure(names: sampleNames(), at: today).leaf == .kept)
        #expect(try files.ensure(names: sampleNames(), at: today + .seconds(62 * 86_400)).leaf == .due(.age))
        let error = #expect(throws: AppError.self) {
            try files.ensure(names: sampleNames(), at: today + .seconds(91 * 86_400))
        }
        #expect(error?.message.contains("installer --renew") == true)
    }

    @Test("a damaged root or a foreign key stops and overwrites nothing", arguments: ["ca.crt", "ca.key"])
    func damagedRoot(name: String) throws {
        try files.ensure(names: sampleNames(), at: today)
        try bench.put(name, Array("nonsense".utf8))

        let error = #expect(throws: AppError.self) { try files.ensure(names: sampleNames(), at: today) }

        #expect(error?.message.contains(files.authorityPath) == true)
        #expect(try bench.text(name) == "nonsense")
    }

    @Test("a root's key alone is not written over")
    func keyAlone() throws {
        try files.ensure(names: sampleNames(), at: today)
        let key = try bench.bytes("ca.key")
        try FileManager.default.removeItem(atPath: files.authorityPath)

        #expect(throws: AppError.self) { try files.ensure(names: sampleNames(), at: today) }
        #expect(try bench.bytes("ca.key") == key)
    }

    @Test("an unusable server key is moved aside and a new pair made")
    func damagedServerKey() throws {
        try files.ensure(names: sampleNames(), at: today)
        try bench.put("server.key", Array("nonsense".utf8))

        #expect(try files.ensure(names: sampleNames(), at: today).leaf == .made)
        #expect(try bench.text("server.key.unusable") == "nonsense")
    }

    @Test("a directory that cannot be made is named")
    func noDirectory() {
        let files = CertificateFiles(directory: "/proc/nowhere/certs", subject: .init(machineID: "abc"))

        let error = #expect(throws: AppError.self) { try files.ensure(names: sampleNames(), at: today) }

        #expect(error?.message.contains("/proc/nowhere/certs") == true)
    }
}
