import Inventory
import Kernel
import Persistence

/// What people do with links to maps, each in one transaction.
struct ShareLinks: Sendable {
    /// More than anybody keeps an eye on.
    static let most = 500
    /// How exactly it is remembered when a link was used.
    private static let hour: Int64 = 3_600_000

    let store: any Store
    let door: any ShareDoor

    /// Newest first: one's own, and everybody's for administrators.
    func list(for caller: Caller) async throws -> [ShownShareLink] {
        try await store.read { tx in
            let sharers = try door.peopleWho(.shareMap, in: tx)
            let own = try door.person(behind: caller, in: tx)
            return try ShareLinkStore.list(in: tx).filter { Self.keeps(caller, own, $0) }.map {
                ShownShareLink(link: $0, state: $0.state(at: tx.now, sharers: sharers))
            }
        }
    }

    /// `origin` is how the person reached the daemon: the link begins with it where the settings say nothing.
    func create(_ draft: ShareLinkDraft, origin: String, by caller: Caller) async throws -> MadeShareLink {
        let (label, redaction) = try await draft.validated(by: QueryMatches(store: store))
        let (secret, hash) = door.newSecret()
        return try await store.write { tx in
            try ShareLinkStore.deleteOld(in: tx)
            guard try ShareLinkStore.list(in: tx).count < Self.most else {
                throw AppError(.conflict, "There are \(Self.most) links. Revoke some that are not needed.")
            }
            let maps = try MapStore.list(in: tx)
            guard let map = draft.map ?? maps.first?.id, maps.contains(where: { $0.id == map }) else {
                throw AppError.notFound("This map")
            }
            let link = try ShareLinkStore.insert(
                .init(
                    hash: hash, label: label, map: map, filter: draft.filter ?? ShareFilter(), redaction: redaction,
                    makerID: try door.person(behind: caller, in: tx), madeBy: caller.name,
                    expiresAt: tx.now + .seconds(draft.expiresInHours * 3600)), in: tx)
            try tx.emit(ShareLinkEvent(verb: .created, link: link), by: caller)
            let base = try door.linkBase(in: tx) ?? origin
            return MadeShareLink(
                shown: ShownShareLink(link: link, state: .active),
                // Behind the `#`, which a browser sends to nobody.
                link: Secret("\(base)/share#\(secret.reveal())"))
        }
    }

    func revoke(_ id: Int64, by caller: Caller) async throws {
        try await store.write { tx in
            let before = try ShareLinkStore.require(id, in: tx)
            guard Self.keeps(caller, try door.person(behind: caller, in: tx), before) else {
                throw ShareLinkStore.missing
            }
            if before.revokedAt != nil { return }
            let after = try ShareLinkStore.revoke(id, in: tx)
            try tx.emit(ShareLinkEvent(verb: .revoked, link: after, before: before), by: caller)
        }
    }

    /// The map is about to go, and the links to it with it.
    static func endAll(to map: Int64, by caller: Caller, in tx: any Session) throws {
        for before in try ShareLinkStore.list(to: map, in: tx)
        where before.revokedAt == nil && before.expiresAt > tx.now {
            let after = try ShareLinkStore.revoke(before.id, in: tx)
            try tx.emit(ShareLinkEvent(verb: .revoked, link: after, before: before), by: caller)
        }
    }

    private static func keeps(_ caller: Caller, _ person: Int64?, _ link: ShareLink) -> Bool {
        caller.may(.manageTokens) || (person != nil && link.makerID == person)
    }

    // MARK: - Strangers

    /// What a link shows, for whoever has its secret. Most of the time nothing is written.
    func open(_ secret: Secret<String>, by caller: Caller) async throws -> ShareLink {
        let stranger = Caller(
            kind: .anonymous, name: "anonymous", permissions: [], address: caller.address, requestID: caller.requestID)
        let known = try await store.read { tx in
            try door.refusal(of: stranger, in: tx) == nil ? try find(secret, in: tx) : nil
        }
        if let known, let used = known.link.lastUsedAt, known.now.milliseconds - used.milliseconds < Self.hour {
            return known.link
        }
        let outcome = try await store.write { tx -> Result<ShareLink, AppError> in
            if let refusal = try door.refusal(of: stranger, in: tx) { return .failure(refusal) }
            guard let link = try find(secret, in: tx)?.link else {
                // The failure is a value, so that the count stays.
                try countGuess(secret, by: stranger, in: tx)
                return .failure(Self.isOver)
            }
            if link.lastUsedAt == nil { try tx.emit(ShareLinkEvent(verb: .opened, link: link), by: stranger) }
            let coarse = Instant(milliseconds: tx.now.milliseconds / Self.hour * Self.hour)
            try ShareLinkStore.use(link.id, at: coarse, in: tx)
            return .success(link)
        }
        return try outcome.get()
    }

    /// The link of a secret, if it works now.
    private func find(_ secret: Secret<String>, in tx: any Session) throws -> (link: ShareLink, now: Instant)? {
        guard let hash = door.hash(of: secret), let link = try ShareLinkStore.find(hash: hash, in: tx),
            link.state(at: tx.now, sharers: try door.peopleWho(.shareMap, in: tx)) == .active
        else { return nil }
        return (link, tx.now)
    }

    /// One that has ended is no guess: somebody had it.
    private func countGuess(_ secret: Secret<String>, by stranger: Caller, in tx: any Session) throws {
        if let hash = door.hash(of: secret), try ShareLinkStore.find(hash: hash, in: tx) != nil { return }
        try door.countWrong(by: stranger, in: tx)
        try tx.audit(AuditEntry("unknown_link", severity: .warning, entity: "share_link"), by: stranger)
    }

    /// One sentence for ended, revoked and made up.
    private static var isOver: AppError {
        AppError(
            .notFound,
            "This link does not work: it has ended, was taken back, or is not complete. Ask who sent it for a new one.")
    }
}
