import Foundation
import Kernel
import TestSupport
import Testing

@testable import LocalCA

private let day = Duration.seconds(86_400)

@Suite("RollOver")
struct RollOverTests {
    private func root(_ start: Instant, pathLength: Int = 1) throws -> Certificate {
        try CertificateAuthority.create(
            subject: .init(machineID: "x"), constraints: .init(covering: sampleNames()), pathLength: pathLength,
            at: start
        ).certificate
    }

    @Test("a root gets its successor 180 days before its end, and hands over half-way")
    func calendar() throws {
        let old = try root(today)
        let new = try root(old.notAfter - day * 180)
        let alone = RollOver(inUse: old, successor: nil, previous: nil)
        let announced = RollOver(inUse: old, successor: new, previous: nil)
        let changed = RollOver(inUse: new, successor: nil, previous: old)

        #expect(alone.step(at: old.notAfter - day * 181) == nil)
        #expect(alone.step(at: old.notAfter - day * 179) == .makeSuccessor)
        #expect(announced.step(at: old.notAfter - day * 91) == nil)
        #expect(announced.step(at: old.notAfter - day * 89) == .takeOver)
        #expect(changed.step(at: old.notAfter - day) == nil)
        #expect(changed.step(at: old.notAfter) == .finish)
    }

    @Test("a successor made late still leaves half of the rest to each root")
    func late() throws {
        let old = try root(today)
        let new = try root(old.notAfter - day * 20)
        let announced = RollOver(inUse: old, successor: new, previous: nil)

        #expect(announced.step(at: old.notAfter - day * 11) == nil)
        #expect(announced.step(at: old.notAfter - day * 9) == .takeOver)
    }

    @Test("a root that leaves no room for a cross certificate signs to the last")
    func legacy() throws {
        let old = try root(today, pathLength: 0)
        let new = try root(old.notAfter - day * 180)
        let announced = RollOver(inUse: old, successor: new, previous: nil)

        #expect(announced.step(at: old.notAfter - day * 3) == nil)
        #expect(announced.step(at: old.notAfter - day) == .takeOver)
    }

    @Test("an early successor ends the old root's time after 180 days, not at its end")
    func early() throws {
        let old = try root(today)
        let new = try root(today + day * 30)

        #expect(RollOver(inUse: new, successor: nil, previous: old).step(at: today + day * 211) == .finish)
    }
}

/// Whole changes of the root, judged by openssl with the time set.
@Suite("CertificateFiles over the years")
struct CertificateChangeTests {
    let bench: Workbench
    let files: CertificateFiles
    let names: ServerNames

    init() throws {
        bench = try Workbench()
        files = CertificateFiles(directory: bench.path, subject: .init(machineID: "abc"))
        names = try sampleNames()
    }

    /// Whether a device that trusts only `root` accepts what the server shows.
    private func accepts(_ root: Certificate, at moment: Instant) throws -> Bool {
        try bench.put("trusted.pem", root.pem())
        let result = try bench.openssl(
            "verify", "-attime", "\(moment.milliseconds / 1000)", "-purpose", "sslserver", "-x509_strict",
            "-verify_hostname", "nas.example.org", "-CAfile", "trusted.pem", "-untrusted", "server.crt", "server.crt")
        return result.isSuccess
    }

    @Test("in each phase a device accepts the chain by the old root and by the new one alone")
    func phases() throws {
        let old = try files.ensure(names: names, at: today).authority
        var moment = old.notAfter - day * 179
        let announced = try files.ensure(names: names, at: moment)
        let new = try #require(announced.roots.successor)
        #expect(announced.acts == [.madeSuccessor(new)])
        #expect(announced.roots.toTrust == [old, new])
        #expect(try accepts(old, at: moment) && accepts(new, at: moment))

        moment = old.notAfter - day * 89
        let changed = try files.ensure(names: names, at: moment)
        #expect(changed.acts == [.tookOver(new, from: old)])
        #expect(changed.leaf == .renewed(.root))
        #expect(changed.roots == LocalRoots(inUse: new, previous: old))
        #expect(try accepts(old, at: moment) && accepts(new, at: moment))
        #expect(try bench.list().contains("ca-next.key") == false)

        let last = old.notAfter - .seconds(60)
        try files.ensure(names: names, at: last)
        #expect(try accepts(old, at: last) && accepts(new, at: last))

        let finished = try files.ensure(names: names, at: old.notAfter)
        #expect(finished.acts == [.finished(old)])
        #expect(finished.roots == LocalRoots(inUse: new))
        #expect(try accepts(new, at: old.notAfter))
        #expect(try bench.list().filter { $0.hasPrefix("ca-") } == [])
        #expect(try files.roots() == LocalRoots(inUse: new))
    }

