import Glibc
import HostSystem
import Kernel

/// The files that came with this installer: the unpacked archive it lies in, or the installation it belongs to.
package struct Payload: Sendable {
    package struct Item: Sendable, Equatable {
        /// On the machine the installer runs on, outside of any root.
        package let source: String
        package let destination: String
        package let mode: UInt32
    }

    package enum Kind: Sendable, Equatable { case archive, installation }

    package let kind: Kind
    package let version: ProductVersion
    /// The archive's folder, or the prefix.
    package let folder: String
    /// `bin/…` and so on, relative to the folder. Empty for an installation.
    private let files: [String]

    /// `executable` is the installer's own file with every link resolved.
    package init(executable: String, disk: any Machine = LiveMachine()) throws {
        let parent = Self.parent(of: executable)
        if try disk.exists("\(parent)/bin/circuit-breaker"), try disk.exists("\(parent)/VERSION") {
            kind = .archive
            folder = parent
            version = try Self.version("\(parent)/VERSION", disk)
            files = try Self.files(below: parent, "", disk)
        } else if parent.hasSuffix("/bin"), try disk.exists("\(parent)/circuit-breaker"),
            try disk.exists(Layout(prefix: Self.parent(of: parent)).versionFile)
        {
            kind = .installation
            folder = Self.parent(of: parent)
            version = try Self.version(Layout(prefix: folder).versionFile, disk)
            files = []
        } else {
            throw AppError(
                .notFound,
                "\(executable) does not lie in an unpacked archive nor in an installation. Unpack the archive and run "
                    + "the installer in its folder.")
        }
    }

    /// What lies where, sorted by destination.
    package func items(for layout: Layout) -> [Item] {
        files.compactMap { file in
            Self.destination(of: file, in: layout).map { destination, mode in
                Item(source: "\(folder)/\(file)", destination: destination, mode: mode)
            }
        }
        .sorted { $0.destination < $1.destination }
    }

    /// A file of `etc/`, which is a template and not laid by itself.
    package func template(_ name: String) -> String? {
        let file = "etc/circuit-breaker/\(name)"
        return files.contains(file) ? "\(folder)/\(file)" : nil
    }

    private static func destination(of file: String, in layout: Layout) -> (String, UInt32)? {
        let parts = file.split(separator: "/", maxSplits: 1).map(String.init)
        guard let top = parts.first, parts.count == 2 else {
            switch file {
            case "installer": return ("\(layout.programs)/circuit-breaker-installer", 0o755)
            case "VERSION": return (layout.versionFile, 0o644)
            case "LICENSE", "sbom.spdx.json": return ("\(layout.share)/\(file)", 0o644)
            default: return nil
            }
        }
        let rest = parts[1]
        switch top {
        case "bin": return ("\(layout.programs)/\(rest)", 0o755)
        case "lib": return ("\(layout.prefix)/lib/circuit-breaker/\(rest)", 0o644)
        case "share":
            let inside = rest.hasPrefix("circuit-breaker/") ? String(rest.dropFirst("circuit-breaker/".count)) : rest
            return ("\(layout.share)/\(inside)", 0o644)
        case "systemd": return unit(rest, in: layout)
        case "sysusers.d": return ("\(layout.users)/\(rest)", 0o644)
        case "tmpfiles.d": return ("\(layout.temporaryFiles)/\(rest)", 0o644)
        case "man": return ("\(layout.manuals)/\(rest)", 0o644)
        case "completions": return completion(rest, in: layout)
        default: return nil
        }
    }

    private static func unit(_ rest: String, in layout: Layout) -> (String, UInt32)? {
        let kinds = [".service", ".socket", ".timer", ".path", ".slice", ".target"]
        if !rest.contains("/") {
            return kinds.contains(where: rest.hasSuffix) ? ("\(layout.units)/\(rest)", 0o644) : nil
        }
        if rest.hasPrefix("drop-ins/") { return ("\(layout.dropIns)/\(rest.dropFirst("drop-ins/".count))", 0o644) }
        if rest.hasPrefix("sysusers.d/") { return ("\(layout.users)/\(rest.dropFirst("sysusers.d/".count))", 0o644) }
        if rest.hasPrefix("tmpfiles.d/") {
            return ("\(layout.temporaryFiles)/\(rest.dropFirst("tmpfiles.d/".count))", 0o644)
        }
        return nil
    }

    /// `bash/cb`, `zsh/_cb`, `fish/cb.fish`, or the same names without the folder.
    private static func completion(_ rest: String, in layout: Layout) -> (String, UInt32)? {
        let name = rest.split(separator: "/").last.map(String.init) ?? rest
        let share = "\(layout.prefix)/share"
        if name.hasSuffix(".fish") { return ("\(share)/fish/vendor_completions.d/\(name)", 0o644) }
        if name.hasPrefix("_") {
            let folder = layout.prefix == "/usr" ? "vendor-completions" : "site-functions"
            return ("\(share)/zsh/\(folder)/\(name)", 0o644)
        }
        let bare = name.hasSuffix(".bash") ? String(name.dropLast(".bash".count)) : name
        return ("\(share)/bash-completion/completions/\(bare)", 0o644)
    }

    private static func files(below folder: String, _ path: String, _ disk: any Machine) throws -> [String] {
        try disk.list("\(folder)/\(path)").flatMap { name -> [String] in
            let inside = path.isEmpty ? name : "\(path)/\(name)"
            guard try disk.status(of: "\(folder)/\(inside)")?.kind == .directory else { return [inside] }
            return try files(below: folder, inside, disk)
        }
    }

    private static func version(_ path: String, _ disk: any Machine) throws -> ProductVersion {
        guard let version = ProductVersion(String(decoding: try disk.read(path), as: UTF8.self)) else {
            throw AppError(.invalid, "\(path) does not hold a version. Unpack the archive again.")
        }
        return version
    }

    private static func parent(of path: String) -> String {
        let cut = path.lastIndex(of: "/") ?? path.startIndex
        return String(path[..<cut])
    }

    /// The file this program was started from.
    package static func ownExecutable() throws -> String {
        let disk = LiveMachine()
        guard case .symlink(let target) = try disk.status(of: "/proc/self/exe")?.kind else {
            throw AppError(.fault, "/proc is not mounted, so the installer cannot find its own files. Mount it.")
        }
        return target
    }
}
