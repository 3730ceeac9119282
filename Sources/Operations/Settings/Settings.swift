import Kernel
import Persistence
import Synchronization

/// What people change in the browser for everybody, and who must know when they do.
///
/// `load` reads what is stored and is called once at the start. Observers are told then and after each change that was
/// committed, always with the newest. They decide quickly, do not wait and do not ask back.
package final class Settings: Sendable {
    package typealias Observer = @Sendable (AppSettings) -> Void

    private struct State {
        var current: AppSettings
        var observers: [Observer] = []
    }

    private let store: any Store
    private let beginning: AppSettings
    private let state: Mutex<State>

    /// `beginning` holds until the first change.
    package init(store: any Store, beginning: AppSettings = AppSettings()) {
        self.store = store
        self.beginning = beginning
        state = Mutex(State(current: beginning))
    }

    /// As of the last `load` or change, without asking the database.
    package var current: AppSettings { state.withLock { $0.current } }

    @discardableResult
    package func load() async throws -> AppSettings {
        let stored = try await store.read { [beginning] in try SettingsStore.read(in: $0) ?? beginning }
        return tell(stored)
    }

    /// Called at once with what is known, then after each change.
    package func observe(_ observer: @escaping Observer) {
        state.withLock { state in
            state.observers.append(observer)
            observer(state.current)
        }
    }

    /// `revision` is what the change was made from: another one in the database makes it stale. Without one the change
    /// is made on whatever is there, as the first-run wizard does.
    package func change(_ patch: AppSettingsPatch, from revision: Int64?, by caller: Caller) async throws -> AppSettings
    {
        let changed = try await store.write { [beginning] tx in
            let before = try SettingsStore.read(in: tx) ?? beginning
            if let revision, revision != before.revision {
                throw AppError(.stale, "Somebody else changed the settings meanwhile; read them again.")
            }
            var after = try patch.applied(to: before).validated(after: before)
            guard after != before else { return before }
            if after.isWeaker(than: before) { try caller.requireFreshProof() }
            after.revision = before.revision + 1
            try SettingsStore.write(after, in: tx)
            try tx.emit(SettingsChanged(before: before, after: after), by: caller)
            return after
        }
        tell(changed)
        return changed
    }

    /// Under the lock, so that two changes at once reach every observer in their order.
    @discardableResult
    private func tell(_ settings: AppSettings) -> AppSettings {
        state.withLock { state in
            guard settings.revision >= state.current.revision else { return state.current }
            state.current = settings
            for observer in state.observers { observer(settings) }
            return settings
        }
    }
}

extension AppSettingsPatch {
    /// The revision the body names.
    var namedRevision: Int64? {
        if case .set(let revision) = revision { revision } else { nil }
    }
}
