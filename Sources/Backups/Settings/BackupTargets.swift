import BackupFile
import Kernel
import Persistence
import SecretVault

/// Where backups go and how they are made: the use cases of the settings.
package struct BackupTargets: Sendable {
    let store: any Store
    let vault: SecretVault
    /// The folder `backups` of the data directory.
    let localFolder: String
    let clock: any WallClock
    /// Raised when the clock has to look again.
    let changed = OutboxSignal()

    // MARK: - Settings

    func settings() async throws -> ShownBackupSettings {
        try await store.read { try shown(BackupSettingsStore.read(in: $0), in: $0) }
    }

    private func shown(_ settings: BackupSettings, in tx: any Session) throws -> ShownBackupSettings {
        let now = clock.now
        let run = try BackupJobStore.due(.create, since: settings.scheduleSince, in: tx)
        let drill = try BackupJobStore.due(.drill, since: settings.drillSince, in: tx)
        let hasKey = settings.key != nil
        return ShownBackupSettings(
            settings: settings, key: vault.mark(of: settings.key),
            nextRun: hasKey ? run.moment(settings.schedule, at: now, in: settings.zone) : nil,
            nextDrill: hasKey ? drill.moment(settings.drill, at: now, in: settings.zone) : nil)
    }

    func change(
        _ patch: BackupSettingsPatch, expecting revision: Int?, by caller: Caller
    ) async throws -> ShownBackupSettings {
        let answer = try await store.write { tx in
            let before = try BackupSettingsStore.read(in: tx)
            if let revision, Int64(revision) != before.revision { throw Self.isStale }
            var after = try patch.applied(to: before, at: tx.now)
            guard after != before else { return try shown(before, in: tx) }
            after.revision = before.revision + 1
            try BackupSettingsStore.write(after, in: tx)
            try tx.emit(BackupSettingsChanged(before: before, after: after), by: caller)
            return try shown(after, in: tx)
        }
        changed.raise()
        return answer
    }

    private static var isStale: AppError {
        AppError(.stale, "Somebody else changed the backup settings meanwhile; read them again.")
    }

    // MARK: - The key

    static let shortestPassphrase = 12

    /// Derives a key and seals it; the passphrase itself is kept nowhere. Backups made before keep needing theirs.
    func setPassphrase(_ passphrase: Secret<String>, by caller: Caller) async throws -> ShownBackupSettings {
        let length = passphrase.reveal().count
        guard (Self.shortestPassphrase...1024).contains(length) else {
            throw AppError(
                .invalid, "The passphrase cannot be used.",
                fields: [
                    "passphrase":
                        "Give a passphrase of at least \(Self.shortestPassphrase) characters, such as five words."
                ])
        }
        guard !passphrase.reveal().hasControl else {
            throw AppError(
                .invalid, "The passphrase cannot be used.",
                fields: ["passphrase": "A passphrase has no control characters: nobody could type them again."])
        }
        let key = try await Blocking.run { _ in try BackupKey(deriving: passphrase) }
        let answer = try await store.write { tx in
            let before = try BackupSettingsStore.read(in: tx)
            var after = before
            after.key = try vault.seal(key.text, for: .backupKey, in: tx)
            after.keyID = key.id
            after.keySetAt = tx.now
            // From the day on which there is a key: nothing was missed before.
            if before.key == nil { (after.scheduleSince, after.drillSince) = (tx.now, tx.now) }
            after.revision = before.revision + 1
            try BackupSettingsStore.write(after, in: tx)
            try tx.emit(BackupSettingsChanged(before: before, after: after), by: caller)
            return try shown(after, in: tx)
        }
        changed.raise()
        return answer
    }

    /// What backups are made with.
    func key() async throws -> BackupKey {
        try key(of: try await store.read { try BackupSettingsStore.read(in: $0) })
    }

    func key(of settings: BackupSettings) throws -> BackupKey {
        guard let sealed = settings.key else { throw Self.hasNoKey }
        guard let key = BackupKey(parsing: try vault.open(sealed, of: .backupKey)) else {
            throw AppError(.fault, "The key of the backups cannot be read. Set the passphrase of the backups again.")
        }
        return key
    }

    /// The secrets of an emergency sheet: written into the trail as what it is.
    func sheet(by caller: Caller) async throws -> BackupSheet {
        let key = try await key()
        return try await store.write { tx in
            let places = try BackupPlaceStore.list(in: tx)
            let secrets = try places.compactMap { place in
                try place.secret.map { sealed in
                    (
                        target: place.name, keyID: place.keyID ?? "",
                        secret: try vault.open(sealed, of: .backupTargetSecret)
                    )
                }
            }
            try tx.audit(
                AuditEntry("secrets_shown", severity: .critical, entity: "backup_settings", name: "emergency sheet"),
                by: caller)
            return BackupSheet(keyID: key.id, key: key.text, secrets: secrets)
        }
    }

    static var hasNoKey: AppError {
        AppError(
            .conflict,
            "Set a passphrase for the backups first: Settings, Backups. Without it there is nothing to seal them with.")
    }

    // MARK: - Targets

    func list() async throws -> [ShownBackupPlace] {
        try await store.read { try BackupPlaceStore.list(in: $0) }.map(shown)
    }

    private func shown(_ place: BackupPlace) -> ShownBackupPlace {
        ShownBackupPlace(place: place, secret: vault.mark(of: place.secret))
    }

    func create(_ draft: BackupPlaceDraft, by caller: Caller) async throws -> ShownBackupPlace {
        let secret = Self.given(draft.secret)
        let checked = try draft.place.validated(hasSecret: secret != nil)
        return try await store.write { tx in
            var place = checked
            if place.kind == .s3 {
                place.secret = try secret.map { try vault.seal($0, for: .backupTargetSecret, in: tx) }
            }
            let made = try Self.refusingTwins { try BackupPlaceStore.insert(place, in: tx) }
            try tx.emit(BackupTargetChanged(what: .created, before: nil, after: made), by: caller)
            return shown(made)
        }
    }

    func change(
        _ id: Int64, _ patch: BackupPlacePatch, expecting revision: Int?, by caller: Caller
    ) async throws -> ShownBackupPlace {
        try await store.write { tx in
            let before = try Self.require(id, in: tx)
            if let revision, Int64(revision) != before.revision {
                throw AppError(.stale, "Somebody else changed this target meanwhile; read it again.")
            }
            var after = patch.applied(to: before)
            if case .set(let new) = patch.secret {
                after.secret = try Self.given(new).map { try vault.seal($0, for: .backupTargetSecret, in: tx) }
            } else if before.secret != nil, before.endpoint != after.endpoint || before.keyID != after.keyID {
                // A secret belongs to a key at a store; it is not shown to another one.
                throw AppError(
                    .invalid, "The target has errors.",
                    fields: ["secret": "Enter the secret again: the store or the access key is another one now."])
            }
            let checked = try after.validated(hasSecret: after.secret != nil)
            guard checked != before else { return shown(before) }
            if !checked.isEnabled { try Self.requireAnother(than: id, in: tx) }
            let changed = try Self.refusingTwins { try BackupPlaceStore.update(checked, in: tx) }
            try tx.emit(BackupTargetChanged(what: .changed, before: before, after: changed), by: caller)
            return shown(changed)
        }
    }

    func delete(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            let place = try Self.require(id, in: tx)
            guard place.kind != .local else {
                throw AppError(.conflict, "The folder of this machine cannot be removed. Turn it off instead.")
            }
            if place.isEnabled { try Self.requireAnother(than: id, in: tx) }
            try BackupPlaceStore.delete(id, in: tx)
            try tx.emit(BackupTargetChanged(what: .deleted, before: place, after: nil), by: caller)
        }
    }

    /// Whether the place can be used: what is wrong is the answer and not an error.
    func test(_ id: Int64, by caller: Caller) async throws -> TargetTest {
        let place = try await store.read { try Self.require(id, in: $0) }
        let outcome: TargetTest
        do throws(TargetFailure) {
            try await open(place).probe()
            outcome = TargetTest(failure: nil, name: place.name)
        } catch {
            outcome = TargetTest(failure: error, name: place.name)
        }
        try await store.write { tx in
            try tx.audit(
                AuditEntry(
                    outcome.failure == nil ? "tested" : "test_failed", entity: "backup_target", id: id,
                    name: place.name), by: caller)
        }
        return outcome
    }

    /// The target behind the settings, with its secret open.
    func open(_ place: BackupPlace) throws(TargetFailure) -> any BackupTarget {
        switch place.kind {
        case .local: return DirectoryTarget(path: localFolder, takesOver: true)
        case .directory: return DirectoryTarget(path: place.path ?? "")
        case .s3:
            do {
                guard let sealed = place.secret else {
                    throw TargetFailure(.wrongSecret, "The target “\(place.name)” has no secret. Enter it again.")
                }
                let secret = try vault.open(sealed, of: .backupTargetSecret)
                return S3Target(
                    S3Place(
                        endpoint: place.endpoint ?? "", region: place.region ?? "", bucket: place.bucket ?? "",
                        folder: place.folder ?? "", keyID: place.keyID ?? "", secret: secret,
                        authorities: place.authorities), clock: clock)
            } catch let failure as TargetFailure {
                throw failure
            } catch {
                throw TargetFailure(.wrongSecret, BackupJobs.sentence(error))
            }
        }
    }

    func enabled() async throws -> [BackupPlace] {
        try await store.read { try BackupPlaceStore.list(in: $0).filter(\.isEnabled) }
    }

    private static func given(_ secret: Secret<String>?) -> Secret<String>? {
        secret.flatMap { $0.reveal().isEmpty ? nil : $0 }
    }

    static func require(_ id: Int64, in tx: any Session) throws -> BackupPlace {
        guard let place = try BackupPlaceStore.find(id, in: tx) else { throw AppError.notFound("This target") }
        return place
    }

    private static func requireAnother(than id: Int64, in tx: any Session) throws {
        guard try BackupPlaceStore.list(in: tx).contains(where: { $0.isEnabled && $0.id != id }) else {
            throw AppError(.conflict, "Backups need a place to go to: add or turn on another target first.")
        }
    }

    private static func refusingTwins<Value>(_ work: () throws -> Value) throws -> Value {
        do {
            return try work()
        } catch let error as PersistenceError where error.isUniqueViolation {
            throw AppError(
                .conflict, "Another target has that name.", fields: ["name": "Taken by another target."], cause: error)
        }
    }
}
