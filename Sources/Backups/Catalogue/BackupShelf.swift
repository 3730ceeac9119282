import BackupFile
import Kernel
import NIOCore
import Persistence

/// The backups there are. Which, is what the targets say; what is known of them beyond that, the database.
package struct BackupShelf: Sendable {
    /// How long a list waits for one target.
    private static let patience = Duration.seconds(20)

    let store: any Store
    let targets: BackupTargets
    /// For what lies here for a moment; emptied at each start.
    let workFolder: String

    /// Of enabled targets, newest first.
    func list() async throws -> BackupListing {
        let (places, facts) = try await store.read { tx in
            (try BackupPlaceStore.list(in: tx).filter(\.isEnabled), try CopyFactsStore.list(in: tx))
        }
        let answers = await withTaskGroup(of: (Int64, Result<[StoredFile], TargetFailure>).self) { group in
            for place in places { group.addTask { (place.id, await self.files(of: place)) } }
            return await group.reduce(into: [Int64: Result<[StoredFile], TargetFailure>]()) { $0[$1.0] = $1.1 }
        }
        var found: [String: ListedBackup] = [:]
        var troubles: [(target: BackupPlace, failure: TargetFailure)] = []
        let known = Dictionary(grouping: facts, by: \.targetID)
        for place in places {
            switch answers[place.id] {
            case .success(let files):
                let facts = Dictionary(known[place.id, default: []].map { ($0.name, $0) }) { first, _ in first }
                for file in files { Self.add(file, facts[file.name], of: place.id, to: &found) }
            case .failure(let failure): troubles.append((place, failure))
            case nil: break
            }
        }
        return BackupListing(
            items: found.values.sorted { ($0.madeAt, $0.name) > ($1.madeAt, $1.name) }, troubles: troubles)
    }

    private static func add(
        _ file: StoredFile, _ facts: CopyFacts?, of targetID: Int64, to found: inout [String: ListedBackup]
    ) {
        guard let moment = BackupName.moment(of: file.name) else { return }
        // A file of another size is not the one that was looked at.
        let facts = facts.flatMap { $0.size == file.size ? $0 : nil }
        var backup = found[file.name] ?? ListedBackup(name: file.name, madeAt: moment, copies: [])
        backup.origin = backup.origin ?? facts?.origin
        backup.keyID = backup.keyID ?? facts?.keyID
        backup.copies.append(
            .init(
                targetID: targetID, size: file.size, verifiedAt: facts?.verifiedAt, problem: facts?.problem))
        found[file.name] = backup
    }

    /// A target that answers nothing in time is a trouble of its own, and does not hold up the others.
    func files(of place: BackupPlace) async -> Result<[StoredFile], TargetFailure> {
        await withTaskGroup(of: Result<[StoredFile], TargetFailure>.self) { group in
            group.addTask {
                do throws(TargetFailure) {
                    return .success(try await self.targets.open(place).list())
                } catch {
                    // The folder is made with the first backup.
                    let isNotMade = place.kind == .local && error.kind == .missing
                    return isNotMade ? .success([]) : .failure(error)
                }
            }
            group.addTask {
                try? await Task.sleep(for: Self.patience)
                return .failure(TargetFailure(.slow, "“\(place.name)” did not answer in time. Try again later."))
            }
            let first = await group.next() ?? .failure(.cancelled)
            group.cancelAll()
            return first
        }
    }

    /// A target that holds it: that one, or the first that does, this machine's own before others.
    func holder(of name: String, at targetID: Int64? = nil) async throws -> BackupPlace {
        guard BackupName.isValid(name) else { throw Self.isUnknown }
        let places = try await store.read { try BackupPlaceStore.list(in: $0) }
            .filter { targetID == nil ? $0.isEnabled || $0.kind == .local : $0.id == targetID }
        var failure: TargetFailure?
        for place in places.sorted(by: { Self.rank($0) < Self.rank($1) }) {
            switch await files(of: place) {
            case .success(let files):
                if files.contains(where: { $0.name == name }) { return place }
            case .failure(let trouble):
                failure = failure ?? trouble
            }
        }
        // It may well be where nobody could look.
        if let failure { throw AppError(.unavailable, failure.sentence, cause: failure) }
        throw Self.isUnknown
    }

    private static func rank(_ place: BackupPlace) -> Int64 {
        switch place.kind {
        case .local: 0
        case .directory: 1 << 20 + place.id
        case .s3: 1 << 40 + place.id
        }
    }

    private static var isUnknown: AppError { AppError.notFound("This backup") }

    /// A path at which the file can be read: its own, or that of a copy that is fetched and goes when `body` is done.
    func withFile<Value: Sendable>(
        _ name: String, of place: BackupPlace, progress: @escaping @Sendable (JobProgress) -> Void,
        _ body: (String) async throws -> Value
    ) async throws -> Value {
        if let folder = folder(of: place) { return try await body("\(folder)/\(name)") }
        let size = try? await files(of: place).get().first { $0.name == name }?.size
        try Folder.make(workFolder)
        let path = "\(workFolder)/fetched-\(BackupName.randomMark())"
        // The work folder is emptied at each start; what cannot be removed now goes then.
        defer { try? Folder.remove(path) }
        do throws(TargetFailure) {
            try await targets.open(place).fetch(name, to: path) { done in
                progress(JobProgress(.fetching, done: done, total: size, note: place.name))
            }
        } catch {
            throw AppError(.unavailable, error.sentence, cause: error)
        }
        return try await body(path)
    }

    func folder(of place: BackupPlace) -> String? {
        switch place.kind {
        case .local: targets.localFolder
        case .directory: place.path
        case .s3: nil
        }
    }

    // MARK: - Taking away

    /// At that target, or everywhere. The last verified backup goes only if that is said.
    func delete(_ name: String, at targetID: Int64?, by caller: Caller) async throws {
        guard BackupName.isValid(name) else { throw Self.isUnknown }
        let places = try await store.read { try BackupPlaceStore.list(in: $0) }
            .filter { targetID == nil ? $0.isEnabled || $0.kind == .local : $0.id == targetID }
        guard !places.isEmpty else { throw AppError.notFound("This target") }
        var isFound = false
        for place in places {
            guard case .success(let files) = await files(of: place) else {
                throw AppError(.unavailable, "“\(place.name)” could not be asked, so nothing was deleted there.")
            }
            guard files.contains(where: { $0.name == name }) else { continue }
            isFound = true
            try await remove(name, at: place)
            try await store.write { tx in
                try CopyFactsStore.delete(name, of: place.id, in: tx)
                try tx.emit(BackupDeleted(name: name, target: place.name, isPruned: false), by: caller)
            }
        }
        guard isFound else { throw Self.isUnknown }
    }

    func remove(_ name: String, at place: BackupPlace) async throws {
        do throws(TargetFailure) {
            try await targets.open(place).delete(name)
        } catch {
            throw AppError(.unavailable, error.sentence, cause: error)
        }
    }

    // MARK: - Giving out

    /// Some bytes of a backup: for a download in pieces with flat memory.
    func piece(_ name: String, of place: BackupPlace, at offset: Int64, length: Int) async throws -> FilePiece {
        do throws(TargetFailure) {
            return try await targets.open(place).piece(name, at: offset, length: length)
        } catch {
            throw AppError(error.kind == .missing ? .notFound : .unavailable, error.sentence, cause: error)
        }
    }

    func noteDownload(_ name: String, by caller: Caller) async throws {
        try await store.write { tx in
            try tx.audit(AuditEntry("downloaded", severity: .warning, entity: "backup", name: name), by: caller)
        }
    }
}
