import Foundation
import Kernel
import Testing

@testable import LocalCA

/// What GnuTLS says, beside OpenSSL: the two build and check chains by different code.
@Suite("Other verifiers")
struct OtherVerifiersTests {
    let bench: Workbench

    init() throws {
        bench = try Workbench()
    }

    private func certtool(_ root: String, _ chain: String, _ name: String) throws -> (output: String, isSuccess: Bool) {
        try bench.run(
            ["--verify", "--load-ca-certificate", root, "--infile", chain, "--verify-hostname", name], of: "certtool")
    }

    @Test("certtool and openssl refuse a name outside of the root's constraints, and accept one inside")
    func constraints() throws {
        let authority = try makeAuthority()
        try bench.put("ca.crt", authority.certificate.pem())
        try bench.put("ca.key", authority.key.pem())
        // Made by openssl with the CA's own key, as a thief of the key would: our code does not issue such a thing.
        for name in ["www.bank.test", "nas.home.arpa"] {
            try bench.put("ext", Array("subjectAltName=DNS:\(name)\nextendedKeyUsage=serverAuth\n".utf8))
            try bench.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "x.key")
            try bench.openssl("req", "-new", "-key", "x.key", "-subj", "/CN=\(name)", "-out", "x.csr")
            let made = try bench.openssl(
                "x509", "-req", "-in", "x.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-days", "9", "-extfile", "ext",
                "-out", "\(name).crt")
            try #require(made.isSuccess, "\(made.output)")
        }

        let inside = try certtool("ca.crt", "nas.home.arpa.crt", "nas.home.arpa")
        let outside = try certtool("ca.crt", "www.bank.test.crt", "www.bank.test")
        #expect(inside.isSuccess, "\(inside.output)")
        #expect(!outside.isSuccess)
        #expect(outside.output.lowercased().contains("constraints"), "\(outside.output)")
        #expect(try bench.openssl("verify", "-CAfile", "ca.crt", "nas.home.arpa.crt").isSuccess)
        #expect(
            try bench.openssl("verify", "-CAfile", "ca.crt", "www.bank.test.crt").output
                .contains("permitted subtree violation"))
    }

    @Test("certtool accepts the chain of an overlap by the old root and by the new one", arguments: [170, 80])
    func overlap(daysLeft: Int) throws {
        let files = CertificateFiles(directory: bench.path, subject: .init(machineID: "abc"))
        let names = try sampleNames()
        // certtool looks at the real clock, so the overlap is now and the first root is from ten years ago.
        let end = today + .seconds(daysLeft * 86_400)
        let start = end - CertificateAuthority.lifetime
        try files.ensure(names: names, at: start)
        try files.ensure(names: names, at: end - .seconds(175 * 86_400))
        let roots = try files.ensure(names: names, at: today).roots
        #expect(roots.all.count == 2)
        #expect((roots.previous == nil) == (daysLeft > 90))

        for root in roots.all {
            try bench.put("trusted.pem", root.pem())
            let result = try certtool("trusted.pem", "server.crt", "nas.example.org")
            #expect(result.isSuccess, "\(root.subject): \(result.output)")
        }
    }

    @Test("what is issued keeps to the profile of RFC 5280, as openssl's strict check has it, across a change")
    func strictCross() throws {
        let old = try makeAuthority(.p384)
        let new = try makeAuthority()
        let cross = try old.crossSign(new.certificate)

        #expect(cross.vouches(for: new.certificate))
        #expect(cross.isSigned(by: old.certificate))
        #expect(cross.pathLength == 0)
        #expect(cross.constraints == new.certificate.constraints)
        #expect(!cross.isSelfIssued)
        #expect(cross.notAfter <= old.certificate.notAfter)
    }
}

@Suite("ChainJudge")
struct ChainJudgeTests {
    @Test("a chain is judged by signature, name, date and constraint")
    func judges() throws {
        let names = try sampleNames()
        let authority = try makeAuthority()
        let leaf = try authority.issueLeaf(names: names, key: .generate(.p256), at: today)
        let judge = ChainJudge(trusting: [authority.certificate])
        let later = leaf.notAfter + .seconds(1)

        try judge.judge([leaf], for: "nas.example.org", at: today)
        try judge.judge([leaf, authority.certificate], for: "192.168.7.5", at: today)
        #expect(throws: ChainJudge.Refusal.self) { try judge.judge([leaf], for: "other.example.org", at: today) }
        #expect(throws: ChainJudge.Refusal.self) { try judge.judge([leaf], for: "192.168.7.6", at: today) }
        #expect(throws: ChainJudge.Refusal(description: "certificate has expired")) {
            try judge.judge([leaf], at: later)
        }
        #expect(throws: ChainJudge.Refusal.self) { try judge.judge([], at: today) }
        let stranger = try ChainJudge(trusting: [makeAuthority().certificate])
        #expect(throws: ChainJudge.Refusal.self) { try stranger.judge([leaf], at: today) }
    }
}
