import Kernel
import Testing

@testable import LocalCA

/// The time now: `openssl verify` looks at the real clock.
var today: Instant { SystemClock().now }

func sampleNames() throws -> ServerNames {
    try ServerNames(
        hostName: "nas.example.org", addresses: ["192.168.7.5", "2001:db8:1::5"], asked: ["docs.lab.home.arpa"])
}

func makeAuthority(_ curve: PrivateKey.Curve = .p256, covering names: ServerNames? = nil) throws
    -> CertificateAuthority
{
    try CertificateAuthority.create(
        subject: .init(machineID: "0123456789abcdef"), constraints: .init(covering: names ?? sampleNames()),
        curve: curve, at: today)
}

@Suite("CertificateAuthority")
struct CertificateAuthorityTests {
    @Test("openssl verifies a leaf for each of its names", arguments: PrivateKey.Curve.allCases)
    func verifies(curve: PrivateKey.Curve) throws {
        let bench = try Workbench()
        let authority = try makeAuthority(curve)
        let key = try PrivateKey.generate(.p256)
        try bench.put("ca.crt", authority.certificate.pem())
        try bench.put("leaf.crt", authority.issueLeaf(names: sampleNames(), key: key, at: today).pem())

        for name in ["nas.example.org", "nas.local", "localhost", "docs.lab.home.arpa"] {
            let result = try bench.openssl(
                "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", "ca.crt", "-verify_hostname", name,
                "leaf.crt")
            #expect(result.isSuccess, "\(name): \(result.output)")
        }
        for address in ["127.0.0.1", "::1", "192.168.7.5", "2001:db8:1::5"] {
            let result = try bench.openssl("verify", "-CAfile", "ca.crt", "-verify_ip", address, "leaf.crt")
            #expect(result.isSuccess, "\(address): \(result.output)")
        }
        #expect(try !bench.openssl("verify", "-CAfile", "ca.crt", "-verify_hostname", "x.org", "leaf.crt").isSuccess)
    }

    @Test(
        "a leaf outside of the root's constraints is refused", arguments: ["www.bank.test", "8.8.8.8", "2001:db8:2::1"])
    func constrains(name: String) throws {
        let bench = try Workbench()
        let authority = try makeAuthority()
        var names = ServerNames()
        if let bytes = ServerNames.addressBytes(name) {
            names.insert(addressBytes: bytes)
        } else {
            names.insert(dns: name)
        }
        try bench.put("ca.crt", authority.certificate.pem())
        try bench.put("leaf.crt", authority.issueLeaf(names: names, key: .generate(.p256), at: today).pem())

        let result = try bench.openssl("verify", "-CAfile", "ca.crt", "leaf.crt")

        #expect(!result.isSuccess)
        #expect(result.output.contains("permitted subtree violation"))
    }

    @Test("the root states that it is one, for how long and for whom")
    func rootProfile() throws {
        let bench = try Workbench()
        try bench.put("ca.crt", makeAuthority(.p384).certificate.pem())

        let text = try bench.openssl("x509", "-in", "ca.crt", "-noout", "-text").output

        #expect(text.contains("CA:TRUE, pathlen:1"))
        #expect(text.contains("X509v3 Basic Constraints: critical"))
        #expect(text.contains("X509v3 Key Usage: critical"))
        #expect(text.contains("X509v3 Name Constraints: critical"))
        #expect(text.contains("X509v3 Subject Key Identifier"))
        #expect(text.contains("ASN1 OID: secp384r1"))
        #expect(text.contains("DNS:nas.example.org"))
        #expect(text.contains("IP:192.168.0.0/255.255.0.0"))
    }

