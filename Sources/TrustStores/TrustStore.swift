import Kernel
import LocalCA

/// One place of a machine where programs look for the roots they trust.
///
/// A store is told which roots to put in and which to take out; what was there before, and what was not put in by
/// us, stays. Failures are `AppError` with a sentence. `TrustStores` keeps the record that makes taking back exact.
package protocol TrustStore: Sendable {
    var id: TrustStoreID { get }
    /// For people: `system store (Debian)`.
    var name: String { get }
    /// What has to be there before this store can be worked on, as a sentence; nil when nothing is missing.
    var obstacle: String? { get }
    /// The files whose bytes are remembered before the first change, because a tool rewrites them whole.
    var rewrittenFiles: [String] { get }
    /// The directories it needs, outermost first. `TrustStores` makes those that are missing, and removes them again.
    var directories: [String] { get }

    func isTrusted(_ root: Certificate) async throws -> Bool
    func install(_ roots: [Certificate]) async throws
    /// Takes out what `install` put in for these roots. Nothing happens for a root that is not in.
    func remove(_ roots: [Certificate]) async throws
    /// Proves that the store now trusts the roots: by a handshake with `server` where the store's tool can make one,
    /// else by the tool's own word. Says in one sentence how it was proven; throws when it was not.
    func verify(_ roots: [Certificate], server: TrustedServer?) async throws -> String

    /// Access to the store's files with the rights they belong to.
    var files: any StoreFiles { get }
}

extension TrustStore {
    package var rewrittenFiles: [String] { [] }
    package var directories: [String] { [] }
}

/// A server with a certificate below the roots, to prove trust by a handshake.
package struct TrustedServer: Sendable, Equatable {
    /// The name or address the certificate stands for; it is also connected to.
    package let name: String
    package let port: UInt16

    package init(name: String, port: UInt16) {
        self.name = name
        self.port = port
    }
}

/// What a store is called in the record and on the command line: `system`, `firefox-policy`, `nss:ada:/home/…`.
package struct TrustStoreID: Sendable, Hashable, Codable, CustomStringConvertible {
    package enum Kind: String, Sendable, Codable, CaseIterable {
        case system, nss
        case firefoxPolicy = "firefox-policy"
        case chromiumPolicy = "chromium-policy"
        case java
    }

    package let kind: Kind
    /// Whose database it is; nil for the machine's.
    package var user: String?
    /// Where it is, where there can be several.
    package var path: String?

    package init(_ kind: Kind, user: String? = nil, path: String? = nil) {
        self.kind = kind
        self.user = user
        self.path = path
    }

    package var description: String { [kind.rawValue, user, path].compactMap(\.self).joined(separator: ":") }
}

extension Certificate {
    /// Sixteen digits of the fingerprint: enough to make names in stores unique.
    var shortFingerprint: String { String(Digest.text(der).prefix(16)) }

    /// The name of the file that holds it in a folder others use as well.
    func fileName(_ ending: String) -> String { "circuit-breaker-\(shortFingerprint).\(ending)" }

    /// What people see in a certificate list.
    var label: String { "Circuit Breaker CA \(shortFingerprint)" }
}
