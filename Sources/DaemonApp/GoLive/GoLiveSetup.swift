import Access
import AuditProof
import ControlClient
import DaemonConfig
import Doctor
import HostSystem
import Kernel
import LocalCA
import NetAddress
import Operations
import Persistence
import SecretVault

/// Hands the checks before going live what they look at, and the proofs of the contexts.
struct GoLiveSetup: Sendable {
    let configuration: Configuration
    let settings: Settings
    let access: AccessModule
    let vault: SecretVault
    let store: any Store
    let clock: any WallClock

    func register(with goLive: GoLive) {
        goLive.examine { [configuration, clock, client] proofs in
            Patient(
                machine: LiveMachine(), configuration: configuration, problems: [], client: client,
                address: ServerAddress(of: configuration), hostName: MachineNames.hostName,
                addresses: MachineNames.addresses.map(\.description), clock: clock, proofs: proofs)
        }
        goLive.register("access.profile") { try await reading() }
        goLive.register("token.works") { try await tokens() }
        goLive.register("vault") { try await vaultState() }
        goLive.register("history") { try await history() }
        goLive.register("backup") { [store, vault, configuration, clock] in
            try await BackupProof(store: store, vault: vault, configuration: configuration, clock: clock).findings()
        }
    }

    /// Comes to the daemon over the network like anybody else, with no proof of who asks.
    private var client: ControlClient {
        let roots: [Certificate]
        if case .success(let bytes) = ConfigurationFiles.disk.read("\(configuration.tls.directory)/ca.crt") {
            roots = (try? Certificate.all(inPEM: bytes)) ?? []
        } else {
            roots = []
        }
        return ControlClient(
            places: [.server(ServerAddress(of: configuration))], authorities: roots, timeLimit: .seconds(10))
    }

    private func status(_ path: String, with token: Secret<String>? = nil) async throws -> Int {
        var client = client
        client.token = token
        do {
            return try await client.ask(.get(path)).status
        } catch {
            throw AppError(.unavailable, "The daemon does not reach itself: \(error.message)", cause: error)
        }
    }

    /// Whether reading without signing in is what the profile and the settings say.
    private func reading() async throws -> [Finding] {
        let chosen = settings.current
        let isOpen = chosen.profile == .lab && chosen.isReadingOpen
        let status = try await status("hardware?limit=1")
        let name = chosen.profile.rawValue
        var findings: [Finding] = []
        switch (status, isOpen) {
        case (401, false), (403, false):
            findings.append(Finding("access.profile", .ok, "The profile is \(name): reading needs a sign-in."))
        case (200, true):
            findings.append(
                Finding(
                    "access.profile", .ok,
                    "The profile is \(name), and the settings let the local network read without signing in."))
        case (200, false):
            findings.append(
                Finding(
                    "access.profile", .bad, "The profile is \(name), and yet reading works without signing in.",
                    mend: "Stop the daemon, and install the version again: this must not be."))
        default:
            findings.append(
                Finding(
                    "access.profile", .unknown, "Reading without signing in was answered with \(status).",
                    mend: "`cb logs -n 50` may say why."))
        }
        if configuration.profile == .hardened, chosen.profile == .lab {
            findings.append(
                Finding(
                    "access.chosen", .warn, "The configuration says hardened, and the settings were changed to lab.",
                    mend: "Choose the profile under Settings, or take access.profile out of the configuration."))
        }
        return findings
    }

    /// A token that is good opens, one that has ended does not; and the history can be read with it.
    private func tokens() async throws -> [Finding] {
        try await access.withTokenPair { pair in
            let good = try await status("hardware?limit=1", with: pair.good)
            let expired = try await status("hardware?limit=1", with: pair.expired)
            let history = try await status("admin/audit-log?limit=1", with: pair.good)
            let mend = "Stop the daemon, and install the version again: this must not be."
            return [
                good == 200
                    ? Finding("token.works", .ok, "A token made for this check worked.")
                    : Finding(
                        "token.works", .bad, "A token made for this check was answered with \(good).",
                        mend: "`cb logs -n 50` shows why requests fail."),
                expired == 401
                    ? Finding("token.expired", .ok, "A token that has expired was refused.")
                    : Finding(
                        "token.expired", .bad, "A token that has expired was answered with \(expired).", mend: mend),
                history == 200
                    ? Finding("history.visible", .ok, "The history can be read.")
                    : Finding(
                        "history.visible", .bad, "Reading the history was answered with \(history).",
                        mend: "`cb logs -n 50` shows why."),
            ]
        }
    }

    private func vaultState() async throws -> [Finding] {
        let status = try await vault.status()
        let health = try await vault.health()
        guard status.condition == .unlocked else {
            return [
                Finding(
                    "vault", .bad, health.message,
                    mend: "`cb vault status` names what is locked; `cb vault rekey-from FILE` brings a key back.")
            ]
        }
        guard health.severity < .warning else {
            return [Finding("vault", .bad, health.message, mend: "Put the key back, or run `cb vault rotate`.")]
        }
        let place =
            switch status.source {
            case .credential: "a systemd credential"
            case .environment: "CB_VAULT_KEY"
            case .dataFile: ".env in the data directory"
            case nil: "memory"
            }
        let opened = Finding("vault", .ok, "The vault is open, and its key is kept in \(place).")
        guard status.needsConfirmation else { return [opened] }
        return [
            opened,
            Finding(
                "vault.copy", .warn, "Nobody has confirmed yet to have kept a copy of the vault's key.",
                mend: "Open Settings, Vault, and keep a copy; without it a lost disk loses every stored secret."),
        ]
    }

    private func history() async throws -> [Finding] {
        let verdict = try await access.keeping.verify()
        if let flaw = verdict.firstBroken {
            return [
                Finding(
                    "history", .bad, "The history does not hold at row \(flaw.id): \(flaw.reason)",
                    mend: "Find out who wrote into the database; keep a copy of it, then restore a backup from before.")
            ]
        }
        guard let latest = try await access.keeping.latest() else {
            return [
                Finding(
                    "history", .bad, "The history is empty.",
                    mend: "Set-up leaves rows in it; restore a backup, or set up anew.")
            ]
        }
        var findings = [Finding("history", .ok, "The history holds: \(verdict.rows) rows were checked.")]
        if latest > clock.now + .seconds(120) {
            findings.append(
                Finding(
                    "clock.history", .bad,
                    "The clock stands before an entry of the history: it was set back, or was ahead when that was made.",
                    mend: "Set the clock: `timedatectl` shows it, chrony keeps it. When it is right now, this ends at "
                        + "\(latest.minuteText)."))
        }
        return findings
    }
}
