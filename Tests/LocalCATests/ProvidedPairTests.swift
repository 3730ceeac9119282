import Foundation
import Kernel
import Testing

@testable import LocalCA

@Suite("ProvidedPair")
struct ProvidedPairTests {
    let bench: Workbench
    let pair: ProvidedPair

    /// A root, an intermediate and a leaf made by openssl, so that what others make is what we read.
    init() throws {
        bench = try Workbench()
        pair = ProvidedPair(certificateFile: "\(bench.path)/chain.pem", keyFile: "\(bench.path)/server.key")
        try bench.put("ca.ext", Array("basicConstraints=critical,CA:TRUE\n".utf8))
        try bench.put("leaf.ext", Array("subjectAltName=DNS:web.example.org\n".utf8))
        for (name, issuer) in [("root", "root"), ("inter", "root"), ("leaf", "inter")] {
            try bench.openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "\(name).key")
            try bench.openssl("req", "-new", "-key", "\(name).key", "-subj", "/CN=\(name)", "-out", "\(name).csr")
            let signer =
                name == issuer ? ["-signkey", "root.key"] : ["-CA", "\(issuer).crt", "-CAkey", "\(issuer).key"]
            let extensions = name == "leaf" ? "leaf.ext" : "ca.ext"
            _ = try bench.run(
                ["x509", "-req", "-in", "\(name).csr", "-days", "30", "-out", "\(name).crt", "-extfile", extensions]
                    + signer)
        }
        try bench.put("chain.pem", bench.bytes("leaf.crt") + bench.bytes("inter.crt"))
        try bench.openssl("pkcs8", "-topk8", "-nocrypt", "-in", "leaf.key", "-out", "server.key")
    }

    @Test("a chain in any order is put into order, and what does not belong to it is left out")
    func reorders() throws {
        let stranger = try makeAuthority().certificate.pem()
        try bench.put(
            "chain.pem", bench.bytes("root.crt") + stranger + bench.bytes("inter.crt") + bench.bytes("leaf.crt"))

        let loaded = try pair.load(at: today)

        #expect(loaded.chain.map(\.subject) == ["CN = leaf", "CN = inter", "CN = root"])
    }

    @Test("keys as PKCS#8, SEC1 and DER are read")
    func keyForms() throws {
        #expect(try pair.load(at: today).leaf?.subject == "CN = leaf")
        try bench.put("server.key", bench.bytes("leaf.key"))
        #expect(try pair.load(at: today).leaf?.subject == "CN = leaf")
        try bench.openssl("pkey", "-in", "leaf.key", "-outform", "DER", "-out", "server.key")
        #expect(try pair.load(at: today).leaf?.subject == "CN = leaf")
    }

    @Test("a PKCS#1 key and a DER certificate are read")
    func pkcs1() throws {
        try bench.openssl("genrsa", "-traditional", "-out", "server.key", "2048")
        try bench.openssl(
            "req", "-x509", "-key", "server.key", "-subj", "/CN=rsa", "-days", "9", "-outform", "DER", "-out",
            "chain.pem")

        #expect(try bench.text("server.key").contains("BEGIN RSA PRIVATE KEY"))
        #expect(try pair.load(at: today).leaf?.subject == "CN = rsa")
    }

    @Test("an encrypted key is refused with the command that decrypts it", arguments: [[], ["-outform", "DER"]])
    func encrypted(form: [String]) throws {
        _ = try bench.run(
            ["pkcs8", "-topk8", "-in", "leaf.key", "-passout", "pass:secret", "-out", "server.key"] + form)

        let message = refusal()

        #expect(message.contains("is encrypted"))
        let inform = form.isEmpty ? "" : "-inform DER "
        #expect(message.contains("`openssl pkey \(inform)-in \(pair.keyFile) -out \(pair.keyFile).plain`"))
    }

    @Test("an encrypted key in the old form is refused as well")
    func encryptedTraditional() throws {
        try bench.openssl("ec", "-in", "leaf.key", "-aes256", "-passout", "pass:secret", "-out", "server.key")

        #expect(refusal().contains("is encrypted"))
    }

    @Test("a key that does not match is refused with the commands that compare")
    func mismatch() throws {
        try bench.put("server.key", bench.bytes("root.key"))

        let message = refusal()

        #expect(message.contains("does not belong to the certificate in \(pair.certificateFile)"))
        #expect(message.contains("openssl pkey -in \(pair.keyFile) -pubout"))
    }

    @Test("an expired certificate and one from the future are refused with their dates")
    func dates() {
        #expect(refusal(at: today + .seconds(31 * 86_400)).contains("expired on"))
        #expect(refusal(at: today - .seconds(86_400)).contains("is valid only from"))
    }

    @Test("missing, empty, a directory: each is said of each file", arguments: ["chain.pem", "server.key"])
    func files(name: String) throws {
        let path = "\(bench.path)/\(name)"
        try bench.put(name, [])
        #expect(refusal().contains("\(path) is empty"))
        try FileManager.default.removeItem(atPath: path)
        #expect(refusal().contains("\(path) does not exist"))
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        #expect(refusal().contains("\(path) is a directory"))
    }

    @Test("swapped files are recognised")
    func swapped() throws {
        let swapped = ProvidedPair(certificateFile: pair.keyFile, keyFile: pair.certificateFile)

        let error = #expect(throws: AppError.self) { try swapped.load(at: today) }

        #expect(error?.message.contains("swapped?") == true)
    }

    @Test("damage, requests and foreign keys are told apart")
    func otherContents() throws {
        try bench.put("chain.pem", bench.bytes("leaf.csr"))
        #expect(refusal().contains("signing request"))
        try bench.openssl("crl2pkcs7", "-nocrl", "-certfile", "leaf.crt", "-outform", "DER", "-out", "chain.pem")
        #expect(refusal().contains("`openssl pkcs7 -inform DER -print_certs"))
        try bench.put("chain.pem", Array("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".utf8))
        #expect(refusal().contains("is damaged"))
        try bench.put("chain.pem", bench.bytes("leaf.crt"))
        try bench.openssl("pkey", "-in", "leaf.key", "-pubout", "-out", "server.key")
        #expect(refusal().contains("public key"))
        try bench.put("server.key", Array("hello".utf8))
        #expect(refusal().contains("holds no private key"))
        try bench.put("server.key", Array("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".utf8))
        #expect(refusal().contains("is damaged"))
    }

    @Test("an unreadable file is refused with the command that mends it", .disabled(if: geteuid() == 0))
    func unreadable() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0], ofItemAtPath: pair.keyFile)

        #expect(refusal().contains("`chgrp circuit-breaker \(pair.keyFile) && chmod 0640 \(pair.keyFile)`"))
    }

    @Test("an expired certificate beside its renewal is passed over")
    func renewedWithTheSameKey() throws {
        let key = try PrivateKey.generate(.p256)
        let before = today - .seconds(200 * 86_400)
        let authority = try CertificateAuthority.create(
            subject: .init(machineID: "x"), constraints: .init(covering: sampleNames()), at: before)
        let old = try authority.issueLeaf(names: sampleNames(), key: key, at: before)
        let new = try authority.issueLeaf(names: sampleNames(), key: key, at: today)
        try bench.put("chain.pem", old.pem() + new.pem())
        try bench.put("server.key", key.pem())

        #expect(try pair.load(at: today).leaf == new)
    }

    @Test("a certificate that is not for servers is refused")
    func forClients() throws {
        try bench.put("leaf.ext", Array("extendedKeyUsage=clientAuth\n".utf8))
        try bench.openssl(
            "x509", "-req", "-in", "leaf.csr", "-CA", "inter.crt", "-CAkey", "inter.key", "-days", "9", "-extfile",
            "leaf.ext", "-out", "chain.pem")

        #expect(refusal().contains("is not for servers"))
    }

    @Test("a curve that browsers do not take is named")
    func oddCurve() throws {
        try bench.openssl("ecparam", "-name", "secp256k1", "-genkey", "-noout", "-out", "server.key")
        try bench.openssl("req", "-x509", "-key", "server.key", "-subj", "/CN=k1", "-days", "9", "-out", "chain.pem")

        #expect(refusal().contains("secp256k1"))
    }

    @Test("a key browsers refuse is refused here")
    func weak() throws {
        try bench.openssl("genrsa", "-out", "server.key", "1024")
        try bench.openssl("req", "-x509", "-key", "server.key", "-subj", "/CN=rsa", "-days", "9", "-out", "chain.pem")

        #expect(refusal().contains("1024 bits"))
    }

    private func refusal(at moment: Instant = today) -> String {
        do {
            _ = try pair.load(at: moment)
            return "accepted"
        } catch let error as AppError where error.kind == .invalid {
            return error.message
        } catch {
            return "not an AppError: \(error)"
        }
    }
}
