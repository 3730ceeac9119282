import Testing

/// A module that only some rooms may know. `routes` lets files ending in Routes.swift in as well.
struct Room: Sendable, CustomTestStringConvertible {
    let modules: Set<String>
    let targets: Set<String>
    var routes = false
    let reason: String
    let wayOut: String

    var testDescription: String { modules.sorted().joined(separator: ", ") }
}

@Suite("House rules: imports")
struct ImportRulesTests {
    static let rooms = [
        Room(
            modules: ["Hummingbird"], targets: ["HTTPKit", "DaemonApp"], routes: true,
            reason: "the web framework stays at the edge, so that the domain is tested without it",
            wayOut: "take plain values from the route; or extend HTTPKit"),
        Room(
            modules: ["HummingbirdCore", "HummingbirdHTTP2", "HummingbirdTLS"],
            targets: ["HTTPKit", "Serving", "DaemonApp"],
            reason: "sockets and channels are the business of Serving",
            wayOut: "ask Serving for what is needed"),
        Room(
            modules: ["GRDB", "CLibPQ", "SQLite3"], targets: ["Persistence"],
            reason: "a driver's type in a slice does not exist on the other engine",
            wayOut: "use Store, Session and SQL; extend Persistence when they lack something"),
        Room(
            modules: ["COpenSSL"], targets: ["LocalCA", "Fernet", "BackupFile"],
            reason: "C memory and error queues are wrapped once, with proof",
            wayOut: "add what is needed to LocalCA"),
        Room(
            modules: ["CSystemd"], targets: ["Systemd"], reason: "libsystemd is wrapped once",
            wayOut: "add what is needed to Systemd"),
        Room(
            modules: ["CCurl"], targets: ["Mail"], reason: "libcurl is wrapped once, with its threads and callbacks",
            wayOut: "add what is needed to Mail"),
        Room(
            modules: ["CZstd"], targets: ["BackupFile"], reason: "libzstd is wrapped once, with its contexts",
            wayOut: "hand the bytes to BackupFile"),
        Room(
            modules: ["CLibYAML"], targets: ["DaemonConfig"], reason: "YAML is read once, strictly, with positions",
            wayOut: "add the option to the table of DaemonConfig"),
        Room(
            modules: ["ArgumentParser"], targets: ["circuit-breaker", "cb", "installer"],
            reason: "the command line is the program's, not the library's",
            wayOut: "hand plain values to the library"),
    ]

    @Test("a module is imported only in its rooms", arguments: rooms)
    func onlyInItsRooms(_ room: Room) {
        let findings = Repository.here.sources.flatMap { source in
            source.imports.filter { found in
                room.modules.contains(found.module) && !room.targets.contains(source.module)
                    && !(room.routes && source.name.hasSuffix("Routes.swift"))
            }.map { Finding(source.path, $0.line, "import \($0.module)") }
        }

        expectNone(
            findings, rule: "\(room.testDescription) only in \(room.targets.sorted().joined(separator: ", "))",
            because: room.reason, wayOut: room.wayOut)
    }

    @Test("no module re-exports another")
    func reexports() {
        let findings = Repository.here.sources.flatMap { source in
            source.lines(with: "@_exported").map { Finding(source.path, $0) }
        }

        expectNone(
            findings, rule: "no @_exported", because: "a hidden import is an arrow nobody sees in Package.swift",
            wayOut: "import what the file uses")
    }
}
