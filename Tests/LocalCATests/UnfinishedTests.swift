import Foundation
import Kernel
import Testing

@testable import LocalCA

/// What a killed run leaves is read as the next run finishes it: nobody is told to start over.
@Suite("Unfinished roots")
struct UnfinishedTests {
    let bench: Workbench
    let files: CertificateFiles
    let names: ServerNames

    init() throws {
        bench = try Workbench()
        files = CertificateFiles(directory: bench.path, subject: .init(machineID: "abc"))
        names = try sampleNames()
    }

    @Test("a root whose certificate still waits for its place is the root in use")
    func waiting() throws {
        let root = try files.ensure(names: names, at: today).authority
        try FileManager.default.moveItem(
            atPath: files.authorityPath, toPath: files.authorityPath + ".waiting")

        #expect(try !files.isWhole())
        #expect(try files.roots()?.inUse == root)
        let outcome = try files.ensure(names: names, at: today)
        #expect(outcome.authority == root)
        #expect(outcome.leaf == .kept)
        #expect(try files.isWhole())
    }

    @Test("a certificate that waits for a key which never came is thrown away")
    func keyless() throws {
        try files.ensure(names: names, at: today)
        for name in ["ca.key", "server.crt", "server.key"] { try bench.remove(name) }
        try FileManager.default.moveItem(
            atPath: files.authorityPath, toPath: files.authorityPath + ".waiting")

        #expect(try !files.isWhole())
        #expect(try files.roots() == nil)
        #expect(try files.ensure(names: names, at: today).madeAuthority)
        #expect(try bench.list() == ["ca.crt", "ca.key", "server.crt", "server.key"])
    }

    @Test("a certificate of another key that waits does not stand for the root")
    func foreign() throws {
        let other = try Workbench()
        try CertificateFiles(directory: other.path, subject: files.subject).ensure(names: names, at: today)
        try files.ensure(names: names, at: today)
        try bench.put("ca.crt.waiting", other.bytes("ca.crt"))
        try bench.remove("ca.crt")

        let error = #expect(throws: AppError.self) { try files.roots() }
        #expect(error?.message.contains("is there but its certificate") == true)
    }

    @Test("a change of the root that stopped between key and certificate shows the new root")
    func takeOver() throws {
        let old = try files.ensure(names: names, at: today).authority
        let new = try #require(try files.ensure(names: names, at: today, rollOver: .start).roots.successor)
        try bench.put("ca.key", bench.bytes("ca-next.key"))
        try bench.put("ca-previous.crt", bench.bytes("ca.crt"))

        #expect(try !files.isWhole())
        #expect(try files.roots()?.inUse == new)
        #expect(try files.roots()?.previous == old)
        #expect(try files.ensure(names: names, at: today).authority == new)
        #expect(try files.isWhole())
    }

    @Test("drafts and a successor without its key are work for the next run; whole files are not")
    func leftovers() throws {
        #expect(try files.isWhole())
        try files.ensure(names: names, at: today, rollOver: .start)
        #expect(try files.isWhole())

        try bench.put("ca.key.new-77", Array("half".utf8))
        #expect(try !files.isWhole())
        try bench.remove("ca.key.new-77")
        try bench.remove("ca-next.key")
        #expect(try !files.isWhole())
    }
}
