import HostSystem
import Kernel

/// Where a family of distributions keeps added roots, and what makes them count.
struct SystemLayout: Sendable, Equatable {
    let family: String
    /// The folder for roots an administrator adds.
    let anchors: String
    /// How file names have to end to be taken in.
    let ending: String
    /// Tried in this order; the first whose program is installed is run.
    let updates: [[String]]
    /// The same after something was taken away, where that needs another word.
    let refreshes: [[String]]
    let package: String
    /// Bundles programs read, newest layout first; the first that exists is looked into.
    let bundles: [String]
    /// The keystore the tool also writes, by a hook.
    var javaKeystore: String?

    static let debian = SystemLayout(
        family: "Debian", anchors: "/usr/local/share/ca-certificates", ending: "crt",
        updates: [["update-ca-certificates"]],
        // Without it the links to a file that is gone stay in /etc/ssl/certs.
        refreshes: [["update-ca-certificates", "--fresh"]],
        package: "ca-certificates", bundles: ["/etc/ssl/certs/ca-certificates.crt"],
        javaKeystore: "/etc/ssl/certs/java/cacerts")

    static let fedora = SystemLayout(
        family: "Fedora", anchors: "/etc/pki/ca-trust/source/anchors", ending: "pem",
        updates: [["update-ca-trust", "extract"]], refreshes: [["update-ca-trust", "extract"]],
        package: "ca-certificates",
        bundles: ["/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/pki/tls/certs/ca-bundle.crt"])

    static let arch = SystemLayout(
        family: "Arch", anchors: "/etc/ca-certificates/trust-source/anchors", ending: "crt",
        updates: [["update-ca-trust"], ["trust", "extract-compat"]],
        refreshes: [["update-ca-trust"], ["trust", "extract-compat"]],
        package: "ca-certificates-utils",
        bundles: ["/etc/ca-certificates/extracted/tls-ca-bundle.pem", "/etc/ssl/certs/ca-certificates.crt"])

    static let suse = SystemLayout(
        family: "openSUSE", anchors: "/etc/pki/trust/anchors", ending: "pem",
        updates: [["update-ca-certificates"]], refreshes: [["update-ca-certificates"]],
        package: "ca-certificates",
        bundles: ["/var/lib/ca-certificates/ca-bundle.pem", "/etc/ssl/ca-bundle.pem"])

    static let alpine = SystemLayout(
        family: "Alpine", anchors: "/usr/local/share/ca-certificates", ending: "crt",
        updates: [["update-ca-certificates"]], refreshes: [["update-ca-certificates", "--fresh"]],
        package: "ca-certificates", bundles: ["/etc/ssl/certs/ca-certificates.crt"])

    /// By the names in os-release, nearest first; where they say nothing known, by the folders that are there.
    static func find(on machine: any Machine) throws -> SystemLayout? {
        for name in try names(on: machine) {
            switch name {
            case "debian", "ubuntu": return debian
            case "fedora", "rhel", "centos", "amzn": return fedora
            case "arch", "archlinux": return arch
            case "suse", "sles", "opensuse": return suse
            case "alpine", "postmarketos": return alpine
            case _ where name.hasPrefix("opensuse"): return suse
            default: continue
            }
        }
        return try [fedora, arch, suse, debian].first { layout in
            try machine.exists(layout.anchors) && layout.tool(layout.updates, on: machine) != nil
        }
    }

    /// The first command of the list whose program is there.
    func tool(_ commands: [[String]], on machine: any Machine) -> [String]? {
        commands.first { $0.first.map { machine.tool($0) != nil } ?? false }
    }

    private static func names(on machine: any Machine) throws -> [String] {
        guard
            let path = try ["/etc/os-release", "/usr/lib/os-release"].first(where: { try machine.exists($0) }
            )
        else { return [] }
        let lines = String(decoding: try machine.read(path), as: UTF8.self).split(whereSeparator: \.isNewline)
        return ["ID=", "ID_LIKE="].flatMap { key in
            lines.last { $0.hasPrefix(key) }.map { $0.dropFirst(key.count).filter { $0 != "\"" && $0 != "'" } }
                .map { $0.lowercased().split(separator: " ").map(String.init) } ?? []
        }
    }
}
