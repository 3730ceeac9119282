// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

/// One line per target keeps the whole dependency picture on one screen.
func module(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, exclude: ["README.md"], swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: Target.Dependency...) -> Target {
    .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func system(_ name: String, _ pkgConfig: String, _ debian: String) -> Target {
    .systemLibrary(name: name, pkgConfig: pkgConfig, providers: [.apt([debian])])
}

func product(_ name: String, _ package: String) -> Target.Dependency {
    .product(name: name, package: package)
}

let argumentParser = product("ArgumentParser", "swift-argument-parser")
let asyncHTTPClient = product("AsyncHTTPClient", "async-http-client")
let crypto = product("Crypto", "swift-crypto")
let cryptoExtras = product("CryptoExtras", "swift-crypto")
let grdb = product("GRDB", "GRDB.swift")
let grdbSQLite = product("GRDBSQLite", "GRDB.swift")
let httpTypes = product("HTTPTypes", "swift-http-types")
let hummingbird = product("Hummingbird", "hummingbird")
let hummingbirdCore = product("HummingbirdCore", "hummingbird")
let hummingbirdHTTP2 = product("HummingbirdHTTP2", "hummingbird")
let hummingbirdTesting = product("HummingbirdTesting", "hummingbird")
let jwtKit = product("JWTKit", "jwt-kit")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let logging = product("Logging", "swift-log")
let nioConcurrency = product("NIOConcurrencyHelpers", "swift-nio")
let nioCore = product("NIOCore", "swift-nio")
let nioExtras = product("NIOExtras", "swift-nio-extras")
let nioFoundationCompat = product("NIOFoundationEssentialsCompat", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioHTTP2 = product("NIOHTTP2", "swift-nio-http2")
let nioHTTPTypes = product("NIOHTTPTypes", "swift-nio-extras")
let nioHTTPTypesHTTP2 = product("NIOHTTPTypesHTTP2", "swift-nio-extras")
let nioHTTPTypesHTTP1 = product("NIOHTTPTypesHTTP1", "swift-nio-extras")
let nioPosix = product("NIOPosix", "swift-nio")
let nioSSL = product("NIOSSL", "swift-nio-ssl")
let nioTLS = product("NIOTLS", "swift-nio")
let nioWebSocket = product("NIOWebSocket", "swift-nio")
let signals = product("UnixSignals", "swift-service-lifecycle")

let package = Package(
    name: "circuit-breaker",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.0"),
        .package(url: "https://github.com/groue/GRDB.swift.git", from: "7.10.0"),
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-crypto.git", from: "4.5.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", from: "1.35.0"),
        .package(url: "https://github.com/apple/swift-nio-http2.git", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/swift-server/async-http-client.git", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", from: "2.13.0"),
        .package(url: "https://github.com/vapor/jwt-kit.git", from: "5.7.1"),
    ],
    targets: [
        system("CCurl", "libcurl", "libcurl4-openssl-dev"),
        system("CLibPQ", "libpq", "libpq-dev"),
        system("CLibYAML", "yaml-0.1", "libyaml-dev"),
        system("COpenSSL", "openssl", "libssl-dev"),
        system("CSystemd", "libsystemd", "libsystemd-dev"),
        system("CZlib", "zlib", "zlib1g-dev"),
        system("CZstd", "libzstd", "libzstd-dev"),

        // libpq is loaded when it is needed; see its README.
        .target(name: "CCurlLoader", dependencies: ["CCurl"], exclude: ["README.md"]),
        .target(name: "CLibPQLoader", dependencies: ["CLibPQ"], exclude: ["README.md"]),

        // Kits: no domain.
        module("NetAddress"),
        module("Kernel"),
        module("JSONKit", "Kernel"),
        module("SecurityPolicy", "Kernel"),
        module("AuditProof", "JSONKit", "Kernel", crypto),
        module(
            "Persistence", "AuditProof", "Kernel", "JSONKit", "CLibPQ", "CLibPQLoader", crypto, grdb, grdbSQLite,
            lifecycle, logging),
        module("Schema", "JSONKit", "Kernel", "Persistence", crypto),
        module(
            "HTTPKit", "Kernel", "JSONKit", "SecurityPolicy", "CZlib", crypto, hummingbird, hummingbirdCore, httpTypes,
            logging, nioCore, nioPosix),
        module(
            "Serving", "Kernel", "CZlib", hummingbirdCore, httpTypes, lifecycle, logging, nioConcurrency, nioCore,
            nioExtras, nioHTTP1, nioHTTP2, nioHTTPTypes, nioHTTPTypesHTTP1, nioHTTPTypesHTTP2, nioPosix, nioSSL, nioTLS,
            nioWebSocket),
        module("Systemd", "Kernel", "JSONKit", "CSystemd", lifecycle, logging),
        module("LocalCA", "Kernel", "NetAddress", "COpenSSL"),
        module("DaemonConfig", "Kernel", "NetAddress", "CLibYAML"),
        module("Probes", "Kernel", "NetAddress", crypto, lifecycle, logging, nioCore, nioPosix),
        module("HostSystem", "Kernel"),
        module("TrustStores", "HostSystem", "JSONKit", "Kernel", "LocalCA"),
        module("Fernet", "Kernel", "COpenSSL"),
        module("ZipFile", "CZlib"),
        module("BackupFile", "JSONKit", "Kernel", "COpenSSL", "CZstd"),
        // Arithmetic over thousands of nodes is thirty times slower without the optimiser: debug builds have it here too.
        .target(
            name: "GraphLayout", exclude: ["README.md"],
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        .target(
            name: "ImpactAnalysis", exclude: ["README.md"],
            swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]),
        module("Mail", "Kernel", "CCurl", "CCurlLoader"),
        module(
            "ControlClient", "JSONKit", "Kernel", "LocalCA", httpTypes, nioCore, nioHTTP1, nioHTTPTypes,
            nioHTTPTypesHTTP1, nioPosix, nioSSL),
        module(
            "Doctor", "ControlClient", "DaemonConfig", "HostSystem", "JSONKit", "Kernel", "LocalCA", "NetAddress",
            "SecurityPolicy"),

        // Contexts: one area of the domain each.
        module(
            "SecretVault", "Fernet", "HTTPKit", "JSONKit", "Kernel", "Persistence", httpTypes, lifecycle, logging),
        module(
            "Backups", "AuditProof", "BackupFile", "HTTPKit", "JSONKit", "Kernel", "Persistence", "Schema",
            "SecretVault",
            asyncHTTPClient, crypto, httpTypes, lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL),
        module(
            "Mailroom", "HTTPKit", "JSONKit", "Kernel", "Mail", "Persistence", "SecretVault", httpTypes, lifecycle,
            logging),
        module(
            "Access", "AuditProof", "Kernel", "JSONKit", "Mail", "Mailroom", "NetAddress", "Persistence", "HTTPKit",
            "SecretVault",
            asyncHTTPClient, crypto, cryptoExtras, hummingbird, httpTypes, jwtKit, lifecycle, logging, nioCore,
            nioHTTP1, nioPosix),
        module(
            "Inventory", "Kernel", "JSONKit", "NetAddress", "Persistence", "HTTPKit", "ZipFile", httpTypes, lifecycle,
            logging, nioCore),
        module(
            "Topology", "AuditProof", "GraphLayout", "ImpactAnalysis", "Kernel", "JSONKit", "Persistence", "HTTPKit",
            "Inventory", "CZlib", crypto, lifecycle,
            logging, nioCore),
        module(
            "Discovery", "Kernel", "JSONKit", "NetAddress", "Persistence", "HTTPKit", "Inventory", "Probes", httpTypes,
            lifecycle, logging),
        module(
            "Operations", "Doctor", "Kernel", "JSONKit", "Persistence", "HTTPKit", "Access", httpTypes, lifecycle,
            logging,
            nioCore),

        module(
            "OlderEdition", "Kernel", "JSONKit", "Fernet", "Persistence", "SecretVault", "Access", "Inventory",
            "Mailroom",
            "Operations"),

        // The composition root and the programs.
        module(
            "DaemonApp", "AuditProof", "BackupFile", "Backups", "ControlClient", "Doctor", "HostSystem", "Kernel",
            "JSONKit", "NetAddress", "Persistence", "Schema", "HTTPKit", "Serving", "Systemd", "LocalCA",
            "DaemonConfig",
            "Access", "Inventory", "Mailroom", "OlderEdition", "Topology", "Discovery", "Operations",
            "SecretVault", "SecurityPolicy", hummingbird, hummingbirdCore, httpTypes, lifecycle, logging, nioCore,
            nioHTTP1, nioPosix,
            nioSSL, signals),
        .executableTarget(
            name: "circuit-breaker", dependencies: ["DaemonApp", "DaemonConfig", "Kernel", argumentParser, logging],
            swiftSettings: strict),
        module(
            "InstallerCore", "DaemonConfig", "HostSystem", "JSONKit", "Kernel", "LocalCA", "NetAddress", "TrustStores"),
        .executableTarget(
            name: "cb",
            dependencies: [
                "AuditProof", "ControlClient", "DaemonConfig", "Doctor", "HostSystem", "JSONKit", "Kernel", "LocalCA",
                "NetAddress", "SecurityPolicy", "TrustStores",
                argumentParser,
            ],
            swiftSettings: strict),
        .executableTarget(
            name: "installer",
            dependencies: ["HostSystem", "InstallerCore", "JSONKit", "Kernel", "LocalCA", argumentParser],
            swiftSettings: strict),

        .target(
            name: "TestSupport",
            dependencies: [
                "AuditProof", "HTTPKit", "HostSystem", "Kernel", "JSONKit", "Persistence", "Schema", "SecurityPolicy",
                hummingbird,
                hummingbirdTesting, httpTypes, nioCore, nioFoundationCompat, nioPosix, nioSSL,
            ],
            path: "Tests/TestSupport", swiftSettings: strict),
        tests("NetAddressTests", "NetAddress", "TestSupport"),
        tests("KernelTests", "Kernel"),
        tests("ZipFileTests", "ZipFile"),
        tests("AuditProofTests", "AuditProof", "JSONKit", "Kernel", "TestSupport"),
        tests("JSONKitTests", "JSONKit", "Kernel", "TestSupport"),
        tests(
            "PersistenceTests", "AuditProof", "Kernel", "JSONKit", "Persistence", "Schema", "TestSupport", lifecycle,
            logging),
        tests(
            "HTTPKitTests", "Kernel", "JSONKit", "HTTPKit", "SecurityPolicy", "TestSupport", httpTypes, hummingbird,
            hummingbirdTesting, nioCore),
        tests(
            "ServingTests", "Kernel", "LocalCA", "NetAddress", "Serving", "TestSupport", asyncHTTPClient,
            hummingbirdCore, httpTypes,
            lifecycle, logging, nioCore, nioHTTP1, nioPosix, nioSSL, nioWebSocket),
        tests("SystemdTests", "Systemd", lifecycle, logging),
        tests("LocalCATests", "Kernel", "LocalCA", "NetAddress", "TestSupport"),
        tests("DaemonConfigTests", "DaemonConfig", "Kernel", "NetAddress", "TestSupport"),
        tests("ProbesTests", "Kernel", "NetAddress", "Probes", lifecycle, logging, nioPosix),
        tests(
            "AccessTests", "Access", "AuditProof", "HTTPKit", "JSONKit", "Kernel", "NetAddress", "Persistence",
            "Schema",
            "SecurityPolicy", "TestSupport",
            crypto, httpTypes, hummingbird, hummingbirdTesting, logging, nioCore),
        tests(
            "InventoryTests", "Inventory", "ZipFile", "HTTPKit", "JSONKit", "Kernel", "NetAddress", "Persistence",
            "Schema",
            "SecurityPolicy", "TestSupport", httpTypes, hummingbird, hummingbirdTesting, logging, nioCore),
        tests(
            "TopologyTests", "Access", "GraphLayout", "ImpactAnalysis", "Topology", "Inventory", "HTTPKit", "JSONKit",
            "Kernel", "Persistence",
            "TestSupport",
            "CZlib",
            lifecycle, logging, nioCore),
        tests(
            "DiscoveryTests", "Discovery", "Inventory", "HTTPKit", "JSONKit", "Kernel", "NetAddress", "Persistence",
            "Probes", "TestSupport"),
        tests(
            "OperationsTests", "Operations", "Access", "Doctor", "HTTPKit", "JSONKit", "Kernel", "Persistence",
            "TestSupport",
            httpTypes, lifecycle, logging),
        tests(
            "DaemonAppTests", "DaemonApp", "Access", "DaemonConfig", "HTTPKit", "Inventory", "JSONKit", "Kernel",
            "LocalCA", "NetAddress", "Operations", "Persistence", "Schema", "Serving", "Systemd", "TestSupport",
            asyncHTTPClient, httpTypes, hummingbird, hummingbirdCore, hummingbirdTesting, lifecycle, logging, nioCore,
            nioHTTP1, nioPosix, nioSSL),
        tests("HostSystemTests", "HostSystem", "Kernel", "TestSupport"),
        tests("TrustStoresTests", "HostSystem", "JSONKit", "Kernel", "LocalCA", "TrustStores"),
        tests("MailTests", "CCurl", "Kernel", "Mail"),
        tests(
            "MailroomTests", "HTTPKit", "JSONKit", "Kernel", "Mail", "Mailroom", "Persistence", "SecretVault",
            "TestSupport", logging),
        tests(
            "BackupsTests", "BackupFile", "Backups", "Fernet", "HTTPKit", "JSONKit", "Kernel", "Persistence", "Schema",
            "SecretVault", "TestSupport", crypto, lifecycle, logging, nioCore),
        tests("BackupFileTests", "BackupFile", "Kernel", "TestSupport"),
        tests("FernetTests", "Fernet", "Kernel", "TestSupport"),
        tests("GraphLayoutTests", "GraphLayout"),
        tests("ImpactAnalysisTests", "ImpactAnalysis", "TestSupport"),
        tests(
            "ControlClientTests", "ControlClient", "JSONKit", "Kernel", "TestSupport", nioCore, nioPosix),
        tests(
            "DoctorTests", "ControlClient", "DaemonConfig", "Doctor", "HostSystem", "JSONKit", "Kernel", "LocalCA"),
        tests("SecurityPolicyTests", "Kernel", "SecurityPolicy"),
        tests(
            "SecretVaultTests", "Fernet", "HTTPKit", "JSONKit", "Kernel", "Persistence", "SecretVault", "TestSupport",
            httpTypes),
        tests(
            "InstallerCoreTests", "HostSystem", "InstallerCore", "JSONKit", "Kernel", "LocalCA", "NetAddress",
            "TestSupport", "TrustStores"),
        tests(
            "OlderEditionTests", "OlderEdition", "Access", "Fernet", "HTTPKit", "Inventory", "JSONKit", "Kernel",
            "Mailroom",
            "Persistence", "Schema", "SecretVault", "TestSupport", crypto),
        tests("HouseRulesTests", "Kernel"),
    ]
)
