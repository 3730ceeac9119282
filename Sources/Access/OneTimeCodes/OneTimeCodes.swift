import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Seals the seeds of one-time codes: the vault, as far as this context knows it.
package protocol SeedVault: Sendable {
    /// In the transaction that stores what it answers.
    func seal(_ seed: Secret<String>, in tx: any Session) throws -> String
    /// Throws where the key is not at hand; then the sentence says so, and recovery codes and passkeys still open.
    func open(_ sealed: String) throws -> Secret<String>
}

/// Codes of an authenticator app, and recovery codes.
struct OneTimeCodes: Sendable {
    /// What a typed text turned out to be, before it is used up in the transaction that decides.
    enum Guess: Sendable {
        case totp(step: Int64?)
        case recovery(hash: String)
        case nothing
    }

    let store: any Store
    let vault: any SeedVault
    let clock: any WallClock

    /// Six digits are of the app, anything longer is a recovery code.
    func look(at text: String, of userID: Int64) async throws -> Guess {
        let plain = text.filter { !$0.isWhitespace && $0 != "-" }
        guard plain.utf8.count == TOTP.digits, plain.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return RecoveryCode.hash(ofTyped: text).map { .recovery(hash: $0) } ?? .nothing
        }
        guard let seed = try await store.read({ try OneTimeCodeStore.seed(of: userID, in: $0) }),
            seed.confirmedAt != nil
        else { return .totp(step: nil) }
        return .totp(step: TOTP.step(of: plain, try bytes(of: seed), at: clock.now))
    }

    private func bytes(of seed: StoredSeed) throws -> [UInt8] {
        guard let bytes = Base64URL.bytes(try vault.open(seed.sealed).reveal(), atMost: 64) else {
            throw AppError(
                .fault, "The seed of the authenticator app is damaged. Use a recovery code and set it up anew.")
        }
        return bytes
    }

    /// Uses the guess up, and says what happened.
    static func use(_ guess: Guess, of userID: Int64, in tx: any Session) throws -> SignInState.Event {
        switch guess {
        case .totp(nil), .nothing: .totpWrong
        case .totp(let step?): try OneTimeCodeStore.use(step: step, of: userID, in: tx) ? .totpRight : .totpReplayed
        case .recovery(let hash):
            try OneTimeCodeStore.use(recoveryCode: hash, of: userID, in: tx) ? .recoveryCodeRight : .recoveryCodeWrong
        }
    }

    // MARK: - Setting up

    /// A fresh seed for that person, which counts from its first code on.
    func begin(_ user: User, host: String) async throws -> NewSeed {
        let seed = Secret(ScryptHash.randomBytes(TOTP.seedLength))
        let isNew = try await store.write { tx in
            let sealed = try vault.seal(Secret(Base64URL.text(seed.reveal())), in: tx)
            return try OneTimeCodeStore.begin(sealed, of: user.id, in: tx)
        }
        guard isNew else {
            throw AppError(
                .conflict, "There is an authenticator app already. Remove it first, then set up the new one.")
        }
        let issuer = host.isEmpty ? "Circuit Breaker" : "Circuit Breaker \(host.prefix { $0 != ":" })"
        return NewSeed(seed: seed, address: TOTP.address(seed, account: user.email, issuer: issuer))
    }

    /// The step of a first code, and the seed it is of. Nil when the code is wrong.
    func firstStep(_ text: String, of userID: Int64) async throws -> (step: Int64, sealed: String)? {
        guard let seed = try await store.read({ try OneTimeCodeStore.seed(of: userID, in: $0) }) else {
            throw AppError(.conflict, "Set up the authenticator app first.")
        }
        guard seed.confirmedAt == nil else { throw AppError(.conflict, "The authenticator app is set up already.") }
        let plain = text.filter { !$0.isWhitespace }
        guard plain.utf8.count == TOTP.digits else { return nil }
        return TOTP.step(of: plain, try bytes(of: seed), at: clock.now).map { ($0, seed.sealed) }
    }

    static func confirm(
        _ first: (step: Int64, sealed: String), of user: User, by caller: Caller, in tx: any Session
    ) throws {
        guard try OneTimeCodeStore.confirm(first.sealed, of: user.id, step: first.step, in: tx) else {
            throw AppError(.conflict, "The authenticator app was set up anew meanwhile. Scan the newest picture.")
        }
        try tx.emit(SecondFactorChanged(user: user, what: .totpAdded), by: caller)
    }

    /// Ten new codes in place of the old ones.
    static func renewRecoveryCodes(of user: User, by caller: Caller, in tx: any Session) throws -> RecoveryCodes {
        let codes = (0..<RecoveryCode.count).map { _ in RecoveryCode.make() }
        try OneTimeCodeStore.replaceRecoveryCodes(
            codes.compactMap { RecoveryCode.hash(ofTyped: $0.reveal()) }, of: user.id, in: tx)
        try tx.emit(SecondFactorChanged(user: user, what: .recoveryCodesRenewed), by: caller)
        return RecoveryCodes(codes: codes)
    }
}

/// A seed on its way to the authenticator app: shown once.
struct NewSeed: JSONAnswer {
    let seed: Secret<[UInt8]>
    let address: String

    static let shape: JSONShape = .object([
        .init(name: "secret", shape: .string, isRequired: true, summary: "For an app that takes no picture."),
        .init(name: "url", shape: .string, isRequired: true, summary: "otpauth://, what the picture says."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("secret", Base32.text(seed.reveal()))
        writer.member("url", address)
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

/// Codes that are shown once.
struct RecoveryCodes: JSONAnswer {
    let codes: [Secret<String>]

    static let shape: JSONShape = .object([
        .init(name: "codes", shape: .array(.string), isRequired: true, summary: "Shown only now.")
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("codes", codes.map { $0.reveal() })
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

/// What a person proves themselves with has changed.
struct SecondFactorChanged: Event {
    enum What: String, Sendable {
        case totpAdded = "totp_added"
        case totpRemoved = "totp_removed"
        case passkeyAdded = "passkey_added"
        case passkeyRenamed = "passkey_renamed"
        case passkeyRemoved = "passkey_removed"
        case recoveryCodesRenewed = "recovery_codes_renewed"
        /// By an administrator, for somebody who has lost them.
        case allRemoved = "second_factors_removed"
        /// A copy of the key may be about.
        case passkeyCounterRegressed = "passkey_counter_regressed"
    }

    let user: User
    let what: What
    var detail = ""

    var subject: String { "access.user.changed" }

    var audit: AuditEntry {
        let severity: AuditEntry.Severity =
            switch what {
            case .passkeyRenamed: .info
            case .totpAdded, .passkeyAdded, .recoveryCodesRenewed: .notice
            case .totpRemoved, .passkeyRemoved, .allRemoved: .warning
            case .passkeyCounterRegressed: .critical
            }
        return AuditEntry(
            what.rawValue, severity: severity, entity: "user", id: user.id, name: user.email,
            after: detail.isEmpty ? nil : JSONText.object([("name", .string(detail))]))
    }

    func writePayload(to writer: inout JSONWriter) { user.writeRecord(to: &writer) }
}
