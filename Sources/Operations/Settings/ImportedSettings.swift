import Kernel
import Persistence

/// Settings that come from another installation, written in somebody else's transaction. The daemon reads them at its
/// next start.
package struct ImportedSettings: Sendable {
    private let change: @Sendable (inout AppSettings) -> Void

    package init(_ change: @escaping @Sendable (inout AppSettings) -> Void) {
        self.change = change
    }

    /// Whether they were taken: only where nobody has changed any here, and where they are right.
    package func store(by caller: Caller, in tx: any Session) throws -> Bool {
        let before = try SettingsStore.read(in: tx)
        if let before, before.revision > 1 { return false }
        var settings = before ?? AppSettings()
        let old = settings
        change(&settings)
        guard let valid = try? settings.validated(after: old) else { return false }
        settings = valid
        settings.revision = old.revision + 1
        try SettingsStore.write(settings, in: tx)
        try tx.emit(SettingsChanged(before: old, after: settings), by: caller)
        return true
    }
}
