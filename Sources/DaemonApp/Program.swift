import Backups
import DaemonConfig
import Glibc
import Kernel
import LocalCA
import Logging
import NIOCore
import Persistence
import Schema
import Systemd

/// The commands of `circuit-breaker`, without the reading of the command line. Each gives the exit code: 0 done, 1
/// failed at run time, 2 wrong usage or configuration. Data goes to standard output, talk to standard error.
package struct Program: Sendable {
    let arguments: [String]
    let environment: [String: String]
    let say: @Sendable (String) -> Void
    let complain: @Sendable (String) -> Void

    package init(
        _ arguments: [String], environment: [String: String] = Configuration.processEnvironment,
        say: @escaping @Sendable (String) -> Void = { Program.write($0, to: STDOUT_FILENO) },
        complain: @escaping @Sendable (String) -> Void = { Program.write($0, to: STDERR_FILENO) }
    ) {
        self.arguments = arguments
        self.environment = environment
        self.say = say
        self.complain = complain
    }

    /// Serves until it is told to stop.
    package func serve() async -> Int32 {
        HeapTrim.limitArenas()
        return await withConfiguration { configuration in
            let systemd = SystemdEnvironment(environment)
            let logger = Self.startLogging(configuration, systemd)
            for notice in configuration.notices { logger.notice("configuration", metadata: ["notice": "\(notice)"]) }
            logger.notice("starting", metadata: ["version": "\(Version.current)"])
            var lock: StateLock?
            defer { withExtendedLifetime(lock) {} }
            let app = try await Self.onceUsable(configuration, systemd, logger) {
                // Held while it waits as well: nobody replaces the state under a daemon that looks for it.
                if lock == nil { lock = try await Self.takeOver(configuration, logger: logger) }
                return try await DaemonApp(configuration, systemd: systemd, logger: logger)
            }
            try await app?.run()
            logger.notice("stopped")
            if app?.restart.isRaised == true { Self.startAnew(systemd, logger) }
        }
    }

    /// systemd starts a service that ended by itself; without it this process becomes a new daemon.
    private static func startAnew(_ systemd: SystemdEnvironment, _ logger: Logger) {
        guard systemd.notifySocket == nil else { return }
        var arguments = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        // Only a failure comes back.
        logger.error("the daemon could not start anew; start it by hand", metadata: ["errno": "\(errno)"])
    }

    /// What `open` opens, once the data directory and the database can be used; nil when it was told to stop before.
    private static func onceUsable(
        _ configuration: Configuration, _ systemd: SystemdEnvironment, _ logger: Logger,
        _ open: () async throws -> DaemonApp
    ) async throws -> DaemonApp? {
        while true {
            do {
                return try await open()
            } catch {
                let room = WaitingRoom(after: error, configuration, systemd, clock: SystemClock(), logger: logger)
                guard let room else { throw error }
                guard try await room.wait() else { return nil }
            }
        }
    }

    /// Brings the database to the newest schema and ends.
    package func migrate() async -> Int32 {
        await withConfiguration { configuration in
            let logger = Self.startLogging(configuration, SystemdEnvironment(environment))
            let lock = try await Self.takeOver(configuration, logger: logger)
            defer { withExtendedLifetime(lock) {} }
            let opened = try openStore(configuration)
            do {
                try await opened.migrate(logger: logger)
            } catch {
                // The first reason is the one to tell.
                try? await opened.store.close()
                throw error
            }
            try await opened.store.close()
            complain("The database has the newest schema.")
        }
    }

    /// Holds the state, so that nobody replaces it meanwhile, and finishes a restore that was decided on.
    private static func takeOver(_ configuration: Configuration, logger: Logger) async throws -> StateLock {
        try DataDirectory(path: configuration.data.directory).prepare()
        let places = try StatePlaces(configuration)
        let lock = try StateLock(places)
        if let kept = try await Takeover.run(places) {
            logger.notice("a restored backup was taken over", metadata: ["before": "\(kept)"])
        }
        return lock
    }

    /// Prints the tables of the database as they are.
    package func schema() async -> Int32 {
        await withConfiguration { configuration in
            let store = try openStore(configuration).store
            say(try await SchemaPicture.draw(store))
            try await store.close()
        }
    }

    func openStore(_ configuration: Configuration) throws -> OpenedStore {
        let data = DataDirectory(path: configuration.data.directory)
        try data.prepare()
        return try OpenedStore(configuration, in: data, clock: SystemClock())
    }

    /// What the daemon would say and use, without starting it. The given certificate is read as well.
    package func checkConfiguration() -> Int32 {
        let check = ConfigurationCheck(arguments: arguments, environment: environment)
        for line in check.complaints { complain(line) }
        guard check.exitCode == 0 else {
            for line in check.lines { complain(line) }
            return check.exitCode
        }
        do {
            let configuration = try Configuration.load(arguments: arguments, environment: environment)
            if case .provided(let certificate, let key) = configuration.tls.mode {
                _ = try ProvidedPair(certificateFile: certificate, keyFile: key).load(at: SystemClock().now)
            }
        } catch {
            return explain(error)
        }
        for line in check.lines { say(line) }
        return 0
    }

    /// The OpenAPI document of exactly the routes that `serve` mounts.
    package func openAPI() async -> Int32 {
        do {
            let configuration = try Configuration.load(environment: [:], files: .init { _ in .failure(.missing) })
            let quiet = Logger(label: "openapi") { _ in SwiftLogNoOpLogHandler() }
            let modules = try Modules(
                store: try SQLiteStore(path: nil), configuration: configuration, clock: SystemClock(), logger: quiet)
            say(Indented.json(Array(Routes(modules, tls: nil).document.json().readableBytesView)))
            return 0
        } catch {
            return explain(error)
        }
    }

    func withConfiguration(_ work: (Configuration) async throws -> Void) async -> Int32 {
        do {
            try await work(try Configuration.load(arguments: arguments, environment: environment))
            return 0
        } catch {
            return explain(error)
        }
    }

    private func explain(_ error: any Error) -> Int32 {
        switch error {
        case let errors as ConfigurationErrors:
            complain(errors.description)
            return 2
        case let error as AppError:
            complain(error.message)
            return error.kind == .invalid ? 2 : 1
        default:
            complain("The daemon ended because of an error nobody expected: \(error)")
            return 1
        }
    }

    static func startLogging(_ configuration: Configuration, _ systemd: SystemdEnvironment) -> Logger {
        let level = Logger.Level(rawValue: configuration.log.level.rawValue) ?? .info
        let backend: LogBackend =
            switch configuration.log.format {
            case .auto: .auto
            case .journal: .journal
            case .text: .text
            case .json: .json
            }
        LoggingSystem.bootstrap(backend.make(systemd, level: level))
        return Logger(label: "circuit-breaker")
    }

    package static func write(_ text: String, to descriptor: Int32) {
        var bytes = Array((text.hasSuffix("\n") ? text : text + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            // The reader is gone: there is nobody left to tell.
            guard count > 0 || errno == EINTR else { return }
            bytes = bytes.dropFirst(max(0, count))
        }
    }
}
