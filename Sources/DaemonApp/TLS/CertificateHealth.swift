import Kernel
import LocalCA
import Operations

extension HealthChecks {
    /// How long people have to renew a certificate that does not renew itself.
    private static let notice = Duration.seconds(14 * 86_400)
    /// A root must be carried to every device, which takes longer.
    private static let rootNotice = Duration.seconds(180 * 86_400)

    /// Whether the certificate is good, and for how long.
    func registerCertificate(_ keeper: TLSKeeper, clock: any WallClock) {
        register("certificate", trouble: "The state of the certificate cannot be told.") {
            Self.item(keeper.current, at: clock.now)
        }
    }

    static func item(_ current: TLSKeeper.Current, at now: Instant) -> HealthItem {
        func item(_ severity: HealthItem.Severity, _ message: String) -> HealthItem {
            HealthItem(id: "certificate", severity: severity, message: message)
        }
        guard let leaf = current.identity.leaf else { return item(.failing, "There is no certificate.") }
        let days = (leaf.notAfter - now).milliseconds / 86_400_000
        guard now < leaf.notAfter else {
            return item(.failing, "The server certificate has expired: browsers refuse it. Renew it and reload.")
        }
        if let refusal = current.refusal { return item(.warning, "The new certificate is refused: \(refusal)") }
        if let root = current.authority, root.notAfter - now < Self.rootNotice {
            return item(
                .warning,
                "The local CA ends in \((root.notAfter - now).milliseconds / 86_400_000) days: plan its "
                    + "successor, which every device has to trust.")
        }
        if leaf.notAfter - now < Self.notice {
            return item(.warning, "The server certificate ends in \(days) days. Renew it and reload.")
        }
        return item(.ok, "The server certificate is good for \(days) days.")
    }
}
