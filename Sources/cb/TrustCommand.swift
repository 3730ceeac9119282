import ArgumentParser

/// `cb trust`: what makes the machine's programs and browsers accept the daemon's certificate.
struct TrustCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trust",
        abstract: "Look at, put in and take out what makes this machine trust the daemon.",
        discussion: """
            Stores are named by their kind: system, nss (Chromium and Firefox profiles), firefox-policy, \
            chromium-policy, java, or all; or by their whole name as `cb trust status` prints it.
            """,
        subcommands: [
            TrustStatusCommand.self, TrustFingerprintCommand.self, TrustInstallCommand.self,
            TrustRemoveCommand.self,
        ])
}
