import HostSystem
import Kernel

/// Lays files of the payload, and takes away what an earlier version laid in the same place and this one does not have.
struct FilesStep: Step {
    let what: String
    let items: [Payload.Item]
    let obsolete: [String]
    /// Folders that are entirely the product's: what is in them and not in the payload goes.
    var ownFolder: String?
    /// Changes the text on its way, for a prefix that systemd does not search.
    var rewrite: (@Sendable ([UInt8]) -> [UInt8])?

    var summary: String { "lay \(what)" }

    func isDone(on machine: any Machine) async throws -> Bool {
        for item in items where try !isLaid(item, on: machine) { return false }
        for path in obsolete where try machine.exists(path) { return false }
        return try strangers(on: machine).isEmpty
    }

    func apply(to machine: any Machine) async throws {
        for item in items where try !isLaid(item, on: machine) {
            try machine.makeDirectories(item.destination.parent)
            if case .symlink = try machine.status(of: item.destination)?.kind { try machine.remove(item.destination) }
            if let rewrite {
                let text = rewrite(try LiveMachine().read(item.source))
                try machine.write(text, to: item.destination, mode: item.mode, owner: .root)
            } else {
                try machine.copy(from: item.source, to: item.destination, mode: item.mode, owner: .root)
            }
        }
        for path in try obsolete + strangers(on: machine) { try machine.removeAll(path) }
    }

    private func isLaid(_ item: Payload.Item, on machine: any Machine) throws -> Bool {
        guard let status = try machine.status(of: item.destination), status.kind == .file, status.mode == item.mode,
            status.user == 0, status.group == 0
        else { return false }
        guard let rewrite else { return try machine.isCopy(of: item.source, at: item.destination) }
        return try machine.read(item.destination) == rewrite(LiveMachine().read(item.source))
    }

    private func strangers(on machine: any Machine) throws -> [String] {
        guard let ownFolder else { return [] }
        let known = Set(items.map(\.destination))
        return try Self.walk(ownFolder, on: machine) { path in
            known.contains(path) || known.contains { $0.hasPrefix(path + "/") }
        }
    }

    /// The outermost paths that are not wanted.
    private static func walk(
        _ folder: String, on machine: any Machine, isWanted: (String) -> Bool
    ) throws -> [String] {
        try machine.list(folder).flatMap { name -> [String] in
            let path = "\(folder)/\(name)"
            guard isWanted(path) else { return [path] }
            guard try machine.status(of: path)?.kind == .directory else { return [] }
            return try walk(path, on: machine, isWanted: isWanted)
        }
    }
}

/// Links: short names of programs, and those by which systemd knows what to start.
struct LinksStep: Step {
    let what: String
    /// From path to target.
    let links: [(path: String, target: String)]

    var summary: String { what }

    func isDone(on machine: any Machine) async throws -> Bool {
        try links.allSatisfy { try machine.status(of: $0.path)?.kind == .symlink(target: $0.target) }
    }

    func apply(to machine: any Machine) async throws {
        for link in links where try machine.status(of: link.path)?.kind != .symlink(target: link.target) {
            try machine.makeDirectories(link.path.parent)
            try machine.makeSymlink(at: link.path, to: link.target)
        }
    }
}

/// One file with exactly this text, or no file at all.
struct TextFileStep: Step {
    let summary: String
    let path: String
    /// Nil means that the file must not be there.
    let text: [UInt8]?
    var mode: UInt32 = 0o644
    var owner = FileOwner.root

    func isDone(on machine: any Machine) async throws -> Bool {
        guard let status = try machine.status(of: path) else { return text == nil }
        guard let text, status.kind == .file, status.mode == mode else { return false }
        return try machine.accountNames(user: status.user, group: status.group) == owner && machine.read(path) == text
    }

    func apply(to machine: any Machine) async throws {
        guard let text else {
            try machine.remove(path)
            // The folder of drop-ins is only there for them.
            if path.parent.hasSuffix(".d"), try machine.list(path.parent).isEmpty { try machine.remove(path.parent) }
            return
        }
        try machine.makeDirectories(path.parent)
        try machine.write(text, to: path, mode: mode, owner: owner)
    }
}

extension String {
    var parent: String {
        let cut = lastIndex(of: "/") ?? startIndex
        return cut == startIndex ? "/" : String(self[..<cut])
    }
}
