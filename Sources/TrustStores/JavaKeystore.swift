import HostSystem
import Kernel
import LocalCA

/// The keystore a Java runtime trusts. Only one with the password Java ships with is worked on: another one is
/// somebody's own, and its password is not ours to ask for.
struct JavaKeystore: TrustStore {
    let machine: any Machine
    /// The file itself, links followed.
    let path: String

    var id: TrustStoreID { TrustStoreID(.java, path: path) }
    var name: String { "Java keystore \(path)" }
    var files: any StoreFiles { MachineFiles(machine: machine) }
    var rewrittenFiles: [String] { [path] }

    var obstacle: String? {
        machine.tool("keytool") == nil
            ? "The program keytool is missing. Install the package default-jre-headless." : nil
    }

    func isTrusted(_ root: Certificate) async throws -> Bool {
        try await entries().contains { $0.fingerprint == root.fingerprintSHA256 }
    }

    func install(_ roots: [Certificate]) async throws {
        for root in roots where try await !isTrusted(root) {
            try await keytool(
                ["-importcert", "-noprompt", "-trustcacerts", "-alias", alias(of: root)], input: try root.pem())
        }
    }

    func remove(_ roots: [Certificate]) async throws {
        let fingerprints = Set(roots.map(\.fingerprintSHA256))
        for entry in try await entries() where fingerprints.contains(entry.fingerprint) && isOurs(entry.alias) {
            try await keytool(["-delete", "-alias", entry.alias])
        }
    }

    func verify(_ roots: [Certificate], server: TrustedServer?) async throws -> String {
        let present = Set(try await entries().map(\.fingerprint))
        guard roots.allSatisfy({ present.contains($0.fingerprintSHA256) }) else {
            throw AppError(.fault, "keytool does not list the root in \(path) after it was put in.")
        }
        return "keytool lists the root with this fingerprint."
    }

    private func alias(of root: Certificate) -> String { "circuit-breaker-\(root.shortFingerprint)" }

    /// Ours, or what Debian's hook made of our file in the system store.
    private func isOurs(_ alias: String) -> Bool {
        alias.hasPrefix("circuit-breaker-") || alias.hasPrefix("debian:circuit-breaker-")
    }

    private func entries() async throws -> [(alias: String, fingerprint: String)] {
        let output = try await keytool(["-list"])
        var found: [(alias: String, fingerprint: String)] = []
        var alias: Substring?
        for line in output.split(whereSeparator: \.isNewline) {
            if line.contains("trustedCertEntry") {
                alias = line.prefix { $0 != "," }
            } else if let name = alias, line.contains("(SHA-256)"), let mark = line.firstRange(of: "): ") {
                found.append((String(name), String(line[mark.upperBound...].filter { !$0.isWhitespace })))
                alias = nil
            }
        }
        return found
    }

    @discardableResult
    private func keytool(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        let result = try await machine.attempt(
            "keytool",
            ["-J-Duser.language=en"] + arguments + ["-keystore", path, "-storepass", "changeit"], input: input)
        guard result.status == 0 else {
            let said = String(decoding: result.output + result.complaint, as: UTF8.self)
            guard !said.contains("password was incorrect") else {
                throw AppError(
                    .unavailable,
                    "The keystore \(path) has a password of its own. Put the root in with `keytool -importcert "
                        + "-keystore \(path)`, which asks for it.")
            }
            throw machine.failure(of: "keytool", result)
        }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// The keystores of the runtimes that are here; of several names for one file the file.
    static func found(on machine: any Machine, homes: [String]) throws -> [JavaKeystore] {
        var candidates = ["/etc/ssl/certs/java/cacerts"]
        for parent in ["/usr/lib/jvm", "/opt/java", "/usr/java"] {
            for name in try machine.list(parent) where !name.hasPrefix(".") {
                candidates += inside("\(parent)/\(name)")
            }
        }
        candidates += homes.flatMap(inside)
        var seen: Set<String> = []
        return try candidates.compactMap { candidate in
            guard let path = try machine.resolve(candidate), seen.insert(path).inserted,
                case .file = try machine.status(of: path)?.kind
            else { return nil }
            return JavaKeystore(machine: machine, path: path)
        }
    }

    private static func inside(_ home: String) -> [String] {
        ["\(home)/lib/security/cacerts", "\(home)/jre/lib/security/cacerts"]
    }
}

extension Machine {
    /// Follows links to the thing itself; nil where the way ends. Links in the middle are followed as well.
    func resolve(_ path: String) throws -> String? {
        var rest = path.split(separator: "/").map(String.init)[...]
        var done: [String] = []
        var steps = 0
        while let part = rest.popFirst() {
            if part == "." { continue }
            if part == ".." {
                done = Array(done.dropLast())
                continue
            }
            let here = "/" + (done + [part]).joined(separator: "/")
            guard let status = try status(of: here) else { return nil }
            guard case .symlink(let target) = status.kind else {
                done.append(part)
                continue
            }
            steps += 1
            guard steps <= 40 else { return nil }
            if target.hasPrefix("/") { done = [] }
            rest = target.split(separator: "/").map(String.init) + rest
        }
        return "/" + done.joined(separator: "/")
    }
}
