import Foundation
import Kernel
import TestSupport
import Testing

@testable import LocalCA

/// What an administrator points to may be anything. Whatever it is, it is read or refused: it does not end the process,
/// does not hang, and never throws what has no sentence.
@Suite("ForeignBytes under mutation")
struct ForeignBytesFuzzTests {
    private static let rounds = 4_000

    private func seeds() throws -> [[UInt8]] {
        let bench = try Workbench()
        let authority = try makeAuthority()
        let key = try PrivateKey.generate(.p256)
        let leaf = try authority.issueLeaf(names: sampleNames(), key: key, at: today)
        try bench.put("leaf.crt", leaf.pem() + authority.certificate.pem())
        try bench.put("leaf.key", key.pem())
        try bench.openssl(
            "pkcs12", "-export", "-inkey", "leaf.key", "-in", "leaf.crt", "-iter", "1", "-passout", "pass:x", "-out",
            "leaf.p12")
        try bench.openssl(
            "pkcs8", "-topk8", "-iter", "1", "-in", "leaf.key", "-passout", "pass:x", "-outform", "DER", "-out",
            "sealed.der")
        try bench.openssl(
            "pkcs8", "-topk8", "-iter", "1", "-in", "leaf.key", "-passout", "pass:x", "-out", "sealed.pem")
        try bench.openssl("crl2pkcs7", "-nocrl", "-certfile", "leaf.crt", "-outform", "DER", "-out", "leaf.p7b")
        return try ["leaf.crt", "leaf.key", "leaf.p12", "sealed.der", "sealed.pem", "leaf.p7b"].map(bench.bytes)
            + [leaf.der, authority.certificate.der, key.der, []]
    }

    @Test("mutated certificates, keys and bundles are read or refused by a case")
    func mutated() throws {
        var random = SplitMix(seed: 0x5EED)
        let seeds = try seeds()
        var read = 0
        var refused = 0
        for round in 0..<Self.rounds {
            var bytes = seeds[round % seeds.count]
            if round >= seeds.count { mutate(&bytes, &random) }
            let foreign = ForeignBytes(bytes, passphrase: round.isMultiple(of: 3) ? nil : Secret("x"))
            do {
                for certificate in try foreign.certificates() {
                    // What was read is good for everything that is asked of it afterwards.
                    _ = (try certificate.pem(), certificate.subject, certificate.names, certificate.constraints)
                    _ = certificate.isSigned(by: certificate)
                }
                read += 1
            } catch is ForeignBytes.Problem {
                refused += 1
            }
            if (try? foreign.key().family) != nil { read += 1 } else { refused += 1 }
        }
        // Both sides were reached, or the loop proves nothing.
        #expect(read > 20)
        #expect(refused > 1_000)
    }

    private func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix) {
        for _ in 0...Int.random(in: 0..<4, using: &random) {
            guard !bytes.isEmpty else { return bytes.append(UInt8.random(in: 0...255, using: &random)) }
            let place = Int.random(in: 0..<bytes.count, using: &random)
            switch Int.random(in: 0..<6, using: &random) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            case 2: bytes.removeSubrange(place...)
            case 3: bytes.remove(at: place)
            case 4: bytes.insert(contentsOf: bytes.prefix(place % 64), at: place)
            // Lengths of DER at their limits.
            default: bytes[place] = [0x00, 0x7F, 0x80, 0x84, 0xFF].randomElement(using: &random) ?? 0
            }
        }
    }
}
