import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Proving once more who one is, for what a stolen session must not be enough for. Good for ten minutes of that session.
///
/// Whoever has a second factor proves it with that: a password that was watched over a shoulder is not enough.
struct StepUps: Sendable {
    let store: any Store
    let hasher: PasswordHasher
    let credentials: Credentials
    let codes: OneTimeCodes
    let passkeys: Passkeys

    private struct Person: Sendable {
        let account: SignInAccount
        let sessionID: Int64
        let watch: SignInGuard
    }

    /// How this person can prove it.
    func ways(of caller: Caller) async throws -> StepUpWays {
        let person = try await person(caller)
        let left = try await store.read { try OneTimeCodeStore.recoveryCodesLeft(of: person.account.id, in: $0) }
        return StepUpWays(ways: Self.ways(person.account, recoveryCodes: left))
    }

    private static func ways(_ account: SignInAccount, recoveryCodes: Int) -> [String] {
        guard account.hasTOTP || account.hasPasskey else { return ["password"] }
        return [
            account.hasTOTP ? "totp" : nil, account.hasPasskey ? "passkey" : nil,
            recoveryCodes > 0 ? "recovery_code" : nil,
        ].compactMap { $0 }
    }

    func prove(password: Secret<String>, by caller: Caller) async throws -> Freshness {
        let person = try await person(caller)
        guard !person.account.hasTOTP, !person.account.hasPasskey else {
            throw AppError(
                .invalid, "Use your second factor.",
                fields: ["password": "Your account has a second factor: use its code or your passkey."])
        }
        let isRight = try await hasher.verify(password, against: person.account.passwordHash)
        return try await finish(person, by: caller, wrong: "password") { account, _ in
            guard account.passwordHash == person.account.passwordHash else { return .changedMeanwhile }
            return isRight ? .passwordRight : .passwordWrong
        }
    }

    func prove(code: String, by caller: Caller) async throws -> Freshness {
        let person = try await person(caller)
        let guess = try await codes.look(at: code, of: person.account.id)
        return try await finish(person, by: caller, wrong: "code") { account, tx in
            try OneTimeCodes.use(guess, of: account.id, in: tx)
        }
    }

    func request(by caller: Caller, at site: PasskeySite) async throws -> PasskeyRequest {
        let person = try await person(caller)
        return try await passkeys.request(.stepUp, of: person.account.id, at: site)
    }

    func prove(passkey answer: PasskeyAnswer, at site: PasskeySite, by caller: Caller) async throws -> Freshness {
        let person = try await person(caller)
        let look = try await passkeys.look(at: answer, .stepUp, of: person.account.id, at: site)
        return try await finish(person, by: caller, wrong: "passkey") { _, tx in
            try Passkeys.use(look, by: caller, in: tx)
        }
    }

    private func person(_ caller: Caller) async throws -> Person {
        guard caller.kind == .person, caller.behind == nil, let id = caller.id, let sessionID = caller.sessionID else {
            throw AppError(.forbidden, "Only people prove who they are.")
        }
        return try await store.read { tx in
            guard let account = try SignInAccount.find(id, in: tx) else { throw AppError.notFound("This person") }
            let watch = SignInGuard(emailKey: account.emailKey, caller)
            if let until = try watch.wait(for: account, in: tx) { throw AppError.wait(until: until, at: tx.now) }
            return Person(account: account, sessionID: sessionID, watch: watch)
        }
    }

    private func finish(
        _ person: Person, by caller: Caller, wrong field: String,
        event: @escaping @Sendable (SignInAccount, any Session) throws -> SignInState.Event
    ) async throws -> Freshness {
        let until = try await store.write { tx -> Instant? in
            guard let account = try SignInAccount.find(person.account.id, in: tx), account.isActive else { return nil }
            if let until = try person.watch.wait(for: account, in: tx) { throw AppError.wait(until: until, at: tx.now) }
            switch try event(account, tx) {
            case .passwordRight, .totpRight, .recoveryCodeRight, .passkeyVerified, .passkeyTouched:
                try BrowserSessionStore.prove(person.sessionID, in: tx)
                try tx.audit(AuditEntry("proven_again", entity: "user", id: account.id, name: caller.name), by: caller)
                return tx.now + KnownSession.freshness
            case let event:
                let wait = try person.watch.fail(in: tx)
                try tx.audit(
                    AuditEntry(
                        "proof_failed", severity: wait == nil ? .notice : .warning, entity: "user", id: account.id,
                        name: caller.name, after: JSONText.object([("reason", .string(event.rawValue))])), by: caller)
                return nil
            }
        }
        guard let until else {
            throw AppError(
                .invalid, "This did not prove it.", fields: [field: "This is not right, or was used already."])
        }
        credentials.forget(.session(person.sessionID))
        return Freshness(until: until)
    }
}

struct StepUpWays: JSONAnswer {
    let ways: [String]

    static let shape: JSONShape = .object([
        .init(
            name: "ways", shape: .array(.choice(["password", "totp", "passkey", "recovery_code"])), isRequired: true)
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("ways", ways)
        writer.endObject()
    }
}

/// Until when the proof counts.
struct Freshness: JSONAnswer {
    let until: Instant

    static let shape: JSONShape = .object([.init(name: "until", shape: .format("date-time"), isRequired: true)])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("until", milliseconds: until.milliseconds)
        writer.endObject()
    }
}
