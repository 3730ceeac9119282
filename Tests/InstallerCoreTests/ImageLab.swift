import Foundation
import HostSystem
import InstallerCore
import Kernel
import TestSupport
import Testing

/// A small archive and a small machine without a running system, to install the one into the other.
final class ImageLab: Sendable {
    let folder: TemporaryFolder
    let image: LiveMachine
    var archive: String { folder.path + "/archive" }

    init(version: String = "1.2.0") throws {
        folder = try TemporaryFolder(inMemory: true)
        image = LiveMachine(root: folder.path + "/image")
        try LiveMachine().makeDirectories(folder.path + "/image")
        for path in ["/etc/systemd/system", "/usr/local/bin", "/usr/lib", "/var/lib"] {
            try image.makeDirectories(path)
        }
        try put("root:x:0:0::/root:/bin/sh\nmail:x:999:8::/:/bin/false\n", "/etc/passwd")
        try put("root:x:0:\nmail:x:8:\n", "/etc/group")
        try image.write(Array("root:*:1::::::\n".utf8), to: "/etc/shadow", mode: 0o640, owner: .root)
        try put("127.0.0.1 localhost\n", "/etc/hosts")
        try fillArchive(version)
    }

    func put(_ text: String, _ path: String, mode: UInt32 = 0o644) throws {
        try image.write(Array(text.utf8), to: path, mode: mode, owner: .root)
    }

    func text(_ path: String) throws -> String { String(decoding: try image.read(path), as: UTF8.self) }

    func fillArchive(_ version: String, without left: Set<String> = []) throws {
        let disk = LiveMachine()
        try disk.removeAll(archive)
        let units = ["socket": "sockets", "service": "multi-user", "-api.socket": "sockets"]
        var files = [
            "installer": "installer \(version)", "bin/circuit-breaker": "daemon \(version)", "bin/cb": "cb \(version)",
            "VERSION": "\(version)\nabcdef\n", "LICENSE": "free",
            "share/circuit-breaker/web/index.html": "<p>\(version)",
            "share/circuit-breaker/web/old.js": "old", "systemd/circuit-breaker.slice": "[Slice]\n",
            "systemd/drop-ins/circuit-breaker.service.d/hardened.conf": "[Service]\nProtectProc=invisible\n",
            "systemd/circuit-breaker-renew.path": "[Install]\nWantedBy=paths.target\n",
            "systemd/circuit-breaker-renew.timer": "[Install]\nWantedBy=timers.target\n",
            "systemd/circuit-breaker-renew.service": "[Service]\nExecStart=-circuit-breaker-installer --renew\n",
            "sysusers.d/circuit-breaker.conf": "u circuit-breaker -\n", "tmpfiles.d/circuit-breaker.conf": "",
            "man/man1/cb.1": ".TH", "completions/bash/cb.bash": "complete", "completions/zsh/_cb": "#compdef",
            "completions/fish/cb.fish": "complete", "etc/circuit-breaker/config.yaml": "",
        ]
        for (unit, target) in units {
            let name = unit.hasPrefix("-") ? "circuit-breaker\(unit)" : "circuit-breaker.\(unit)"
            files["systemd/\(name)"] =
                "[Service]\nExecStart=circuit-breaker serve\n[Install]\nWantedBy=\(target).target\n"
        }
        for (path, text) in files where !left.contains(path) {
            let place = "\(archive)/\(path)"
            try disk.makeDirectories(String(place[..<(place.lastIndex(of: "/") ?? place.startIndex)]))
            try disk.write(Array(text.utf8), to: place, mode: 0o644, owner: .root)
        }
    }

    /// Options for the image of one machine, which has its certificates and its token.
    func options(_ change: (inout InstallOptions) -> Void = { _ in }) -> InstallOptions {
        var options = InstallOptions()
        options.https = .local
        options.hostNames = ["lab.home.arpa"]
        options.trust = .none
        change(&options)
        return options
    }

    func prepare(
        _ options: InstallOptions, on machine: (any Machine)? = nil, clock: any WallClock = SystemClock()
    ) async throws -> Installation {
        try await Installation(
            options, payload: Payload(executable: archive + "/installer"), machine: machine ?? image, clock: clock,
            daemon: { _ in NoDaemon() })
    }

    @discardableResult
    func install(_ options: InstallOptions, on machine: (any Machine)? = nil) async throws -> Bool {
        let machine = machine ?? image
        return try await prepare(options, on: machine).plan.apply(to: machine)
    }

    func remove(purge: Bool) async throws {
        try await Removal(purge: purge, machine: image).apply(to: image) { _ in }
    }

    /// Path, kind, mode, owner and content of everything. What is random by nature (keys, certificates, the token)
    /// counts by its length only when `roughly` is set.
    func manifest(roughly: Bool = false) throws -> [String] { try manifest(of: "/", roughly) }

    private func manifest(of folder: String, _ roughly: Bool) throws -> [String] {
        try image.list(folder).flatMap { name -> [String] in
            let path = folder == "/" ? "/\(name)" : "\(folder)/\(name)"
            let status = try #require(try image.status(of: path))
            let isRandom = path.hasPrefix("/etc/circuit-breaker/certs/") || path == "/etc/circuit-breaker/env"
            var line = "\(path) \(status.kind) \(String(status.mode, radix: 8)) \(status.user):\(status.group)"
            if status.kind == .file, !(roughly && isRandom) {
                line += " " + String(decoding: try image.read(path), as: UTF8.self)
            }
            return [line] + (status.kind == .directory ? try manifest(of: path, roughly) : [])
        }
    }
}

/// An image has no daemon; whoever asks it anyway has made a mistake.
struct NoDaemon: InstalledDaemon {
    func waitUntilReady(within limit: Duration) async throws { throw AppError(.fault, "There is no daemon.") }
    func profile() async -> InstallOptions.Profile? { nil }
    func setProfile(_ profile: InstallOptions.Profile) async throws { throw AppError(.fault, "There is no daemon.") }
}
