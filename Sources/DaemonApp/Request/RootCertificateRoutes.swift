import HTTPKit
import Hummingbird
import Kernel
import LocalCA
import NIOCore

/// `/ca.crt`: the root certificate for other devices. It is public, as every TLS handshake shows it as well.
struct RootCertificateRoutes: Sendable {
    let tls: TLSKeeper?

    func register(in router: Router<AppContext>) {
        guard let tls else { return }
        router.get("ca.crt") { _, _ in
            guard let authority = tls.current.authority else { throw AppError.notFound("The root certificate") }
            let pem = ByteBuffer(bytes: try authority.pem())
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/x-x509-ca-cert", .contentLength: String(pem.readableBytes),
                    .contentDisposition: "attachment; filename=\"circuit-breaker-ca.crt\"", .cacheControl: "no-store",
                ],
                body: ResponseBody(byteBuffer: pem))
        }
    }
}
