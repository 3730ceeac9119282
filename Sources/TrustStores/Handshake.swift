import HostSystem
import Kernel

/// Proves trust by connecting: a program that reads the store must accept the server without being told of the root.
struct Handshake: Sendable {
    let machine: any Machine
    let server: TrustedServer

    /// With whatever reads the system store here.
    func bySystemStore() async throws -> String {
        if machine.tool("curl") != nil {
            let result = try await machine.attempt(
                "curl",
                [
                    "--disable", "--silent", "--show-error", "--noproxy", "*", "--max-time", "20", "--output",
                    "/dev/null", url,
                ])
            guard result.status == 0 else { throw refused(by: "curl", result) }
            return "curl accepted \(url) by the system store."
        }
        if machine.tool("openssl") != nil {
            let check = server.name.contains(":") || server.name.allSatisfy { $0.isNumber || $0 == "." }
            let result = try await machine.attempt(
                "openssl",
                [
                    "s_client", "-connect", authority, check ? "-verify_ip" : "-verify_hostname", server.name,
                    "-verify_return_error", "-brief",
                ])
            guard result.status == 0 else { throw refused(by: "openssl", result) }
            return "openssl accepted \(authority) by the system store."
        }
        return "The store's bundle holds the certificate; neither curl nor openssl is installed to try it."
    }

    /// With NSS itself, as the owner of the database.
    func byDatabase(_ directory: String, as account: TrustAccount) async throws -> String? {
        guard machine.tool("tstclnt") != nil else { return nil }
        let arguments = ["-h", server.name, "-p", "\(server.port)", "-d", "sql:\(directory)", "-V", "tls1.2:", "-Q"]
        var result = try await machine.attempt("tstclnt", arguments, as: account)
        // It tries one address of a name only; a server that listens on IPv4 alone is then not found.
        if result.status != 0, String(decoding: result.complaint, as: UTF8.self).contains("PR_CONNECT_REFUSED") {
            result = try await machine.attempt("tstclnt", arguments + ["-4"], as: account)
        }
        guard result.status == 0 else { throw refused(by: "tstclnt", result) }
        return "NSS accepted \(authority) by this database."
    }

    private var authority: String {
        server.name.contains(":") ? "[\(server.name)]:\(server.port)" : "\(server.name):\(server.port)"
    }

    private var url: String { "https://\(authority)/api/v1/health" }

    private func refused(by program: String, _ result: CommandResult) -> AppError {
        AppError(
            .fault, "The root is in the store, but \(program) still refuses \(authority).",
            cause: machine.failure(of: program, result))
    }
}

extension TrustedServer {
    /// Whether somebody answers there at all, trusted or not: without that a handshake proves nothing.
    package func answers(on machine: any Machine) async -> Bool {
        guard machine.isLive, machine.tool("curl") != nil else { return false }
        let authority = name.contains(":") ? "[\(name)]:\(port)" : "\(name):\(port)"
        let result = try? await machine.attempt(
            "curl",
            [
                "--disable", "--silent", "--insecure", "--noproxy", "*", "--max-time", "10", "--output", "/dev/null",
                "https://\(authority)/api/v1/health",
            ])
        return result?.status == 0
    }
}