    @Test("old roots are kept with closed keys, and every key of an authority is root's alone")
    func archive() throws {
        let old = try files.ensure(names: names, at: today).authority
        try files.ensure(names: names, at: old.notAfter - day * 179)
        #expect(try bench.mode("ca-next.key") == 0o600)
        #expect(try bench.mode("ca-next.crt") == 0o644)
        try files.ensure(names: names, at: old.notAfter - day * 89)

        let kept = try FileManager.default.contentsOfDirectory(atPath: files.archivePath).sorted()
        #expect(kept.count == 2)
        #expect(try bench.mode("archived") == 0o700)
        #expect(try bench.mode("archived/\(#require(kept.last))") == 0o600)
        #expect(try bench.bytes("archived/\(#require(kept.first))") == old.pem())
    }

    @Test("a root of an earlier version, without room for a cross certificate, still works and still changes")
    func legacyRoot() throws {
        let made = try CertificateAuthority.create(
            subject: .init(machineID: "abc"), constraints: .init(covering: names), pathLength: 0, at: today)
        try bench.put("ca.crt", made.certificate.pem())
        try bench.put("ca.key", made.key.pem())
        let old = try files.ensure(names: names, at: today).authority
        #expect(old == made.certificate)
        #expect(try accepts(old, at: today))

        let new = try #require(try files.ensure(names: names, at: old.notAfter - day * 100).roots.successor)
        for left in [100, 40, 12, 3] {
            let moment = old.notAfter - day * left
            try files.ensure(names: names, at: moment)
            #expect(try accepts(old, at: moment) && accepts(new, at: moment), "\(left) days before the end")
        }
        let changed = try files.ensure(names: names, at: old.notAfter - day)
        #expect(changed.roots.inUse == new)
        #expect(try accepts(new, at: old.notAfter - day))
    }

    @Test("a machine that slept through the change takes every step at once")
    func slept() throws {
        let old = try files.ensure(names: names, at: today).authority
        let new = try #require(try files.ensure(names: names, at: old.notAfter - day * 150).roots.successor)

        let outcome = try files.ensure(names: names, at: old.notAfter + day * 30)

        #expect(outcome.acts == [.tookOver(new, from: old), .finished(old)])
        #expect(try accepts(new, at: old.notAfter + day * 30))
    }

    @Test("a root that ended without a successor is left to a person")
    func ended() throws {
        let old = try files.ensure(names: names, at: today).authority
        let before = try bench.bytes("ca.crt")

        let error = #expect(throws: AppError.self) { try files.ensure(names: names, at: old.notAfter + day) }

        #expect(error?.message.contains("timedatectl") == true)
        #expect(try bench.bytes("ca.crt") == before)
    }

    @Test("a new name outside of the root's constraints: a new root on request, which then vouches for it")
    func newName() throws {
        let old = try files.ensure(names: names, at: today).authority
        let more = try ServerNames(
            hostName: "nas.example.org", addresses: ["192.168.7.5", "2001:db8:1::5"], asked: ["lab.example.net"])
        #expect(try files.ensure(names: more, at: today).uncovered.dns == ["lab.example.net"])

        let started = try files.ensure(names: more, at: today, rollOver: .start)
        let new = try #require(started.roots.successor)
        #expect(started.uncovered.dns == ["lab.example.net"])
        #expect(try accepts(old, at: today) && accepts(new, at: today))
        #expect(throws: AppError.self) { try files.ensure(names: more, at: today, rollOver: .start) }

        let finished = try files.ensure(names: more, at: today, rollOver: .finish)
        #expect(finished.roots == LocalRoots(inUse: new))
        #expect(finished.uncovered.isEmpty)
        #expect(finished.identity.leaf?.names.dns.contains("lab.example.net") == true)
        #expect(try accepts(new, at: today) && !accepts(old, at: today))
        #expect(throws: AppError.self) { try files.ensure(names: more, at: today, rollOver: .finish) }
    }

