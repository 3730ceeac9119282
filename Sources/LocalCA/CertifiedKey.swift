import Kernel

/// What a TLS server shows and proves: the chain, leaf first, and the leaf's key.
package struct CertifiedKey: Sendable, Equatable {
    package let chain: [Certificate]
    package let key: PrivateKey

    package init(chain: [Certificate], key: PrivateKey) {
        self.chain = chain
        self.key = key
    }

    package var leaf: Certificate? { chain.first }

    /// The whole chain, leaf first.
    package func certificatePEM() throws -> [UInt8] { try chain.flatMap { try $0.pem() } }

    /// PKCS#8 in the clear: for a file that only the daemon may read.
    package func keyPEM() throws -> [UInt8] { try key.pem() }

    /// What works, and will trouble somebody: each a sentence. `names` is what the machine answers to.
    package func warnings(for names: ServerNames, at now: Instant) -> [String] {
        guard let leaf else { return [] }
        var found = coverage(leaf.names, names).map { [$0] } ?? []
        let days = (leaf.notAfter - now).milliseconds / 86_400_000
        if days < 14 { found.append("The certificate ends in \(days) days, on \(leaf.notAfter.minuteText).") }
        if chain.count == 1, !leaf.isSelfIssued {
            found.append(
                "The file holds no certificate of the authority that issued it (\(leaf.issuer)): devices that do not "
                    + "have that authority already will refuse it. Put its chain into the same file.")
        }
        for other in chain.dropFirst() where now >= other.notAfter {
            found.append("\(other.subject) in the chain expired on \(other.notAfter.minuteText): devices refuse it.")
        }
        for one in chain where one.hasWeakSignature && !one.isSelfIssued {
            found.append("\(one.subject) is signed with SHA-1 or MD5: browsers refuse that.")
        }
        return found
    }

    private func coverage(_ certified: ServerNames, _ names: ServerNames) -> String? {
        guard !certified.isEmpty else {
            return
                "The certificate has no subject alternative names, and browsers look at nothing else: they refuse it."
        }
        let own = names.dns.filter { $0 != "localhost" }
        let isLoopback: (String) -> Bool = { $0 == "::1" || $0.hasPrefix("127.") }
        let isAnyCovered =
            own.contains(where: certified.covers(host:))
            || !certified.addresses.intersection(names.addresses.filter { !isLoopback($0) }).isEmpty
        guard isAnyCovered else {
            return "The certificate is for \(certified.list), and for no name or address of this machine "
                + "(\(own.sorted().joined(separator: ", "))): browsers refuse it unless people open it by a name it "
                + "is for."
        }
        // `HOST.local` and the bare label are never in a public certificate; the full name should be.
        let missing = own.filter { $0.contains(".") && !$0.hasSuffix(".local") && !certified.covers(host: $0) }
        guard !missing.isEmpty else { return nil }
        return "The certificate is not for \(missing.sorted().joined(separator: ", ")): browsers refuse that name. "
            + "It is for \(certified.list)."
    }
}

extension String {
    /// As one word of a shell command that a person may copy.
    var shellQuoted: String {
        let isPlain = utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="), UInt8(ascii: ":"), UInt8(ascii: "@"):
                true
            default: false
            }
        }
        return isPlain && !isEmpty
            ? self : "'\(split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
    }
}
