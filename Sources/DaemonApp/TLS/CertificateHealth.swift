import Kernel
import LocalCA
import Operations

extension HealthChecks {
    /// Whether the certificate is good and for how long, whether the root will be changed, and which names are left out.
    func registerCertificate(_ keeper: TLSKeeper, clock: any WallClock) {
        let trouble = "The state of the certificate cannot be told."
        register("certificate", trouble: trouble) {
            CertificateHealth(keeper.current, waiting: keeper.waitingForRoot, at: clock.now).leaf
        }
        guard keeper.current.outcome != nil else { return }
        register("certificate-root", trouble: trouble) {
            CertificateHealth(keeper.current, waiting: keeper.waitingForRoot, at: clock.now).root
        }
        register("certificate-names", trouble: trouble) {
            CertificateHealth(keeper.current, waiting: keeper.waitingForRoot, at: clock.now).names
        }
    }
}

/// What is to say about the certificate at one moment. Pure.
struct CertificateHealth {
    /// How long people have to renew a certificate that does not renew itself.
    private static let notice = Duration.seconds(14 * 86_400)
    /// How long root may take before a person has to look.
    private static let patience = Duration.seconds(2 * 3600)

    private let current: TLSKeeper.Current
    private let waiting: RenewalRequest.Status?
    private let now: Instant

    init(_ current: TLSKeeper.Current, waiting: RenewalRequest.Status?, at now: Instant) {
        self.current = current
        self.waiting = waiting
        self.now = now
    }

    var leaf: HealthItem {
        guard let leaf = current.identity.leaf else { return item(.failing, "There is no certificate.") }
        let days = (leaf.notAfter - now).milliseconds / 86_400_000
        guard now < leaf.notAfter else {
            return item(.failing, "The server certificate has expired: browsers refuse it. \(way)")
        }
        if let refusal = current.refusal { return item(.warning, "The new certificate is refused: \(refusal)") }
        if let waiting, now - waiting.since >= Self.patience || waiting.askedAt == nil {
            return item(.warning, "\(whatIsDue) \(rootIsNeeded(waiting))")
        }
        if leaf.notAfter - now < Self.notice {
            return item(.warning, "The server certificate ends in \(days) days. \(way)")
        }
        return item(.ok, "The server certificate is good for \(days) days.")
    }

    /// From 180 days before the root ends until the old one is gone, people have something to do.
    var root: HealthItem {
        let id = "certificate-root"
        guard let roots = current.localRoots else { return item(.ok, "The certificate is provided.", id) }
        let plan = RollOver(roots)
        let end = roots.inUse.notAfter.dayText
        if let successor = roots.successor, let day = plan.takeOver?.dayText {
            let last = (plan.overlapEnd ?? roots.inUse.notAfter).dayText
            return item(
                .warning,
                "The local CA is changed on \(day), and the old one is good until \(last). Let every device "
                    + "trust the next one now, beside the old one: \(successor.subject), SHA-256 "
                    + "\(successor.fingerprintSHA256).", id)
        }
        if roots.previous != nil, let day = plan.overlapEnd?.dayText {
            return item(
                .warning,
                "The local CA was changed. Devices that trust only the old one are served until \(day); let them "
                    + "trust \(roots.inUse.subject), SHA-256 \(roots.inUse.fingerprintSHA256), before that day.", id)
        }
        guard now < plan.announcement else {
            return item(.warning, "The local CA ends on \(end), and its successor is not made yet. \(way)", id)
        }
        return item(.ok, "The local CA is good until \(end).", id)
    }

    /// A root vouches for what it was made for; new names may be outside of that.
    var names: HealthItem {
        let id = "certificate-names"
        guard let outcome = current.outcome, !outcome.uncovered.isEmpty else {
            return item(.ok, "The certificate has every name and address of this machine.", id)
        }
        let left = outcome.uncovered
        let plan = RollOver(outcome.roots)
        let newest = outcome.roots.successor ?? outcome.roots.inUse
        let isCoveredSoon = newest.constraints.map { $0.permitted(in: left) == left } ?? true
        let rest: String
        if isCoveredSoon, let day = plan.overlapEnd?.dayText {
            rest =
                "The next root may, from \(day); `installer --renew --finish-roll-over` ends the wait, and then "
                + "devices must trust that root."
        } else if plan.overlapEnd == nil {
            rest =
                "Make a root that may with `installer --renew --start-roll-over`, and let the devices trust it; or drop "
                + "the name from tls.names or tls.addresses."
        } else {
            rest = "A root that may can be made once the present change of the root is over."
        }
        return item(
            .warning,
            "The certificate does not have \(left.list), because the local CA may not vouch for it: browsers refuse "
                + "this machine under it. \(rest)", id)
    }

    private var way: String {
        guard current.outcome != nil else { return "Renew it and reload." }
        return waiting?.askedAt == nil
            ? "Run `installer --renew` as root." : "See why `circuit-breaker-renew.service` did not renew it."
    }

    private var whatIsDue: String {
        guard case .due(let reason)? = current.outcome?.leaf else { return "A change of the local CA is due." }
        return "The server certificate \(reason.words)."
    }

    private func rootIsNeeded(_ waiting: RenewalRequest.Status) -> String {
        guard waiting.askedAt != nil else { return "Run `installer --renew` as root." }
        return "Root was asked to renew it on \(waiting.since.minuteText) and has not: see "
            + "`systemctl status circuit-breaker-renew.path circuit-breaker-renew.service`, or run "
            + "`installer --renew` as root."
    }

    private func item(_ severity: HealthItem.Severity, _ message: String, _ id: String = "certificate") -> HealthItem {
        HealthItem(id: id, severity: severity, message: message)
    }
}