    @Test("what was lost or damaged of an overlap is made again", arguments: ["ca-cross.crt", "server.crt"])
    func mended(name: String) throws {
        let old = try files.ensure(names: names, at: today).authority
        for left in [179, 89] {
            let moment = old.notAfter - day * left
            let roots = try files.ensure(names: names, at: moment).roots
            for damage in [Array("nonsense".utf8), []] {
                try bench.put(name, damage)
                try files.ensure(names: names, at: moment)
                for root in roots.all { #expect(try accepts(root, at: moment)) }
            }
        }
    }

    @Test("a successor that is not whole is put aside and another one made", arguments: ["ca-next.key", "ca-next.crt"])
    func stray(name: String) throws {
        let old = try files.ensure(names: names, at: today).authority
        let moment = old.notAfter - day * 170
        let first = try #require(try files.ensure(names: names, at: moment).roots.successor)
        try bench.remove(name)

        let outcome = try files.ensure(names: names, at: moment)

        let second = try #require(outcome.roots.successor)
        #expect(second != first)
        #expect(try accepts(old, at: moment) && accepts(second, at: moment))
        #expect(try bench.list().contains { $0.hasSuffix(".unusable") })
    }

    @Test("who may not read the keys serves what is there and says what root has to do")
    func withoutKeys() throws {
        let old = try files.ensure(names: names, at: today).authority
        let aside = try bench.bytes("ca.key")
        try bench.remove("ca.key")
        let due = try files.ensure(names: names, at: old.notAfter - day * 179 - day * 3560)
        #expect(!due.needsRoot)

        try bench.put("ca.key", aside)
        var moment = old.notAfter - day * 200
        try files.ensure(names: names, at: moment)
        try bench.remove("ca.key")
        moment = old.notAfter - day * 179
        let waiting = try files.ensure(names: names, at: moment)

        #expect(waiting.dueStep == .makeSuccessor)
        #expect(waiting.needsRoot)
        #expect(!waiting.hasChanged)
        #expect(waiting.sentences.contains { $0.contains("installer --renew") })
    }

    @Test("a certificate made while the clock was ahead is made again")
    func clockAhead() throws {
        try files.ensure(names: names, at: today)
        try files.ensure(names: names, at: today + day * 400)

        #expect(try files.ensure(names: names, at: today).leaf == .renewed(.clock))
        #expect(try files.ensure(names: names, at: today - day * 3000).leaf == .kept)
    }

    @Test("an opened key is closed again, and drafts of a killed run are removed")
    func closes() throws {
        try files.ensure(names: names, at: today)
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: files.authorityKeyPath)
        try bench.put("server.crt.new-\(getpid())", Array("half".utf8))

        let outcome = try files.ensure(names: names, at: today)

        #expect(outcome.acts == [.closedKey(path: files.authorityKeyPath)])
        #expect(try bench.mode("ca.key") == 0o600)
        #expect(try bench.list() == ["ca.crt", "ca.key", "server.crt", "server.key"])
    }

    @Test("every sentence of what was done is for a person")
    func sentences() throws {
        let outcome = try files.ensure(names: names, at: today)

        #expect(outcome.sentences.count == 2)
        #expect(outcome.sentences.allSatisfy { $0.hasSuffix(".") })
        #expect(outcome.sentences.first?.contains(outcome.authority.fingerprintSHA256) == true)
        #expect(try files.ensure(names: names, at: today).sentences.first?.contains("nothing was to do") == true)
    }
}
