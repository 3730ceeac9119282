import HTTPKit
import Kernel
import Persistence

/// People with accounts, as administrators see them.
package struct Users: Sendable {
    let store: any Store
    let hasher: PasswordHasher
    let credentials: Credentials

    func list(after id: Int64, limit: Int) async throws -> [ShownUser] {
        try await store.read { try UserStore.list(after: id, limit: limit, in: $0) }
    }

    func find(_ id: Int64) async throws -> ShownUser {
        try await store.read { try UserStore.requireShown(id, in: $0) }
    }

    func create(_ draft: UserDraft, by caller: Caller) async throws -> ShownUser {
        let draft = try draft.validated()
        try Self.mayGive(draft.role, caller)
        if draft.role == .admin { try caller.requireFreshProof() }
        let hash = try await hasher.hash(draft.password)
        return try await taken {
            try await store.write { tx in
                let user = try UserStore.insert(draft, passwordHash: hash, in: tx)
                try tx.emit(UserCreated(user: user), by: caller)
                return ShownUser(user: user)
            }
        }
    }

    func update(_ id: Int64, _ patch: UserPatch, expecting revision: Int?, by caller: Caller) async throws -> ShownUser
    {
        defer { credentials.forget(.person(id)) }
        try await taken {
            try await store.write { tx in
                let before = try UserStore.require(id, in: tx)
                let wanted = try patch.applied(to: before)
                try Self.check(revision, before)
                guard wanted != before else { return }
                try Self.mayChange(before, to: wanted, by: caller, in: tx)
                let after = try UserStore.update(wanted, in: tx)
                try tx.emit(UserChanged(before: before, user: after), by: caller)
                try Self.endWhatWas(of: before, after, by: caller, in: tx)
            }
        }
        return try await find(id)
    }

    /// A password made for somebody by an administrator: all sessions end, and the person has to choose an own one.
    func setPassword(_ password: Secret<String>, of id: Int64, by caller: Caller) async throws -> ShownUser {
        let user = try await find(id).user
        guard caller.kind != .person || caller.id != id else {
            throw AppError(.conflict, "Change your own password in your profile.")
        }
        try Self.mayGive(user.role, caller)
        if let problem = PasswordRules.problem(password, about: [user.email, user.displayName]) {
            throw AppError(.invalid, "The password is not good enough.", fields: ["password": problem])
        }
        let hash = try await hasher.hash(password)
        defer { credentials.forget(.person(id)) }
        try await store.write { tx in
            let before = try UserStore.require(id, in: tx)
            try Self.mayGive(before.role, caller)
            let after = try UserStore.setPassword(hash, of: id, mustChange: true, in: tx)
            try SignIns.endAll(of: id, in: tx)
            try LockoutStore.clearAll(emailKey: User.key(after.email), in: tx)
            try tx.emit(UserChanged(before: before, user: after, action: "password_set"), by: caller)
        }
        return try await find(id)
    }

    /// Lets somebody try again at once.
    func unlock(_ id: Int64, by caller: Caller) async throws -> ShownUser {
        try await store.write { tx in
            let user = try UserStore.require(id, in: tx)
            guard try LockoutStore.clearAll(emailKey: User.key(user.email), in: tx) else { return }
            try tx.emit(UserChanged(before: user, user: user, action: "unlocked"), by: caller)
        }
        return try await find(id)
    }

    /// What the person wrote stays, as does the trail of it.
    func delete(_ id: Int64, expecting revision: Int?, by caller: Caller) async throws {
        defer { credentials.forget(.person(id)) }
        try await store.write { tx in
            let user = try UserStore.require(id, in: tx)
            try Self.check(revision, user)
            guard caller.kind != .person || caller.id != id else {
                throw AppError(.conflict, "You cannot remove yourself. Ask another administrator.")
            }
            try Self.mayGive(user.role, caller)
            try Self.keepAnAdmin(but: user, in: tx)
            try Invitations.revokeAll(by: id, caller, in: tx)
            try UserStore.delete(id, in: tx)
            try tx.emit(UserDeleted(user: user), by: caller)
        }
    }

    // MARK: - One's own profile

    func profile(of caller: Caller) async throws -> ShownUser {
        guard let id = caller.id, caller.kind == .person else {
            throw AppError(.forbidden, "Only people have a profile.")
        }
        return ShownUser(user: try await store.read { try UserStore.require(id, in: $0) })
    }

    func updateProfile(_ patch: ProfilePatch, expecting revision: Int?, by caller: Caller) async throws -> ShownUser {
        guard let id = caller.id, caller.kind == .person else {
            throw AppError(.forbidden, "Only people have a profile.")
        }
        return try await store.write { tx in
            let before = try UserStore.require(id, in: tx)
            let wanted = try patch.applied(to: before)
            try Self.check(revision, before)
            guard wanted != before else { return ShownUser(user: before) }
            if before.photo?.version != nil, wanted.photo != before.photo { try PhotoStore.remove(id, in: tx) }
            let after = try UserStore.update(wanted, in: tx)
            try tx.emit(UserChanged(before: before, user: after), by: caller)
            return ShownUser(user: after)
        }
    }

    // MARK: - Rules

    private static func check(_ revision: Int?, _ user: User) throws {
        guard let revision, revision != user.revision else { return }
        throw AppError(.stale, "Somebody has changed this person meanwhile. Read again and repeat your change.")
    }

    /// What a person had by what they were: a session, and what a page shows in it, is of one role; links to a new
    /// password are of one mailbox; invitations are by somebody who may invite.
    static func endWhatWas(of before: User, _ after: User, by caller: Caller, in tx: any Session) throws {
        if !after.isActive || after.role != before.role { try SignIns.endAll(of: after.id, in: tx) }
        if after.email != before.email { _ = try PasswordResetStore.deleteAll(of: after.id, in: tx) }
        if !after.isActive || !after.role.permissions.contains(.manageUsers) {
            try Invitations.revokeAll(by: after.id, caller, in: tx)
        }
    }

    private static func mayChange(_ before: User, to after: User, by caller: Caller, in tx: any Session) throws {
        try mayGive(before.role, caller)
        try mayGive(after.role, caller)
        // A new address is where a forgotten password is sent to.
        if before.role != after.role || before.email != after.email { try caller.requireFreshProof() }
        if before.isActive, !after.isActive, caller.kind == .person, caller.id == before.id {
            throw AppError(.conflict, "You cannot deactivate yourself.", fields: ["active": "This is you."])
        }
        if before.role == .admin, before.isActive, after.role != .admin || !after.isActive {
            try keepAnAdmin(but: before, in: tx)
        }
    }

    /// Nobody hands out or takes over rights they do not have themselves, such as a token for managing people.
    static func mayGive(_ role: Role, _ caller: Caller) throws {
        let wanted = role.permissions.subtracting([.ownAccount, .actUnattended])
        guard wanted.isSubset(of: caller.permissions) else {
            throw AppError(.forbidden, "You may not manage people with the role “\(role.rawValue)”.")
        }
    }

    static func keepAnAdmin(but user: User, in tx: any Session) throws {
        guard user.role == .admin, user.isActive else { return }
        guard try UserStore.hasOtherActiveAdmin(than: user.id, in: tx) else {
            throw AppError(
                .conflict, "This is the last active administrator.",
                fields: ["role": "Make somebody else an administrator first."])
        }
    }

    private func taken<T: Sendable>(_ work: () async throws -> T) async throws -> T {
        do {
            return try await work()
        } catch let error as PersistenceError where error.isUniqueViolation {
            throw AppError(
                .conflict, "Another person has this e-mail address.", fields: ["email": "This address is taken."],
                cause: error)
        }
    }
}
