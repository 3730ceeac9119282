internal import COpenSSL
import Kernel

/// Judges a chain as a TLS client does: signatures, dates, purpose, path length, name constraints, and one name.
/// The time is handed in, so that a chain can be judged for any day.
package struct ChainJudge: Sendable {
    package struct Refusal: Error, Equatable, CustomStringConvertible {
        /// OpenSSL's words, for example `permitted subtree violation`.
        package let description: String
    }

    package let roots: [Certificate]

    package init(trusting roots: [Certificate]) {
        self.roots = roots
    }

    /// `chain` is leaf first; what follows may be in any order and may be superfluous. `name` is a host name or an
    /// address.
    package func judge(_ chain: [Certificate], for name: String? = nil, at now: Instant) throws {
        defer { ERR_clear_error() }
        guard let leaf = chain.first else { throw Refusal(description: "there is no certificate") }
        let address = name.flatMap { ServerNames.addressBytes($0) } == nil ? nil : name
        let code = try CertificateList(roots).use { roots in
            try CertificateList(Array(chain.dropFirst())).use { others in
                try CertificateHandle(der: leaf.der).use { leaf in
                    cb_judge_chain(roots, leaf, others, address == nil ? name : nil, address, now.seconds)
                }
            }
        }
        guard code != 0 else { return }
        guard code > 0 else { throw OpenSSLError("judge a chain") }
        throw Refusal(description: String(cString: X509_verify_cert_error_string(Int(code))))
    }
}

/// Owns one `STACK_OF(X509)`.
final class CertificateList {
    private let raw: OpaquePointer

    init(owning raw: OpaquePointer) { self.raw = raw }

    convenience init(_ certificates: [Certificate]) throws {
        self.init(owning: try check(cb_list_new(), "make a list"))
        for certificate in certificates {
            try CertificateHandle(der: certificate.der).use { try check(cb_list_add(raw, $0), "fill a list") }
        }
    }

    deinit { cb_list_free(raw) }

    /// The pointer, for the length of a call.
    func use<Value>(_ body: (OpaquePointer) throws -> Value) rethrows -> Value {
        try withExtendedLifetime(self) { try body(raw) }
    }

    var certificates: [Certificate] {
        get throws {
            try (0..<cb_list_count(raw)).map { index in
                let entry = try check(cb_list_at(raw, index), "read a list")
                X509_up_ref(entry)
                return try Certificate(handle: CertificateHandle(owning: entry))
            }
        }
    }
}
