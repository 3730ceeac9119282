import HostSystem
import Kernel
import LocalCA

/// The distribution's own store: curl, wget, Python, Go, Node with a switch, and everything on OpenSSL or GnuTLS.
/// Browsers do not read it on Linux.
struct SystemStore: TrustStore {
    let machine: any Machine
    let layout: SystemLayout

    var id: TrustStoreID { TrustStoreID(.system) }
    var name: String { "system store (\(layout.family))" }
    var files: any StoreFiles { MachineFiles(machine: machine) }

    var obstacle: String? {
        guard layout.tool(layout.updates, on: machine) == nil else { return nil }
        let program = layout.updates.first?.first ?? ""
        return "The program \(program) is missing. Install the package \(layout.package)."
    }

    var directories: [String] { layout.anchors.withParents }

    var rewrittenFiles: [String] {
        [layout.javaKeystore].compactMap(\.self).filter { (try? machine.status(of: $0)) ?? nil != nil }
    }

    private func path(of root: Certificate) -> String { "\(layout.anchors)/\(root.fileName(layout.ending))" }

    func isTrusted(_ root: Certificate) throws -> Bool {
        guard let bundle = try layout.bundles.first(where: { try machine.exists($0) }) else { return false }
        return try Self.holds(machine.read(bundle), root)
    }

    func install(_ roots: [Certificate]) async throws {
        for root in roots {
            try machine.write(try root.pem(), to: path(of: root), mode: 0o644, owner: .root)
        }
        try await run(layout.updates)
    }

    func remove(_ roots: [Certificate]) async throws {
        for root in roots { try machine.remove(path(of: root)) }
        if obstacle == nil { try await run(layout.refreshes) }
        // The hook that writes the keystore hears of what came, not of what went.
        if let path = layout.javaKeystore, try machine.exists(path) {
            let keystore = JavaKeystore(machine: machine, path: path)
            if keystore.obstacle == nil { try await keystore.remove(roots) }
        }
    }

    func verify(_ roots: [Certificate], server: TrustedServer?) async throws -> String {
        for root in roots where try !isTrusted(root) {
            throw AppError(.fault, "The \(name) does not hold \(root.fileName(layout.ending)) after its tool has run.")
        }
        guard let server, machine.isLive else { return "The store's bundle holds the certificate." }
        return try await Handshake(machine: machine, server: server).bySystemStore()
    }

    private func run(_ commands: [[String]]) async throws {
        guard let command = layout.tool(commands, on: machine) ?? layout.tool(layout.updates, on: machine),
            let program = command.first
        else { throw AppError(.unavailable, obstacle ?? "The \(name) cannot be updated.") }
        try await machine.succeed(program, Array(command.dropFirst()))
    }

    /// The roots that were put into the folder under our names: they can be read where their source cannot.
    static func anchors(on machine: any Machine) throws -> [Certificate] {
        guard let layout = try SystemLayout.find(on: machine) else { return [] }
        return try machine.list(layout.anchors).filter { $0.hasPrefix("circuit-breaker-") }.flatMap {
            try Certificate.all(inPEM: machine.read("\(layout.anchors)/\($0)"))
        }
    }

    /// Whether the certificate is in a bundle: its base64 text, however the tool breaks the lines.
    static func holds(_ bundle: [UInt8], _ root: Certificate) throws -> Bool {
        let pem = String(decoding: try root.pem(), as: UTF8.self)
        let body = pem.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("-----") }.joined()
        var isInside = false
        var current = ""
        for line in String(decoding: bundle, as: UTF8.self).split(whereSeparator: \.isNewline) {
            if line.hasPrefix("-----BEGIN") {
                isInside = true
                current = ""
            } else if line.hasPrefix("-----END") {
                if current == body { return true }
                isInside = false
            } else if isInside, !line.contains(":") {
                current += line.filter { !$0.isWhitespace }
            }
        }
        return false
    }
}
