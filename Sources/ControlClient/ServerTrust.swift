import Glibc
import Kernel
import LocalCA

/// Whether a server's certificate is trusted on this machine: by the CAs that were named, else by those of the system.
package struct ServerTrust: Sendable {
    /// Where distributions keep all roots in one file.
    package static let bundles = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private let authorities: [Certificate]

    package init(_ authorities: [Certificate]) {
        self.authorities = authorities
    }

    /// Throws `ChainJudge.Refusal`. The chain is leaf first.
    package func judge(_ chain: [Certificate], for name: String) throws {
        let now = SystemClock().now
        do {
            try ChainJudge(trusting: authorities).judge(chain, for: name, at: now)
        } catch let refusal as ChainJudge.Refusal {
            let system = Self.systemRoots()
            // Without other roots the first reason is the one that helps.
            guard !system.isEmpty, (try? ChainJudge(trusting: system).judge(chain, for: name, at: now)) != nil else {
                throw refusal
            }
        }
    }

    /// Empty where no bundle is found. A certificate of the bundle that cannot be read takes nothing from the others.
    package static func systemRoots() -> [Certificate] {
        for path in bundles {
            if let bytes = contents(path), let roots = try? Certificate.all(inPEM: bytes), !roots.isEmpty {
                return roots
            }
        }
        return []
    }

    private static func contents(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65536)
        while bytes.count <= 16 << 20 {
            let count = read(descriptor, &chunk, chunk.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return count == 0 ? bytes : nil }
            bytes.append(contentsOf: chunk[..<count])
        }
        return nil
    }
}
