internal import COpenSSL
import Kernel

/// The lab's own root: one certificate browsers are asked to trust, and the key that signs the server's.
package struct CertificateAuthority: Sendable {
    /// Whose root it is. The year and a random tag make the distinguished name unique: verifiers confuse two roots
    /// of one name.
    package struct Subject: Sendable {
        package let hostID: String

        /// Eight hex digits that stand for the machine without giving its machine-id away.
        package init(machineID: String) {
            let digest = Digest.sha256(Array("circuit-breaker local ca \(machineID)".utf8))
            hostID = digest.prefix(4).hexadecimal().lowercased()
        }
    }

    package let certificate: Certificate
    package let key: PrivateKey

    package static let lifetime = Duration.seconds(10 * 365 * 86_400)
    /// Browsers refuse long-lived server certificates; ninety days is what public authorities give.
    package static let longestLeaf = Duration.seconds(90 * 86_400)
    /// Clocks of other devices may lag a little behind this one.
    static let backdating = Duration.seconds(300)

    /// `pathLength` 1 leaves room for one cross certificate, without which no other root can take over unnoticed.
    package static func create(
        subject: Subject, constraints: NameConstraints, curve: PrivateKey.Curve = .p256, pathLength: Int = 1,
        at now: Instant
    ) throws -> CertificateAuthority {
        let key = try PrivateKey.generate(curve)
        let start = now - backdating
        var random = [UInt8](repeating: 0, count: 4)
        try check(RAND_bytes(&random, 4), "draw random bytes")
        let builder = try CertificateBuilder(from: start, until: start + lifetime)
        try builder.setSubject([
            ("O", "Circuit Breaker"), ("serialNumber", random.hexadecimal().lowercased()),
            ("CN", "Circuit Breaker CA \(subject.hostID) \(now.year)"),
        ])
        try builder.setKey(key)
        try builder.issue(by: nil)
        try builder.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:\(pathLength)")
        try builder.add(NID_key_usage, "critical,keyCertSign,cRLSign")
        try builder.add(NID_subject_key_identifier, "hash")
        try builder.add(NID_name_constraints, constraints.extensionValue)
        return CertificateAuthority(certificate: try builder.signed(by: key), key: key)
    }

    package init(certificate: Certificate, key: PrivateKey) {
        self.certificate = certificate
        self.key = key
    }

    /// Fails when the two do not belong together or the certificate is not an authority's.
    package static func load(certificatePEM: [UInt8], keyPEM: [UInt8]) throws -> CertificateAuthority {
        guard let certificate = try Certificate.all(inPEM: certificatePEM).first else {
            throw AppError(.invalid, "The local CA's certificate file holds no certificate.")
        }
        let key = try PrivateKey(pem: keyPEM)
        guard certificate.isAuthority, key.matches(certificate) else {
            throw AppError(.invalid, "The local CA's key does not belong to its certificate.")
        }
        return CertificateAuthority(certificate: certificate, key: key)
    }

    /// Vouches for another root: its name, key and constraints under this one's signature, for as long as both live.
    /// Devices that trust only this root then accept what the other one issues.
    package func crossSign(_ other: Certificate) throws -> Certificate {
        let builder = try CertificateBuilder(
            from: max(certificate.notBefore, other.notBefore), until: min(certificate.notAfter, other.notAfter))
        try builder.copySubjectAndKey(of: other)
        try builder.issue(by: certificate)
        try builder.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0")
        try builder.add(NID_key_usage, "critical,keyCertSign,cRLSign")
        try builder.add(NID_subject_key_identifier, "hash")
        try builder.add(NID_authority_key_identifier, "keyid:always")
        if let constraints = other.constraints {
            try builder.add(NID_name_constraints, constraints.extensionValue)
        }
        return try builder.signed(by: key)
    }

    /// A server certificate for `names`, from a little while ago, for `lifetime` but never longer than ninety days
    /// nor than the root itself lives.
    package func issueLeaf(
        names: ServerNames, key leafKey: PrivateKey, lifetime: Duration = longestLeaf, at now: Instant
    ) throws -> Certificate {
        guard !names.isEmpty else { throw AppError(.invalid, "A server certificate needs at least one name.") }
        let life = min(lifetime, Self.longestLeaf)
        // Of a life of minutes, which only a test asks for, five would be too much.
        let start = max(now - min(Self.backdating, life / 20), certificate.notBefore)
        let end = min(start + life, certificate.notAfter)
        let builder = try CertificateBuilder(from: start, until: end)
        // A common name holds 64 characters at most (RFC 5280, appendix A); nobody reads it for a server any more.
        let common = names.dns.filter { $0 != "localhost" && $0.utf8.count <= 64 }.min { $0.utf8.count > $1.utf8.count }
        try builder.setSubject([("O", "Circuit Breaker"), ("CN", common ?? "localhost")])
        try builder.setKey(leafKey)
        try builder.issue(by: certificate)
        try builder.add(NID_basic_constraints, "critical,CA:FALSE")
        try builder.add(NID_key_usage, "critical,digitalSignature")
        try builder.add(NID_ext_key_usage, "serverAuth")
        try builder.add(NID_subject_key_identifier, "hash")
        try builder.add(NID_authority_key_identifier, "keyid:always")
        let entries = names.dns.sorted().map { "DNS:\($0)" } + names.addresses.sorted().map { "IP:\($0)" }
        try builder.add(NID_subject_alt_name, entries.joined(separator: ","))
        return try builder.signed(by: key)
    }
}
