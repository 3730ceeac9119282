import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What people prove themselves with besides the password: set up, renewed and removed by themselves, or taken away by
/// an administrator when it is lost.
struct SecondFactors: Sendable {
    let store: any Store
    let credentials: Credentials
    let policy: AccessPolicy
    let codes: OneTimeCodes
    let passkeys: Passkeys

    func state(of caller: Caller, host: RequestOrigin) async throws -> SecondFactorState {
        let id = try Self.person(caller)
        let rules = policy.current
        let refusal: String?
        do throws(AppError) {
            _ = try PasskeySite(host)
            refusal = nil
        } catch { refusal = error.message }
        return try await store.read { tx in
            let user = try UserStore.require(id, in: tx)
            return SecondFactorState(
                totpSince: try OneTimeCodeStore.seed(of: id, in: tx)?.confirmedAt,
                recoveryCodesLeft: try OneTimeCodeStore.recoveryCodesLeft(of: id, in: tx),
                passkeys: try PasskeyStore.list(of: id, in: tx), isNeeded: rules.needsSecondFactor(user.role),
                passkeyRefusal: refusal)
        }
    }

    // MARK: - The authenticator app

    func beginTOTP(by caller: Caller, host: String) async throws -> NewSeed {
        try await codes.begin(try await user(caller), host: host)
    }

    func confirmTOTP(_ code: String, by caller: Caller) async throws {
        let id = try Self.person(caller)
        guard let first = try await codes.firstStep(code, of: id) else { throw AppError.wrongFirstCode }
        try await change(id) { tx in
            try OneTimeCodes.confirm(first, of: try UserStore.require(id, in: tx), by: caller, in: tx)
        }
    }

    func removeTOTP(by caller: Caller) async throws {
        let id = try Self.person(caller)
        try await change(id) { tx in
            let user = try UserStore.require(id, in: tx)
            guard try OneTimeCodeStore.deleteSeed(of: id, in: tx) else {
                throw AppError.notFound("This authenticator app")
            }
            try tx.emit(SecondFactorChanged(user: user, what: .totpRemoved), by: caller)
            try keepOne(of: user, in: tx)
        }
    }

    func renewRecoveryCodes(by caller: Caller) async throws -> RecoveryCodes {
        let id = try Self.person(caller)
        return try await store.write { tx in
            guard let account = try SignInAccount.find(id, in: tx), account.hasTOTP || account.hasPasskey else {
                throw AppError(.conflict, "Set up an authenticator app or a passkey first.")
            }
            return try OneTimeCodes.renewRecoveryCodes(of: try UserStore.require(id, in: tx), by: caller, in: tx)
        }
    }

    // MARK: - Passkeys

    func passkeyCreation(by caller: Caller, at site: PasskeySite) async throws -> PasskeyCreation {
        try await passkeys.creation(for: try await user(caller), at: site)
    }

    func addPasskey(_ draft: PasskeyDraft, at site: PasskeySite, by caller: Caller) async throws -> ShownPasskey {
        let id = try Self.person(caller)
        let made = try await passkeys.made(draft, for: id, at: site)
        return try await change(id) { tx in
            ShownPasskey(
                passkey: try Passkeys.keep(
                    made, draft, for: try UserStore.require(id, in: tx), at: site, by: caller, in: tx))
        }
    }

    func renamePasskey(_ passkeyID: Int64, _ name: String, by caller: Caller) async throws -> ShownPasskey {
        let id = try Self.person(caller)
        let name = name.trimmed
        try Passkeys.check(name: name)
        return try await store.write { tx in
            let before = try PasskeyStore.require(passkeyID, of: id, in: tx)
            guard before.name != name else { return ShownPasskey(passkey: before) }
            try PasskeyStore.rename(passkeyID, name, in: tx)
            let user = try UserStore.require(id, in: tx)
            try tx.emit(SecondFactorChanged(user: user, what: .passkeyRenamed, detail: name), by: caller)
            return ShownPasskey(passkey: try PasskeyStore.require(passkeyID, of: id, in: tx))
        }
    }

