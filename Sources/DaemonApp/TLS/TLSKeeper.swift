import DaemonConfig
import Kernel
import LocalCA
import Logging
import ServiceLifecycle
import Serving
import Synchronization

/// Keeps the certificate that new connections get in order: makes and renews it in local mode, re-reads it when the
/// files change or somebody asks. A pair that cannot be used is refused with one line, and the old one stays.
package final class TLSKeeper: Service, Sendable {
    enum Source: Sendable {
        case local(CertificateFiles, Configuration.TLS)
        case provided(ProvidedPair)
    }

    /// How often it looks, and how long what it makes lives.
    package struct Pace: Sendable {
        package var interval: Duration
        package var leafLifetime: Duration

        package init(
            interval: Duration = .seconds(60), leafLifetime: Duration = CertificateAuthority.longestLeaf
        ) {
            self.interval = interval
            self.leafLifetime = leafLifetime
        }
    }

    /// What is served now.
    struct Current: Sendable {
        let identity: CertifiedKey
        /// What the last look at the local CA found; nil for a provided pair.
        let outcome: RenewalOutcome?
        /// Why the last attempt to read a new pair failed; nil when it did not.
        var refusal: String?

        var localRoots: LocalRoots? { outcome?.roots }
        /// What devices should trust: the root in use first, then its successor once there is one.
        var roots: [Certificate] { localRoots?.toTrust ?? [] }
        /// The root in use.
        var authority: Certificate? { localRoots?.inUse }
    }

    let box: TLSIdentityBox
    private let source: Source
    private let clock: any WallClock
    private let logger: Logger
    private let state: Mutex<Current>
    private let interval: Duration
    private let requests: AsyncStream<Void>
    private let ask: AsyncStream<Void>.Continuation
    private let request: RenewalRequest

    /// Blocking file work of a few milliseconds. Nil when TLS is off.
    static func open(
        _ tls: Configuration.TLS, clock: any WallClock, logger: Logger, pace: Pace = Pace(),
        renewRequest: String = RenewalRequest.standardPath
    ) throws -> TLSKeeper? {
        let request = RenewalRequest(path: renewRequest)
        switch tls.mode {
        case .off: return nil
        case .provided(let certificateFile, let keyFile):
            let pair = ProvidedPair(certificateFile: certificateFile, keyFile: keyFile)
            return try TLSKeeper(.provided(pair), clock, logger, pace.interval, request)
        case .local:
            let files = CertificateFiles(
                directory: tls.directory, subject: .init(machineID: MachineNames.machineID),
                leafLifetime: pace.leafLifetime)
            return try TLSKeeper(.local(files, tls), clock, logger, pace.interval, request)
        }
    }

    private init(
        _ source: Source, _ clock: any WallClock, _ logger: Logger, _ interval: Duration, _ request: RenewalRequest
    ) throws {
        self.source = source
        self.clock = clock
        self.logger = logger
        self.interval = interval
        self.request = request
        (requests, ask) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
        let first = try Self.load(source, at: clock.now, logger)
        box = try TLSIdentityBox(first.identity)
        state = Mutex(first)
        askRootIfNeeded(first)
    }

    var current: Current { state.withLock { $0 } }

    /// What root has been asked for; nil while nothing is needed.
    var waitingForRoot: RenewalRequest.Status? { request.status }

    /// The folders whose files the certificate comes from.
    var folders: [String] {
        switch source {
        case .local(let files, _): [files.directory]
        case .provided(let pair):
            Array(Set([pair.certificateFile, pair.keyFile].map { DataDirectory.parent(of: $0) ?? "/" })).sorted()
        }
    }

    /// Reads the files anew. True when new connections get another certificate from now on.
    @discardableResult
    package func reload() -> Bool {
        do {
            let fresh = try Self.load(source, at: clock.now, logger)
            let isNew = fresh.identity != current.identity
            if isNew {
                try box.reload(chain: fresh.identity.chain.map(\.der), key: fresh.identity.key.der)
                logger.notice(
                    "new certificate in use",
                    metadata: [
                        "subject": "\(fresh.identity.leaf?.subject ?? "")",
                        "fingerprint": "\(fresh.identity.leaf?.fingerprintSHA256 ?? "")",
                    ])
            }
            state.withLock { $0 = fresh }
            askRootIfNeeded(fresh)
            return isNew
        } catch {
            let reason = (error as? AppError)?.message ?? "\(error)"
            if current.refusal != reason {
                logger.error("the new certificate is refused, the old one stays", metadata: ["reason": "\(reason)"])
            }
            state.withLock { $0.refusal = reason }
            // A certificate that has expired, or a CA that lacks its certificate: root may be able to mend it.
            if case .local = source { askRoot([reason]) }
            return false
        }
    }

    private func askRootIfNeeded(_ current: Current) {
        guard let outcome = current.outcome, outcome.needsRoot else { return request.withdraw() }
        askRoot(outcome.sentences)
    }

    private func askRoot(_ reasons: [String]) {
        guard request.ask(reasons, at: clock.now) else { return }
        logger.notice("root is asked to renew the certificate", metadata: ["why": "\(reasons.joined(separator: " "))"])
    }

    /// Looks at the files soon; several calls become one look.
    func lookSoon() { ask.yield() }

    /// Looks each minute and whenever a file changes: cheap, and it also sees new addresses of the machine and the
    /// day of renewal.
    package func run() async throws {
        let watch = await FileWatch(folders: folders)
        if watch == nil {
            logger.notice("changed certificates are noticed within a minute only: inotify is not to be had")
        }
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup { group in
                group.addTask { [ask] in await watch?.run { ask.yield() } }
                group.addTask { [self] in await beat() }
                for await _ in requests {
                    // A pair is two files: let the second arrive before the first is judged.
                    try? await Task.sleep(for: .milliseconds(250))
                    if Task.isCancelled { break }
                    reload()
                }
                group.cancelAll()
            }
        }
    }

    private func beat() async {
        while !Task.isCancelled {
            // Cancellation ends the sleep and then the loop.
            try? await Task.sleep(for: interval)
            ask.yield()
        }
    }

    private static func load(_ source: Source, at now: Instant, _ logger: Logger) throws -> Current {
        switch source {
        case .provided(let pair):
            return Current(identity: try pair.load(at: now), outcome: nil)
        case .local(let files, let tls):
            let outcome = try files.ensure(names: try MachineNames.current(asked: tls), at: now)
            report(outcome, files, logger)
            return Current(identity: outcome.identity, outcome: outcome)
        }
    }

    private static func report(_ outcome: CertificateFiles.Outcome, _ files: CertificateFiles, _ logger: Logger) {
        for act in outcome.acts {
            logger.notice("local CA changed", metadata: ["what": "\(act.sentence)"])
        }
        switch outcome.leaf {
        case .kept: break
        case .made: logger.notice("server certificate made", metadata: ["file": "\(files.certificatePath)"])
        case .renewed(let reason):
            logger.notice(
                "server certificate renewed",
                metadata: ["file": "\(files.certificatePath)", "reason": "\(reason)"])
        case .due(let reason):
            logger.debug("server certificate is due; root renews it", metadata: ["reason": "\(reason)"])
        }
    }
}

extension TLSIdentityBox {
    convenience init(_ identity: CertifiedKey) throws {
        try self.init(chain: identity.chain.map(\.der), key: identity.key.der)
    }
}
