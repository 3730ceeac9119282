import Kernel

/// What one look at the certificate directory found and did, for the journal, the health page and `installer --renew`.
package struct RenewalOutcome: Sendable {
    package enum Leaf: Sendable, Equatable {
        case kept
        case made
        case renewed(RenewalReason)
        /// Due, but only root may read the CA's key here; the certificate still works.
        case due(RenewalReason)
    }

    package enum Act: Sendable, Equatable {
        case madeRoot(Certificate)
        case madeSuccessor(Certificate)
        /// The successor signs from now on.
        case tookOver(Certificate, from: Certificate)
        /// The old root is no longer vouched for.
        case finished(Certificate)
        case closedKey(path: String)
        /// Finished or put aside what an interrupted run had left.
        case repaired(String)
    }

    package let acts: [Act]
    package let leaf: Leaf
    package let roots: LocalRoots
    package let identity: CertifiedKey
    /// A step with the roots that is due and that this process may not take.
    package let dueStep: RollOver.Step?
    /// Names the machine has that a root may not vouch for; they are left out of the certificate.
    package let uncovered: ServerNames

    package var authority: Certificate { roots.inUse }

    package var madeAuthority: Bool {
        acts.contains { if case .madeRoot = $0 { true } else { false } }
    }

    /// Root has to run `installer --renew`.
    package var needsRoot: Bool {
        if case .due = leaf { return true }
        return dueStep != nil
    }

    /// Whether any file was written.
    package var hasChanged: Bool { !acts.isEmpty || (leaf != .kept && !isLeafDue) }

    private var isLeafDue: Bool {
        if case .due = leaf { true } else { false }
    }

    /// What was done and what is left to do, each a sentence; never empty.
    package var sentences: [String] {
        var lines = acts.map(\.sentence)
        let until = identity.leaf?.notAfter.minuteText ?? ""
        switch leaf {
        case .kept: lines.append("The server certificate is good until \(until); nothing was to do.")
        case .made: lines.append("Made a server certificate, good until \(until).")
        case .renewed(let reason):
            lines.append("Renewed the server certificate, because the old one \(reason.words); good until \(until).")
        case .due(let reason):
            lines.append("The server certificate \(reason.words). Run `installer --renew` as root.")
        }
        if dueStep != nil { lines.append("A change of the root is due. Run `installer --renew` as root.") }
        if !uncovered.isEmpty {
            lines.append("Left out, because the root may not vouch for it: \(uncovered.list).")
        }
        return lines
    }
}

extension RenewalOutcome.Act {
    package var sentence: String {
        switch self {
        case .madeRoot(let root):
            "Made the local CA \(root.subject), good until \(root.notAfter.minuteText), SHA-256 "
                + "\(root.fingerprintSHA256). Devices have to trust it."
        case .madeSuccessor(let root):
            "Made the next local CA \(root.subject), SHA-256 \(root.fingerprintSHA256). Devices should trust it now, "
                + "beside the one in use."
        case .tookOver(let new, let old):
            "The local CA \(new.subject) took over. Devices that trust only \(old.subject) are served as long as "
                + "that one is good."
        case .finished(let root): "The local CA \(root.subject) is no longer vouched for; it is kept in `archived`."
        case .closedKey(let path): "Closed \(path) to everybody but its owner."
        case .repaired(let what): "Repaired: \(what)."
        }
    }
}
