import HTTPKit
import HTTPTypes
import Hummingbird
import JSONKit
import Kernel
import LocalCA
import NIOCore

/// The root certificates for other devices, and what the page `/ca` says of them. They are public, as every TLS
/// handshake shows them as well, and are given before set-up and without signing in: trust comes first.
///
/// While one root takes over from another both are given; `ca-next` is the one to come.
struct RootCertificateRoutes: Sendable {
    let tls: TLSKeeper?

    func register(in router: Router<AppContext>) {
        router.get("ca.crt") { _, _ in
            try answer(root(0).pem(), "application/x-x509-ca-cert", "circuit-breaker-ca.crt")
        }
        router.get("ca.der") { _, _ in
            try answer(root(0).der, "application/x-x509-ca-cert", "circuit-breaker-ca.cer")
        }
        router.get("ca-next.crt") { _, _ in
            try answer(root(1).pem(), "application/x-x509-ca-cert", "circuit-breaker-ca-next.crt")
        }
        router.get("ca-next.der") { _, _ in
            try answer(root(1).der, "application/x-x509-ca-cert", "circuit-breaker-ca-next.cer")
        }
        router.get("ca.mobileconfig") { _, _ in
            _ = try root(0)
            return try answer(
                AppleProfile(roots: roots).bytes(), AppleProfile.contentType, "circuit-breaker.mobileconfig")
        }
        router.get("ca.json") { _, _ in answer(description, "application/json; charset=utf-8", nil) }
    }

    private var roots: [Certificate] { tls?.current.roots ?? [] }

    private func root(_ index: Int) throws -> Certificate {
        guard roots.indices.contains(index) else {
            throw AppError.notFound(index == 0 ? "The root certificate" : "A root to come")
        }
        return roots[index]
    }

    private var mode: String { tls == nil ? "off" : tls?.current.authority == nil ? "provided" : "local" }

    private var description: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("mode", mode)
        writer.member("names", names)
        writer.name("roots")
        writer.beginArray()
        for (root, file) in zip(roots, ["/ca", "/ca-next"]) {
            writer.beginObject()
            writer.member("name", AppleProfile.name(root))
            writer.member("fingerprint_sha256", root.fingerprintSHA256)
            writer.member("not_before", milliseconds: root.notBefore.milliseconds)
            writer.member("not_after", milliseconds: root.notAfter.milliseconds)
            writer.member("pem", "\(file).crt")
            writer.member("der", "\(file).der")
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// What other devices may call this machine, most telling first: the page shows one of them as a QR code.
    private var names: [String] {
        let names = tls?.current.identity.leaf?.names
        let dns = (names?.dns ?? []).filter { $0 != "localhost" }.sorted { left, right in
            (left.contains(".") ? 0 : 1, left) < (right.contains(".") ? 0 : 1, right)
        }
        let addresses = (names?.addresses ?? []).filter {
            !$0.hasPrefix("127.") && $0 != "::1" && !$0.hasPrefix("fe80")
        }
        return addresses.filter { !$0.contains(":") }.sorted() + dns + addresses.filter { $0.contains(":") }.sorted()
    }

    private func answer(_ bytes: [UInt8], _ type: String, _ fileName: String?) -> Response {
        var headers: HTTPFields = [
            .contentType: type, .contentLength: String(bytes.count), .cacheControl: "no-store",
        ]
        if let fileName { headers[.contentDisposition] = "attachment; filename=\"\(fileName)\"" }
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
