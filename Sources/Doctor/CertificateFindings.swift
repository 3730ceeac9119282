import DaemonConfig
import HostSystem
import Kernel
import LocalCA
import NetAddress

/// The certificate as it lies on the disk: chain, key, life, names.
struct CertificateFindings: DoctorCheck {
    func examine(_ patient: Patient) async -> [Finding] {
        let pair: (certificate: String, key: String)
        switch patient.configuration.tls.mode {
        case .off:
            return [Finding("certificate", .ok, "tls.mode is off: there is no certificate to look at.")]
        case .local:
            let folder = patient.configuration.tls.directory
            pair = (certificate: "\(folder)/server.crt", key: "\(folder)/server.key")
        case .provided(let certificate, let key):
            pair = (certificate: certificate, key: key)
        }
        let leaf: Certificate
        var findings: [Finding] = []
        do {
            let chain = try Certificate.all(inPEM: try patient.machine.read(pair.certificate))
            guard let first = chain.first else {
                return [
                    Finding("certificate", .bad, "\(pair.certificate) holds no certificate.", mend: Self.again(patient))
                ]
            }
            leaf = first
            findings.append(trust(chain, patient))
        } catch {
            let why = (error as? AppError)?.message ?? "\(error)"
            return [
                Finding("certificate", .unknown, "\(pair.certificate) was not read: \(why)", mend: "Run this as root.")
            ]
        }
        findings += [key(pair, patient), life(leaf, patient), names(leaf, patient)]
        return findings
    }

    private static func again(_ patient: Patient) -> String {
        patient.configuration.tls.mode == .local
            ? "`circuit-breaker-installer --renew`, as root."
            : "Get a new certificate from its CA, and put it into tls.cert_file and tls.key_file."
    }

    private func trust(_ chain: [Certificate], _ patient: Patient) -> Finding {
        let authority = "\(patient.configuration.tls.directory)/ca.crt"
        let roots = (try? Certificate.all(inPEM: patient.machine.read(authority))) ?? []
        // Without a root of our own, only the handshake can tell whether this machine trusts the chain.
        guard patient.configuration.tls.mode == .local else {
            return Finding("certificate.chain", .ok, "The chain has \(chain.count) certificates.")
        }
        guard !roots.isEmpty else {
            return Finding(
                "certificate.chain", .bad, "The CA's certificate \(authority) is missing or broken.",
                mend: Self.again(patient))
        }
        do {
            try ChainJudge(trusting: roots).judge(chain, at: patient.clock.now)
            return Finding("certificate.chain", .ok, "The certificate leads to the local CA.")
        } catch {
            return Finding(
                "certificate.chain", .bad, "The certificate does not lead to the local CA: \(error).",
                mend: Self.again(patient))
        }
    }

    private func key(_ pair: (certificate: String, key: String), _ patient: Patient) -> Finding {
        guard patient.machine.isLive else {
            return Finding("certificate.key", .unknown, "The key is only looked at on the machine itself.")
        }
        guard (try? patient.machine.read(pair.key)) != nil else {
            return Finding(
                "certificate.key", .unknown, "\(pair.key) cannot be read by this user.", mend: "Run this as root.")
        }
        do {
            _ = try ProvidedPair(certificateFile: pair.certificate, keyFile: pair.key).load(at: patient.clock.now)
            return Finding("certificate.key", .ok, "The private key is the certificate's.")
        } catch {
            let why = (error as? AppError)?.message ?? "\(error)"
            return Finding("certificate.key", .bad, why, mend: Self.again(patient))
        }
    }

    private func life(_ leaf: Certificate, _ patient: Patient) -> Finding {
        let now = patient.clock.now
        guard leaf.notBefore <= now else {
            return Finding(
                "certificate.life", .bad, "The certificate is not valid yet.",
                mend: "Set the clock: `timedatectl` shows it.")
        }
        let days = (leaf.notAfter - now).components.seconds / 86_400
        guard leaf.notAfter > now else {
            return Finding("certificate.life", .bad, "The certificate has expired.", mend: Self.again(patient))
        }
        return days < 14
            ? Finding(
                "certificate.life", .warn, "The certificate is good for \(days) more days.", mend: Self.again(patient))
            : Finding("certificate.life", .ok, "The certificate is good for \(days) more days.")
    }

    private func names(_ leaf: Certificate, _ patient: Patient) -> Finding {
        let tls = patient.configuration.tls
        let isLocal = tls.mode == .local
        do {
            let asked = isLocal ? tls.names + tls.addresses.map(\.description) : []
            return CertifiedNames(
                certified: leaf.names, hostName: patient.hostName,
                machine: try ServerNames(hostName: patient.hostName, addresses: patient.addresses, asked: asked)
            ).finding(isLocal: isLocal, again: Self.again(patient))
        } catch {
            let why = (error as? AppError)?.message ?? "\(error)"
            return Finding("certificate.names", .bad, why, mend: "Correct tls.names in the configuration.")
        }
    }
}
