import HostSystem
import JSONKit
import Kernel
import LocalCA

/// Chromium's policy for the whole machine, as a file of our own in its folder.
struct ChromiumPolicy: TrustStore {
    let machine: any Machine
    /// `/etc/chromium`, `/etc/opt/chrome`, …
    let base: String

    private static let bases = ["/etc/chromium", "/etc/chromium-browser", "/etc/opt/chrome"]
    private static let fileName = "circuit-breaker-ca.json"

    var id: TrustStoreID { TrustStoreID(.chromiumPolicy, path: base) }
    var name: String { "Chromium policy (\(path))" }
    var files: any StoreFiles { MachineFiles(machine: machine) }
    var rewrittenFiles: [String] { [path] }
    var directories: [String] { folder.withParents }
    private var folder: String { "\(base)/policies/managed" }
    private var path: String { "\(folder)/\(Self.fileName)" }

    /// Of two files that set one policy Chromium reads only the last.
    var obstacle: String? {
        for name in (try? machine.list(folder)) ?? [] where name.hasSuffix(".json") && name != Self.fileName {
            guard let bytes = try? machine.read("\(folder)/\(name)"),
                let policy = (try? JSONParser.parse(bytes))?.objectValue, policy["CACertificates"] != nil
            else { continue }
            return
                "\(folder)/\(name) already sets CACertificates, and Chromium does not join two lists. "
                + "Add the root there."
        }
        return nil
    }

    func isTrusted(_ root: Certificate) throws -> Bool { try certificates().contains(Self.text(root)) }

    func install(_ roots: [Certificate]) throws {
        let present = try certificates()
        try write(present + roots.map(Self.text).filter { !present.contains($0) })
    }

    func remove(_ roots: [Certificate]) throws {
        guard try machine.exists(path) else { return }
        let leaving = try roots.map(Self.text)
        let staying = try certificates().filter { !leaving.contains($0) }
        if staying.isEmpty { try machine.remove(path) } else { try write(staying) }
    }

    func verify(_ roots: [Certificate], server: TrustedServer?) throws -> String {
        for root in roots where try !isTrusted(root) {
            throw AppError(.fault, "\(path) does not hold the root after it was written.")
        }
        return "The policy holds the root; Chromium reads it when it starts."
    }

    private func certificates() throws -> [String] {
        guard try machine.exists(path) else { return [] }
        let policy = try JSONParser.parse(machine.read(path)).objectValue
        return (policy?["CACertificates"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    private func write(_ certificates: [String]) throws {
        let policy = JSONValue.object(
            JSONObject([(name: "CACertificates", value: .array(certificates.map { .string($0) }))]))
        try MachineFiles(machine: machine).write(Array((policy.indented() + "\n").utf8), to: path)
    }

    /// The DER as base64, which is the PEM without its lines.
    private static func text(_ root: Certificate) throws -> String {
        String(decoding: try root.pem(), as: UTF8.self)
            .split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
    }

    static func found(on machine: any Machine) throws -> [ChromiumPolicy] {
        try bases.filter { base in
            if try machine.exists(base) { return true }
            let programs = base.hasSuffix("chrome") ? ["google-chrome", "google-chrome-stable"] : ["chromium"]
            return base != "/etc/chromium-browser" && programs.contains { machine.find($0) != nil }
        }.map { ChromiumPolicy(machine: machine, base: $0) }
    }
}
