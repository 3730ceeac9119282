import HostSystem
import Kernel
import LocalCA

/// A certificate database of Chromium or of one Firefox profile. All work is done by `certutil` as the owner.
struct NSSDatabase: TrustStore {
    let machine: any Machine
    let account: TrustAccount
    /// The folder that holds `cert9.db`.
    let path: String
    /// Whose it is, for people: `Firefox profile ab12.default`.
    let program: String

    var id: TrustStoreID { TrustStoreID(.nss, user: account.name, path: path) }
    var name: String { "\(program) of \(account.name) (\(path))" }
    var files: any StoreFiles { AccountFiles(machine: machine, account: account) }
    /// Adding a certificate also writes a seal into the key database.
    var rewrittenFiles: [String] { ["cert9.db", "key4.db", "pkcs11.txt"].map { "\(path)/\($0)" } }
    var directories: [String] { path.withParents.filter { $0.hasPrefix(account.home + "/") } }

    var obstacle: String? {
        guard machine.tool("certutil") == nil else { return nil }
        return "The program certutil is missing. Install the package libnss3-tools "
            + "(nss-tools on Fedora and Alpine, nss on Arch, mozilla-nss-tools on openSUSE)."
    }

    func isTrusted(_ root: Certificate) async throws -> Bool {
        try await nickname(of: root, where: \.isTrusted) != nil
    }

    func install(_ roots: [Certificate]) async throws {
        if try await !files.exists("\(path)/cert9.db") { try await certutil(["-N", "--empty-password"]) }
        for root in roots where try await !isTrusted(root) {
            try await certutil(
                ["-A", "-a", "-t", "C,,", "-n", root.label, "-f", "/dev/null"], input: try root.pem())
        }
    }

    func remove(_ roots: [Certificate]) async throws {
        guard obstacle == nil, try await files.exists("\(path)/cert9.db") else { return }
        for root in roots {
            guard let nickname = try await nickname(of: root, where: { _ in true }) else { continue }
            if nickname == root.label {
                try await certutil(["-D", "-n", nickname, "-f", "/dev/null"])
            } else {
                // It was there without trust under a name of its own; only the trust was ours.
                try await certutil(["-M", "-t", ",,", "-n", nickname, "-f", "/dev/null"])
            }
        }
    }

    func verify(_ roots: [Certificate], server: TrustedServer?) async throws -> String {
        for root in roots {
            guard let nickname = try await nickname(of: root, where: \.isTrusted) else {
                throw AppError(.fault, "certutil does not list the root in \(path) after it was put in.")
            }
            try await certutil(["-V", "-u", "L", "-n", nickname, "-f", "/dev/null"])
        }
        if let server, machine.isLive,
            let proof = try await Handshake(machine: machine, server: server).byDatabase(path, as: account)
        {
            return proof
        }
        return "certutil finds the root good for signing servers."
    }

    private struct Row {
        let nickname: String
        let isTrusted: Bool
    }

    /// Under what name the database holds this very certificate, our own name first.
    private func nickname(of root: Certificate, where isWanted: (Row) -> Bool) async throws -> String? {
        guard try await files.exists("\(path)/cert9.db") else { return nil }
        let rows = try await rows().filter(isWanted)
        let ordered = rows.filter { $0.nickname == root.label } + rows.filter { $0.nickname != root.label }
        for row in ordered {
            // A name that ends in blanks cannot be told from the table, and certutil then does not know it.
            guard let pem = try? await certutil(["-L", "-a", "-n", row.nickname]) else { continue }
            if try Certificate.all(inPEM: Array(pem.utf8)).contains(root) { return row.nickname }
        }
        return nil
    }

    /// The table certutil prints: a nickname, blanks, and three groups of flags.
    private func rows() async throws -> [Row] {
        try await certutil(["-L"]).split(whereSeparator: \.isNewline).compactMap { line in
            let text = Self.withoutTrailingBlanks(line)
            guard let blank = text.lastIndex(where: \.isWhitespace) else { return nil }
            let flags = text[text.index(after: blank)...]
            let groups = flags.split(separator: ",", omittingEmptySubsequences: false)
            guard groups.count == 3, flags.allSatisfy({ $0 == "," || "pPcCTuw".contains($0) }) else { return nil }
            return Row(
                nickname: String(Self.withoutTrailingBlanks(text[..<blank])), isTrusted: groups[0].contains("C"))
        }
    }

    private static func withoutTrailingBlanks(_ text: Substring) -> Substring {
        text[..<(text.lastIndex { !$0.isWhitespace }.map(text.index(after:)) ?? text.startIndex)]
    }

    @discardableResult
    private func certutil(_ arguments: [String], input: [UInt8] = []) async throws -> String {
        let result = try await machine.attempt(
            "certutil", ["-d", "sql:\(path)"] + arguments, input: input, as: account)
        guard result.status == 0 else {
            let said = String(decoding: result.complaint, as: UTF8.self)
            guard !said.contains("SEC_ERROR_BAD_PASSWORD") else {
                throw AppError(
                    .unavailable,
                    "The database \(path) has a primary password, so only its owner can change what it trusts. Import "
                        + "the root in the browser's settings, or use the store firefox-policy.")
            }
            throw machine.failure(of: "certutil", result)
        }
        return String(decoding: result.output, as: UTF8.self)
    }
}

extension NSSDatabase {
    /// The databases a person's browsers read. Where Chromium has none yet, the one it would make is named.
    static func found(on machine: any Machine, of account: TrustAccount) throws -> [NSSDatabase] {
        func isThere(_ path: String) throws -> Bool { try machine.exists(path) }
        func database(_ path: String, _ program: String) -> NSSDatabase {
            NSSDatabase(machine: machine, account: account, path: path, program: program)
        }
        let home = account.home
        var chromium = try ["\(home)/.pki/nssdb", "\(home)/.local/share/pki/nssdb"]
            .filter { try isThere("\($0)/cert9.db") }
        if chromium.isEmpty { chromium = ["\(home)/.pki/nssdb"] }
        var found = chromium.map { database($0, "Chromium") }
        for (folder, program) in [
            ("snap/chromium/current", "Chromium (snap)"), (".var/app/org.chromium.Chromium", "Chromium (flatpak)"),
            (".var/app/com.google.Chrome", "Chrome (flatpak)"),
        ] where try isThere("\(home)/\(folder)/.pki/nssdb/cert9.db") {
            found.append(database("\(home)/\(folder)/.pki/nssdb", program))
        }
        for (folder, program) in [
            (".mozilla/firefox", "Firefox"), (".config/mozilla/firefox", "Firefox"),
            ("snap/firefox/common/.mozilla/firefox", "Firefox (snap)"),
            (".var/app/org.mozilla.firefox/.mozilla/firefox", "Firefox (flatpak)"),
        ] {
            // A folder only its owner may list is one that root may list as well, but a stranger may not.
            for name in (try? machine.list("\(home)/\(folder)")) ?? [] {
                let profile = "\(home)/\(folder)/\(name)"
                // `times.json` is the first file of a profile; the database comes with the first start.
                guard try isThere("\(profile)/cert9.db") || isThere("\(profile)/times.json") else { continue }
                found.append(database(profile, "\(program) profile \(name)"))
            }
        }
        return found
    }
}
