import Foundation
import Kernel
import Testing

@testable import LocalCA

/// Encrypted keys and PKCS#12 bundles, made by openssl.
@Suite("ProvidedPair with a passphrase")
struct PassphraseTests {
    let bench: Workbench
    let pair: ProvidedPair
    let word = Secret("ein Wort mit ü")

    init() throws {
        bench = try Workbench()
        pair = ProvidedPair(certificateFile: "\(bench.path)/leaf.crt", keyFile: "\(bench.path)/server.key")
        try bench.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "root.key")
        try bench.openssl(
            "req", "-x509", "-key", "root.key", "-subj", "/CN=root", "-days", "9", "-out", "root.crt")
        try bench.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "leaf.key")
        try bench.openssl("req", "-new", "-key", "leaf.key", "-subj", "/CN=leaf", "-out", "leaf.csr")
        try bench.openssl(
            "x509", "-req", "-in", "leaf.csr", "-CA", "root.crt", "-CAkey", "root.key", "-days", "9", "-out",
            "leaf.crt")
        try bench.put("word", Array("ein Wort mit ü\nnot this\n".utf8))
    }

    @Test(
        "a key opens with its passphrase in each form",
        arguments: [["pkcs8", "-topk8"], ["pkcs8", "-topk8", "-outform", "DER"], ["ec", "-aes256"]])
    func opens(command: [String]) throws {
        _ = try bench.run(command + ["-in", "leaf.key", "-passout", "file:word", "-out", "server.key"])

        let identity = try pair.load(at: today, passphrase: word)

        #expect(identity.leaf?.subject == "CN = leaf")
        #expect(try String(decoding: identity.keyPEM(), as: UTF8.self).hasPrefix("-----BEGIN PRIVATE KEY-----"))
        #expect(refusal(Secret("wrong")).contains("does not open with this passphrase"))
        #expect(refusal(nil).contains("is encrypted"))
    }

    @Test("a bundle gives key and chain, with its passphrase only")
    func bundle() throws {
        try export("leaf.p12", "file:word")
        let bundle = ProvidedPair(certificateFile: "\(bench.path)/leaf.p12")

        let identity = try bundle.load(at: today, passphrase: word)

        #expect(identity.chain.map(\.subject) == ["CN = leaf", "CN = root"])
        #expect(bundle.files == ["\(bench.path)/leaf.p12"])
        #expect(refusal(Secret("wrong"), bundle).contains("does not open with this passphrase"))
        #expect(refusal(nil, bundle).contains("--passphrase-file FILE"))
        #expect(!refusal(Secret("wrong"), bundle).contains("wrong"))
    }

    @Test("a bundle without a passphrase needs none")
    func open() throws {
        try export("leaf.p12", "pass:")
        let bundle = ProvidedPair(certificateFile: "\(bench.path)/leaf.p12")

        #expect(try bundle.load(at: today).chain.count == 2)
    }

    @Test("a bundle with the encryption of old is refused with the command that converts it")
    func legacy() throws {
        let made = try bench.openssl(
            "pkcs12", "-export", "-legacy", "-inkey", "leaf.key", "-in", "leaf.crt", "-passout", "file:word", "-out",
            "old.p12")
        try #require(made.isSuccess, "\(made.output)")

        let message = refusal(word, ProvidedPair(certificateFile: "\(bench.path)/old.p12"))

        #expect(message.contains("`openssl pkcs12 -legacy -in \(bench.path)/old.p12 -nodes -out server.pem`"))
    }

    @Test("key and chain may be in one PEM file")
    func oneFile() throws {
        try bench.put("both.pem", bench.bytes("root.crt") + bench.bytes("leaf.key") + bench.bytes("leaf.crt"))

        let identity = try ProvidedPair(certificateFile: "\(bench.path)/both.pem").load(at: today)

        #expect(identity.chain.map(\.subject) == ["CN = leaf", "CN = root"])
        try bench.put("normal.crt", identity.certificatePEM())
        try bench.put("normal.key", identity.keyPEM())
        let again = ProvidedPair(certificateFile: "\(bench.path)/normal.crt", keyFile: "\(bench.path)/normal.key")
        #expect(try again.load(at: today) == identity)
    }

    @Test("a passphrase is the first line of its file")
    func passphraseFile() throws {
        #expect(try ProvidedPair.passphrase(inFile: "\(bench.path)/word") == word)
        for text in ["\nsecond", "a\0b\n"] {
            try bench.put("bad", Array(text.utf8))
            #expect(throws: AppError.self) { try ProvidedPair.passphrase(inFile: "\(bench.path)/bad") }
        }
        let error = #expect(throws: AppError.self) { try ProvidedPair.passphrase(inFile: "\(bench.path)/none") }
        #expect(error?.message.contains("The passphrase file \(bench.path)/none does not exist") == true)
    }

    private func export(_ name: String, _ passphrase: String) throws {
        let made = try bench.openssl(
            "pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-certfile", "root.crt", "-passout",
            passphrase, "-out", name)
        try #require(made.isSuccess, "\(made.output)")
    }

    private func refusal(_ passphrase: Secret<String>?, _ other: ProvidedPair? = nil) -> String {
        do {
            _ = try (other ?? pair).load(at: today, passphrase: passphrase)
            return "accepted"
        } catch let error as AppError where error.kind == .invalid {
            return error.message
        } catch {
            return "not an AppError: \(error)"
        }
    }
}

@Suite("CertifiedKey")
struct CertifiedKeyTests {
    private func identity(_ dns: [String], chainLength: Int = 2) throws -> CertifiedKey {
        var names = ServerNames()
        for name in dns { names.insert(dns: name) }
        let authority = try makeAuthority(covering: names)
        let key = try PrivateKey.generate(.p256)
        let leaf = try authority.issueLeaf(names: names, key: key, at: today)
        return CertifiedKey(chain: Array([leaf, authority.certificate].prefix(chainLength)), key: key)
    }

    private func machine() throws -> ServerNames {
        try ServerNames(hostName: "nas.example.org", addresses: ["192.168.7.5"])
    }

    @Test("a certificate that fits gives no warning", arguments: ["nas.example.org", "*.example.org"])
    func fits(name: String) throws {
        #expect(try identity([name]).warnings(for: machine(), at: today) == [])
    }

    @Test("a wildcard stands for one label only", arguments: ["*.org", "*.nas.example.org", "other.example.org"])
    func otherHost(name: String) throws {
        let warnings = try identity([name]).warnings(for: machine(), at: today)

        #expect(warnings.count == 1)
        #expect(warnings.first?.contains("for no name or address of this machine") == true)
    }

    @Test("the full name is missed even when the short one is covered")
    func shortOnly() throws {
        let warnings = try identity(["nas"]).warnings(for: machine(), at: today)

        #expect(warnings.first?.contains("is not for nas.example.org") == true)
    }

    @Test("a chain that ends early and an early end are said")
    func incomplete() throws {
        let warnings = try identity(["nas.example.org"], chainLength: 1)
            .warnings(for: machine(), at: today + .seconds(80 * 86_400))

        #expect(warnings.contains { $0.contains("ends in 9 days") })
        #expect(warnings.contains { $0.contains("holds no certificate of the authority that issued it") })
    }
}
