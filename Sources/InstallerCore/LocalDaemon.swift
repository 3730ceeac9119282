import DaemonConfig
import HostSystem
import JSONKit
import Kernel
import NetAddress

/// The daemon on this machine: asked over its Unix socket, and looked at over TLS as any browser would.
package struct LocalDaemon: InstalledDaemon {
    private let machine: any Machine
    private let port: Int
    private let mode: Configuration.TLS.Mode
    private let host: String
    private let socket = LocalSocket(path: "\(Layout.runtime)/api.sock")

    package init(_ configuration: Configuration, machine: any Machine) {
        self.machine = machine
        port = configuration.server.port
        mode = configuration.tls.mode
        host = configuration.server.host.description
    }

    package func waitUntilReady(within limit: Duration) async throws {
        let deadline = ContinuousClock.now + limit
        while true {
            do {
                try await look()
                return
            } catch {
                guard ContinuousClock.now < deadline else { throw error }
                try await Task.sleep(for: .milliseconds(200))
            }
        }
    }

    private func look() async throws {
        let state = try await machine.run(MachineCommand("systemctl", ["is-active", ServiceStep.daemon]))
        guard state.status == 0 else {
            throw AppError(
                .unavailable,
                "The service is not active. Look with `journalctl -u \(ServiceStep.daemon) -e`.")
        }
        let answer = try socket.ask("GET", "/api/v1/health")
        guard answer.status == 200 else {
            throw AppError(
                .unavailable, "The service answers \(answer.status) to /api/v1/health. Look with `cb status`.")
        }
        try await lookOverTLS()
    }

    /// With a program that is there; where neither is, the socket's answer has to do.
    private func lookOverTLS() async throws {
        let authority = "\(Layout.certificates)/ca.crt"
        let command: MachineCommand
        switch mode {
        case .off: return
        case .provided where machine.find("curl") != nil:
            // Whether the machine trusts the pair is its administrator's business; that it is served is ours.
            command = curl(["--insecure"])
        case .local where machine.find("curl") != nil: command = curl(["--cacert", authority])
        case .local where machine.find("openssl") != nil:
            command = MachineCommand(
                "openssl",
                [
                    "s_client", "-connect", address, "-servername", "localhost", "-verify_hostname", "localhost",
                    "-CAfile", authority, "-verify_return_error", "-brief",
                ], timeLimit: .seconds(20))
        case .local, .provided: return
        }
        let result = try await machine.run(command)
        guard result.status == 0 else {
            throw AppError(
                .unavailable, "The service does not answer over HTTPS as it should: \(result.complaintText)")
        }
    }

    private func curl(_ trust: [String]) -> MachineCommand {
        MachineCommand(
            "curl",
            ["--disable", "--silent", "--show-error", "--fail", "--noproxy", "*", "--max-time", "15"] + trust
                + ["--connect-to", "localhost:\(port):\(address)", "https://localhost:\(port)/api/v1/health"],
            timeLimit: .seconds(20))
    }

    /// What is bound to one address does not answer on the loopback.
    private var address: String {
        switch host {
        case "::", "0.0.0.0": "127.0.0.1:\(port)"
        case _ where host.contains(":"): "[\(host)]:\(port)"
        default: "\(host):\(port)"
        }
    }

    package func profile() async -> InstallOptions.Profile? {
        guard let answer = try? socket.ask("GET", "/api/v1/auth/session"), answer.status == 200,
            let session = try? JSONParser.parse(answer.body)
        else { return nil }
        return session.objectValue?["profile"]?.stringValue.flatMap(InstallOptions.Profile.init)
    }

    /// With the token of the environment file, as any program would.
    package func setProfile(_ profile: InstallOptions.Profile) async throws {
        let text = String(decoding: try machine.read(Layout.environmentFile), as: UTF8.self)
        let name = "CB_API_TOKEN="
        guard let line = text.split(whereSeparator: \.isNewline).last(where: { $0.hasPrefix(name) }) else {
            throw AppError(
                .unavailable,
                "The profile cannot be set without CB_API_TOKEN in \(Layout.environmentFile). Set it in the settings.")
        }
        let token = Secret(String(line.dropFirst(name.count)).filter { $0 != "\"" && $0 != "'" })
        let answer = try socket.ask(
            "PATCH", "/api/v1/settings", token: token, json: (["profile": .string(profile.rawValue)] as JSONValue).text)
        guard answer.status == 200 else {
            let words = (try? JSONParser.parse(answer.body))?.objectValue?["message"]?.stringValue ?? ""
            throw AppError(.unavailable, "The profile could not be set (\(answer.status)): \(words)")
        }
    }
}