    func removePasskey(_ passkeyID: Int64, by caller: Caller) async throws {
        let id = try Self.person(caller)
        try await change(id) { tx in
            let passkey = try PasskeyStore.require(passkeyID, of: id, in: tx)
            let user = try UserStore.require(id, in: tx)
            try PasskeyStore.delete(passkeyID, in: tx)
            try tx.emit(SecondFactorChanged(user: user, what: .passkeyRemoved, detail: passkey.name), by: caller)
            try keepOne(of: user, in: tx)
        }
    }

    // MARK: - Lost

    /// For somebody who has lost them: everything is removed, every session ends, and the password alone opens again
    /// (or asks for a new factor, where the profile wants one).
    func removeAll(of userID: Int64, by caller: Caller) async throws {
        guard caller.kind != .person || caller.id != userID else {
            throw AppError(.conflict, "Remove your own second factors in your profile.")
        }
        try await change(userID) { tx in
            let user = try UserStore.require(userID, in: tx)
            try Users.mayGive(user.role, caller)
            let hadSeed = try OneTimeCodeStore.deleteSeed(of: userID, in: tx)
            let passkeys = try PasskeyStore.deleteAll(of: userID, in: tx)
            try OneTimeCodeStore.deleteRecoveryCodes(of: userID, in: tx)
            guard hadSeed || passkeys > 0 else { throw AppError(.conflict, "This account has no second factor.") }
            try SignIns.endAll(of: userID, in: tx)
            try tx.emit(SecondFactorChanged(user: user, what: .allRemoved), by: caller)
        }
    }

    // MARK: - Rules

    /// The last factor stays where the profile wants one; recovery codes go with the last.
    private func keepOne(of user: User, in tx: any Session) throws {
        guard let account = try SignInAccount.find(user.id, in: tx), !account.hasTOTP, !account.hasPasskey else {
            return
        }
        guard !policy.current.needsSecondFactor(user.role) else {
            throw AppError(
                .conflict, "The hardened profile wants a second factor of administrators. Set up another one first.")
        }
        try OneTimeCodeStore.deleteRecoveryCodes(of: user.id, in: tx)
    }

    /// Sessions are remembered with what they have to do first, so they are forgotten after it.
    private func change<T: Sendable>(_ id: Int64, _ body: @escaping @Sendable (any Session) throws -> T) async throws
        -> T
    {
        defer { credentials.forget(.person(id)) }
        return try await store.write(body)
    }

    private func user(_ caller: Caller) async throws -> User {
        let id = try Self.person(caller)
        return try await store.read { try UserStore.require(id, in: $0) }
    }

    private static func person(_ caller: Caller) throws -> Int64 {
        guard caller.kind == .person, caller.behind == nil, let id = caller.id else {
            throw AppError(.forbidden, "Only people have second factors.")
        }
        return id
    }
}

/// What a person has, and what they should.
struct SecondFactorState: JSONAnswer {
    let totpSince: Instant?
    let recoveryCodesLeft: Int
    let passkeys: [Passkey]
    let isNeeded: Bool
    /// Why no passkey can be made at this address.
    let passkeyRefusal: String?

    static let shape: JSONShape = .object([
        .init(name: "totp_since", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "recovery_codes_left", shape: .integer, isRequired: true),
        .init(name: "passkeys", shape: .array(ShownPasskey.shape), isRequired: true),
        .init(name: "needed", shape: .boolean, isRequired: true, summary: "The profile in force wants one."),
        .init(
            name: "passkey_refusal", shape: .nullable(.string), isRequired: true,
            summary: "Why no passkey can be made at this address."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("totp_since", milliseconds: totpSince?.milliseconds)
        writer.member("recovery_codes_left", recoveryCodesLeft)
        writer.name("passkeys")
        passkeys.map { ShownPasskey(passkey: $0) }.write(to: &writer)
        writer.member("needed", isNeeded)
        writer.member("passkey_refusal", passkeyRefusal)
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}