    @Test("a leaf serves, for ninety days at most, under a serial number of its own")
    func leafProfile() throws {
        let bench = try Workbench()
        let authority = try makeAuthority()
        let key = try PrivateKey.generate(.p256)
        let leaf = try authority.issueLeaf(names: sampleNames(), key: key, lifetime: .seconds(400 * 86_400), at: today)
        try bench.put("leaf.crt", leaf.pem())

        let text = try bench.openssl("x509", "-in", "leaf.crt", "-noout", "-text").output

        #expect(leaf.notAfter - leaf.notBefore == CertificateAuthority.longestLeaf)
        #expect((today - leaf.notBefore).milliseconds >= 299_000)
        #expect(text.contains("TLS Web Server Authentication"))
        #expect(text.contains("CA:FALSE"))
        #expect(text.contains("X509v3 Authority Key Identifier"))
        #expect(try authority.issueLeaf(names: sampleNames(), key: key, at: today).der != leaf.der)
    }

    @Test("two roots of one machine have different names")
    func uniqueNames() throws {
        let first = try makeAuthority().certificate
        let second = try makeAuthority().certificate

        #expect(first.subject != second.subject)
        #expect(first.subject.contains("Circuit Breaker CA"))
        #expect(!first.subject.contains("0123456789abcdef"))
    }

    @Test("a root comes back from its PEM texts, and not with another's key")
    func loads() throws {
        let authority = try makeAuthority()
        let loaded = try CertificateAuthority.load(
            certificatePEM: authority.certificate.pem(), keyPEM: authority.key.pem())

        #expect(loaded.certificate == authority.certificate)
        #expect(throws: AppError.self) {
            try CertificateAuthority.load(
                certificatePEM: authority.certificate.pem(), keyPEM: PrivateKey.generate(.p256).pem())
        }
    }

    @Test("the fingerprint is openssl's")
    func fingerprint() throws {
        let bench = try Workbench()
        let authority = try makeAuthority()
        try bench.put("ca.crt", authority.certificate.pem())

        let output = try bench.openssl("x509", "-in", "ca.crt", "-noout", "-fingerprint", "-sha256").output

        #expect(output.contains(authority.certificate.fingerprintSHA256))
    }

    @Test("a leaf is renewed at one third of its life, or when the names change")
    func renewal() throws {
        let names = try sampleNames()
        let leaf = try makeAuthority().issueLeaf(names: names, key: .generate(.p256), at: today)
        let day = Duration.seconds(86_400)
        let moved = try ServerNames(hostName: "nas.example.org", addresses: ["192.168.7.6"])

        #expect(leaf.needsRenewal(at: today + day * 59, for: names) == nil)
        #expect(leaf.needsRenewal(at: today + day * 61, for: names) == .age)
        #expect(leaf.needsRenewal(at: today + day * 91, for: names) == .expired)
        #expect(leaf.needsRenewal(at: today, for: moved) == .names)
    }

    @Test("a private key never prints itself")
    func secrecy() throws {
        let key = try PrivateKey.generate(.p256)
        var dumped = ""
        dump(key, to: &dumped)

        #expect("\(key)" == "[secret]")
        #expect(!dumped.contains("UInt8"))
    }
}

@Suite("ServerNames")
struct ServerNamesTests {
    @Test("a machine answers to its name, its first label, HOST.local, localhost and its addresses")
    func machine() throws {
        let names = try ServerNames(hostName: "NAS.Example.org.", addresses: ["fe80::1%eth0", "10.0.0.9"])

        #expect(names.dns == ["nas.example.org", "nas", "nas.local", "localhost"])
        #expect(names.addresses == ["127.0.0.1", "::1", "fe80::1", "10.0.0.9"])
    }

    @Test(
        "what is neither a name nor an address is refused",
        arguments: ["a,DNS:evil", "bad name", "-a", "a..b", "ü.local", "a:b", "*", String(repeating: "a", count: 64)])
    func refuses(asked: String) {
        #expect(throws: AppError.self) { try ServerNames(hostName: "nas", addresses: [], asked: [asked]) }
    }

    @Test("a host without a name of its own still gets localhost")
    func nameless() throws {
        #expect(try ServerNames(hostName: "", addresses: []).dns == ["localhost"])
        #expect(try ServerNames(hostName: "localhost", addresses: []).dns == ["localhost"])
    }
}
