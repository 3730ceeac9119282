import Kernel
import Logging
import Persistence
import ServiceLifecycle
import Synchronization

/// Remembers what the last transactions found wrong with the database, and asks again until it is over.
///
/// A database that cannot be written still reads, so the health list has to hear of it from the writes. Reading and
/// writing are told apart: a read that works says nothing about writes. Damage stays until SQLite finds none.
package final class DatabaseWatch: Service {
    private struct State {
        var reading: Found?
        var writing: Found?
    }

    private struct Found {
        let trouble: DatabaseTrouble
        let message: String
    }

    private let state = Mutex(State())
    private let troubles: AsyncStream<Void>
    private let wake: AsyncStream<Void>.Continuation
    private let store: any Store
    private let logger: Logger
    private let pause: Duration

    package init(_ store: any Store, pause: Duration = .seconds(2), logger: Logger) {
        self.store = store
        self.pause = pause
        self.logger = logger
        (troubles, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// What a transaction threw. Anything that is not about the database itself is left out.
    func failed(_ error: any Error, isWrite: Bool) {
        guard let trouble = DatabaseTrouble(behind: error), trouble != .closed, trouble != .busy else { return }
        let message = (error as? AppError)?.message ?? "\(error)"
        state.withLock { state in
            let found = Found(trouble: trouble, message: message)
            if isWrite { state.writing = found } else { state.reading = found }
        }
        wake.yield()
    }

    func succeeded(isWrite: Bool) {
        state.withLock { state in
            if state.reading?.trouble != .damaged { state.reading = nil }
            if isWrite, state.writing?.trouble != .damaged { state.writing = nil }
        }
    }

    package var health: HealthItem? {
        let found = state.withLock { $0.writing ?? $0.reading }
        return found.map { HealthItem(trouble: $0.trouble, message: $0.message) }
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown { [self] in
            for await _ in troubles {
                while !Task.isCancelled, health != nil {
                    // Cancellation ends the sleep and then the loop.
                    try? await Task.sleep(for: isDamaged ? pause * 15 : pause)
                    if !Task.isCancelled { await askAgain() }
                }
            }
        }
    }

    private var isDamaged: Bool {
        state.withLock { $0.reading?.trouble == .damaged || $0.writing?.trouble == .damaged }
    }

    /// A write that changes nothing, or the engine's own examination where damage was found.
    package func askAgain() async {
        do {
            if isDamaged {
                guard try await isSound() else { return }
                state.withLock { $0 = State() }
            }
            try await store.write { try $0.run("UPDATE outbox_state SET delivered_id = delivered_id WHERE id = 1") }
            state.withLock { $0 = State() }
        } catch {
            failed(error, isWrite: true)
            logger.debug("the database is still in trouble", metadata: ["error": "\(error)"])
        }
    }

    private func isSound() async throws -> Bool {
        try await store.read { tx in
            switch tx.dialect {
            case .sqlite: try tx.one("PRAGMA quick_check(1)").text(0) == "ok"
            // The server examines nothing on request; what is read without an error is what can be said.
            case .postgres: try tx.one("SELECT count(*) FROM audit_log").integer(0) >= 0
            }
        }
    }
}

extension HealthItem {
    package init(trouble: DatabaseTrouble, message: String) {
        self.init(id: trouble.healthID, severity: .failing, message: "\(message) \(trouble.cure)")
    }
}
