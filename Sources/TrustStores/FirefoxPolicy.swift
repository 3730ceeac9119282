import HostSystem
import JSONKit
import Kernel
import LocalCA

/// Firefox's policy for the whole machine: it makes every profile trust the roots, also profiles to come. An existing
/// policy keeps everything it says.
struct FirefoxPolicy: TrustStore {
    let machine: any Machine

    private static let folder = "/etc/firefox/policies"
    private static let path = "\(folder)/policies.json"

    var id: TrustStoreID { TrustStoreID(.firefoxPolicy) }
    var name: String { "Firefox policy (\(Self.path))" }
    var files: any StoreFiles { MachineFiles(machine: machine) }
    var obstacle: String? { nil }
    var rewrittenFiles: [String] { [Self.path] }
    var directories: [String] { Self.folder.withParents }

    private func copy(of root: Certificate) -> String { "\(Self.folder)/\(root.fileName("crt"))" }

    func isTrusted(_ root: Certificate) throws -> Bool {
        guard try machine.exists(Self.path) else { return false }
        let install = try read(Self.path)["policies"]?.objectValue?["Certificates"]?.objectValue?["Install"]
        return try (install?.arrayValue ?? []).contains { item in
            guard let file = item.stringValue, file.hasPrefix("/"), try machine.exists(file) else {
                return false
            }
            return try SystemStore.holds(machine.read(file), root)
        }
    }

    func install(_ roots: [Certificate]) throws {
        let policy = try Self.changing(startingPoint()) { paths in
            paths + roots.map(copy).filter { !paths.contains($0) }
        }
        for root in roots { try machine.write(try root.pem(), to: copy(of: root), mode: 0o644, owner: .root) }
        try write(policy)
    }

    func remove(_ roots: [Certificate]) throws {
        let leaving = Set(roots.map(copy))
        // First, so that a policy that cannot be read any more does not prevent it. Firefox passes over missing files.
        for path in leaving { try machine.remove(path) }
        // A policy that names none of them stays as it is, whatever else is in it.
        guard try machine.exists(Self.path) else { return }
        let text = String(decoding: try machine.read(Self.path), as: UTF8.self)
        guard roots.contains(where: { text.contains($0.fileName("crt")) }) else { return }
        try write(Self.changing(read(Self.path)) { paths in paths.filter { !leaving.contains($0) } })
    }

    func verify(_ roots: [Certificate], server: TrustedServer?) throws -> String {
        for root in roots where try !isTrusted(root) {
            throw AppError(.fault, "\(Self.path) does not name the root after it was written.")
        }
        return "The policy names the root; Firefox reads it when it starts."
    }

    /// The policy in force: the machine's, else the one a package brings, which the machine's would hide.
    private func startingPoint() throws -> JSONObject {
        let candidates = [Self.path] + Self.packaged
        guard let path = try candidates.first(where: { try machine.exists($0) }) else { return JSONObject() }
        return try read(path)
    }

    private static let packaged = [
        "/usr/lib/firefox-esr", "/usr/lib/firefox", "/usr/lib64/firefox", "/opt/firefox",
    ].map { "\($0)/distribution/policies.json" }

    private func read(_ path: String) throws -> JSONObject {
        do {
            if let object = try JSONParser.parse(machine.read(path)).objectValue { return object }
        } catch let error as JSONParser.ParseError {
            throw AppError(.invalid, "\(path) is not JSON: \(error). Mend or remove it, then try again.", cause: error)
        }
        throw AppError(.invalid, "\(path) holds something other than a JSON object. Mend or remove it, then try again.")
    }

    private func write(_ policy: JSONObject) throws {
        try MachineFiles(machine: machine).write(
            Array((JSONValue.object(policy).indented() + "\n").utf8), to: Self.path)
    }

    /// The policy with another list of certificates, everything else as it is. What gets empty goes away.
    static func changing(_ policy: JSONObject, _ change: ([String]) -> [String]) throws -> JSONObject {
        var policy = policy
        var policies = try object(policy["policies"], "policies")
        var certificates = try object(policies["Certificates"], "policies.Certificates")
        let old = certificates["Install"]
        guard old == nil || old?.arrayValue != nil else {
            throw AppError(.invalid, "policies.Certificates.Install in \(path) is not a list. Mend it, then try again.")
        }
        let items = old?.arrayValue ?? []
        let texts = items.compactMap(\.stringValue)
        let wanted = change(texts)
        let kept = items.filter { item in item.stringValue.map(wanted.contains) ?? true }
        let list = kept + wanted.filter { !texts.contains($0) }.map { .string($0) }
        certificates["Install"] = list.isEmpty ? nil : .array(list)
        policies["Certificates"] = certificates.isEmpty ? nil : .object(certificates)
        policy["policies"] = .object(policies)
        return policy
    }

    private static func object(_ value: JSONValue?, _ name: String) throws -> JSONObject {
        guard let value else { return JSONObject() }
        guard let object = value.objectValue else {
            throw AppError(.invalid, "\(name) in \(path) is not a JSON object. Mend it, then try again.")
        }
        return object
    }

    static func isPresent(on machine: any Machine) throws -> Bool {
        if ["firefox", "firefox-esr"].contains(where: { machine.find($0) != nil }) { return true }
        return try ["/etc/firefox", "/snap/firefox", "/usr/lib/firefox-esr", "/usr/lib/firefox", "/usr/lib64/firefox"]
            .contains { try machine.exists($0) }
    }
}

extension JSONValue {
    /// As people write it: two blanks a level.
    func indented(_ depth: Int = 0) -> String {
        let inner = String(repeating: "  ", count: depth + 1)
        let outer = String(repeating: "  ", count: depth)
        switch self {
        case .object(let object) where !object.isEmpty:
            let members = object.members.map {
                "\(inner)\(JSONValue.string($0.name).jsonText): \($0.value.indented(depth + 1))"
            }
            return "{\n\(members.joined(separator: ",\n"))\n\(outer)}"
        case .array(let items) where !items.isEmpty:
            return "[\n\(items.map { inner + $0.indented(depth + 1) }.joined(separator: ",\n"))\n\(outer)]"
        default: return jsonText
        }
    }
}
