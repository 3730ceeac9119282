import Kernel
import NIOConcurrencyHelpers
import NIOCore
import NIOSSL

/// The certificate and key every new connection reads. A reload swaps them; connections that stand keep theirs.
package final class TLSIdentityBox: Sendable {
    private let current: NIOLockedValueBox<NIOSSLContext>

    /// `chain` is DER, leaf first; `key` is DER as PKCS#8.
    package init(chain: [[UInt8]], key: [UInt8]) throws {
        current = NIOLockedValueBox(try Self.context(chain: chain, key: key))
    }

    /// Throws `AppError(.invalid)` with the reason when the pair cannot be used; the one in use then stays.
    package func reload(chain: [[UInt8]], key: [UInt8]) throws {
        let fresh = try Self.context(chain: chain, key: key)
        current.withLockedValue { $0 = fresh }
    }

    var context: NIOSSLContext { current.withLockedValue { $0 } }

    private static func context(chain: [[UInt8]], key: [UInt8]) throws -> NIOSSLContext {
        guard !chain.isEmpty else { throw AppError(.invalid, "The certificate chain is empty.") }
        do {
            let certificates = try chain.map { try NIOSSLCertificate(bytes: $0, format: .der) }
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(bytes: key, format: .der)))
            configuration.minimumTLSVersion = .tlsv12
            configuration.cipherSuiteValues = suites
            configuration.applicationProtocols = ["h2", "http/1.1"]
            // How long a peer may take to answer our goodbye; some never do.
            configuration.shutdownTimeout = .seconds(1)
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw AppError(
                .invalid,
                "The certificate and key cannot be used together for TLS. Compare them with `openssl x509 -noout "
                    + "-pubkey` and `openssl pkey -pubout`: both must print the same.", cause: error)
        }
    }

    /// For TLS 1.2: forward secret, AEAD, and one suite for each kind of key, the one HTTP/2 demands of everybody
    /// (RFC 9113 §9.2.2). BoringSSL lets the client choose and NIOSSL has no switch for that, so with one suite there
    /// is nothing to choose. TLS 1.3 has no weak suites.
    private static let suites: [NIOTLSCipher] = [
        .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
    ]
}
