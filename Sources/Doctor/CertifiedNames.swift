import LocalCA

/// The names and addresses of a certificate beside those of the machine.
struct CertifiedNames {
    let certified: ServerNames
    let hostName: String
    /// All that the machine answers to.
    let machine: ServerNames

    /// The local CA's certificate shall hold everything. One from elsewhere shall hold the host name; addresses are
    /// rarely in it, but those that are should be this machine's.
    func finding(isLocal: Bool, again: String) -> Finding {
        let missing = machine.subtracting(certified)
        if isLocal, !missing.isEmpty {
            return Finding(
                "certificate.names", .warn,
                "The certificate is not for \(missing.list): browsers refuse what is opened by that.",
                mend: again + " A name or network that the local CA may not vouch for needs a new root: "
                    + "`circuit-breaker-installer --renew --start-roll-over`.")
        }
        guard isLocal || certified.covers(host: hostName.lowercased()) else {
            return Finding(
                "certificate.names", .warn,
                "The certificate does not name this machine (\(hostName)), but \(certified.list).",
                mend: "Use a name it is for in the browser. \(again)")
        }
        let (own, held) = (addresses(machine), addresses(certified))
        if !held.isEmpty, !own.isEmpty, held.isDisjoint(with: own) {
            return Finding(
                "certificate.names", .warn,
                "The certificate is for \(list(held)), and this machine has \(list(own)).",
                mend: "Open it by its name, \(hostName). \(again)")
        }
        guard !isLocal else {
            return Finding("certificate.names", .ok, "The certificate is for every name and address of this machine.")
        }
        let left = own.subtracting(held)
        return Finding(
            "certificate.names", .ok,
            left.isEmpty
                ? "The certificate names this machine, \(hostName), and its addresses."
                : "The certificate names this machine: \(hostName). It is not for \(list(left)); open it by name.")
    }

    private func addresses(_ names: ServerNames) -> Set<String> {
        names.addresses.filter { $0 != "::1" && !$0.hasPrefix("127.") }
    }

    private func list(_ texts: Set<String>) -> String { texts.sorted().joined(separator: ", ") }
}
