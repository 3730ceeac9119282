import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What a challenge was made for; it is good for nothing else.
enum PasskeyPurpose: String, Sendable {
    case register
    case signIn = "sign_in"
    case secondFactor = "second_factor"
    case stepUp = "step_up"
}

/// A new passkey, as the browser hands it over.
struct PasskeyDraft: JSONBody {
    var name: String?
    var credentialID: String
    var clientData: String
    var attestation: String
    var transports: [String]?
}

/// A proof by a passkey, as the browser hands it over.
struct PasskeyAnswer: JSONBody {
    var credentialID: String
    var clientData: String
    var authenticatorData: String
    var signature: String
    var userHandle: String?
}

/// What came of looking at a proof, before it counts.
struct PasskeyLook: Sendable {
    let passkey: Passkey?
    let proof: Result<PasskeyProof, PasskeyRefusal>
}

/// Passkeys (Web Authentication level 3): made by people, asked for at sign-in, as a second factor, and for a fresh proof.
struct Passkeys: Sendable {
    static let lifetime = Duration.seconds(300)
    private static let transports: Set<String> = ["usb", "nfc", "ble", "internal", "hybrid", "smart-card"]

    let store: any Store

    // MARK: - Asking

    func creation(for user: User, at site: PasskeySite) async throws -> PasskeyCreation {
        let challenge = Base64URL.text(ScryptHash.randomBytes(32))
        return try await store.write { tx in
            let known = try PasskeyStore.list(of: user.id, in: tx)
            guard known.count < PasskeyStore.mostPerPerson else {
                throw AppError(.conflict, "You have \(known.count) passkeys. Remove one that you do not use first.")
            }
            try PasskeyStore.keep(challenge: challenge, .register, of: user.id, until: tx.now + Self.lifetime, in: tx)
            return PasskeyCreation(
                challenge: challenge, site: site.name, userHandle: try PasskeyStore.handle(of: user.id, in: tx),
                email: user.email, displayName: user.displayName,
                known: known.filter { $0.site == site.name })
        }
    }

    /// `userID` is nil where the passkey itself says who it is.
    func request(_ purpose: PasskeyPurpose, of userID: Int64?, at site: PasskeySite) async throws -> PasskeyRequest {
        let challenge = Base64URL.text(ScryptHash.randomBytes(32))
        return try await store.write { tx in
            try PasskeyStore.keep(challenge: challenge, purpose, of: userID, until: tx.now + Self.lifetime, in: tx)
            let known = try userID.map { try PasskeyStore.list(of: $0, in: tx) } ?? []
            let here = known.filter { $0.site == site.name }
            guard userID == nil || !here.isEmpty else {
                let names = Set(known.map(\.site)).sorted().joined(separator: ", ")
                throw AppError(
                    .conflict,
                    known.isEmpty
                        ? "There is no passkey on this account."
                        : "Your passkeys are for \(names). Open this daemon by that name, or use a code.")
            }
            return PasskeyRequest(
                challenge: challenge, site: site.name, known: here, mustVerify: purpose == .signIn)
        }
    }

    // MARK: - Looking

    /// The passkey in the draft, once: its challenge is used up whatever comes of it.
    func made(_ draft: PasskeyDraft, for userID: Int64, at site: PasskeySite) async throws -> MadePasskey {
        do throws(PasskeyRefusal) {
            guard let id = Base64URL.bytes(draft.credentialID, atMost: 1023),
                let client = Base64URL.bytes(draft.clientData, atMost: 8192),
                let attestation = Base64URL.bytes(draft.attestation, atMost: 32_768)
            else { throw .unreadable }
            let data = try ClientData(client, is: "webauthn.create", at: site)
            guard try await take(data.challenge, .register, of: userID) else { throw .unknownChallenge }
            return try MadePasskey(attestation: attestation, credentialID: id, at: site)
        } catch {
            throw AppError(.invalid, error.sentence, cause: error)
        }
    }

    func look(
        at answer: PasskeyAnswer, _ purpose: PasskeyPurpose, of userID: Int64?, at site: PasskeySite
    ) async throws -> PasskeyLook {
        let passkey = try await store.read { try PasskeyStore.find(credentialID: answer.credentialID, in: $0) }
        let handle = try await store.write { tx in
            try passkey.map { try PasskeyStore.handle(of: $0.userID, in: tx) }
        }
        do throws(PasskeyRefusal) {
            guard let client = Base64URL.bytes(answer.clientData, atMost: 8192),
                let data = Base64URL.bytes(answer.authenticatorData, atMost: 8192),
                let signature = Base64URL.bytes(answer.signature, atMost: 1024)
            else { throw .unreadable }
            let read = try ClientData(client, is: "webauthn.get", at: site)
            guard try await take(read.challenge, purpose, of: userID) else { throw .unknownChallenge }
            guard let passkey else { throw .unknownCredential }
            guard userID == nil || passkey.userID == userID else { throw .otherPerson }
            // Where the passkey says who it is, it has to say it; elsewhere it may.
            guard answer.userHandle == handle || (answer.userHandle == nil && userID != nil) else { throw .otherPerson }
            let proof = try PasskeyProof(data, read, signature: signature, by: passkey, at: site)
            return PasskeyLook(passkey: passkey, proof: .success(proof))
        } catch {
            return PasskeyLook(passkey: passkey, proof: .failure(error))
        }
    }

    private func take(
        _ challenge: String, _ purpose: PasskeyPurpose, of userID: Int64?
    ) async throws(PasskeyRefusal) -> Bool {
        do {
            return try await store.write { try PasskeyStore.take(challenge: challenge, purpose, of: userID, in: $0) }
        } catch {
            // A database that does not answer has not said that the challenge is ours.
            throw .unknownChallenge
        }
    }

    /// In the transaction that decides: uses the proof up, and says what happened.
    static func use(_ look: PasskeyLook, by caller: Caller, in tx: any Session) throws -> SignInState.Event {
        switch look.proof {
        case .success(let proof):
            guard let passkey = look.passkey, try PasskeyStore.use(passkey, proof, in: tx) else {
                return .passkeyWrong
            }
            return proof.isVerified ? .passkeyVerified : .passkeyTouched
        case .failure(let refusal):
            if refusal == .counterRegressed, let passkey = look.passkey,
                let user = try UserStore.find(passkey.userID, in: tx)
            {
                try tx.emit(
                    SecondFactorChanged(user: user, what: .passkeyCounterRegressed, detail: passkey.name), by: caller)
            }
            return .passkeyWrong
        }
    }

    /// Keeps a passkey that was made.
    static func keep(
        _ made: MadePasskey, _ draft: PasskeyDraft, for user: User, at site: PasskeySite, by caller: Caller,
        in tx: any Session
    ) throws -> Passkey {
        guard try PasskeyStore.find(credentialID: Base64URL.text(made.credentialID), in: tx) == nil else {
            throw AppError(.conflict, "This passkey is known here already.")
        }
        guard try PasskeyStore.list(of: user.id, in: tx).count < PasskeyStore.mostPerPerson else {
            throw AppError(.conflict, "You have too many passkeys. Remove one that you do not use first.")
        }
        let name = (draft.name ?? "").trimmed
        try check(name: name.isEmpty ? "Passkey" : name)
        let passkey = try PasskeyStore.insert(
            made, name: name.isEmpty ? "Passkey" : name, site: site.name,
            transports: (draft.transports ?? []).filter(Self.transports.contains), of: user.id, in: tx)
        try tx.emit(SecondFactorChanged(user: user, what: .passkeyAdded, detail: passkey.name), by: caller)
        return passkey
    }

    static func check(name: String) throws(AppError) {
        guard (1...80).contains(name.count), name.utf8.count <= 320, !name.hasControl else {
            throw AppError(
                .invalid, "The passkey needs another name.", fields: ["name": "Give a name of 1 to 80 characters."])
        }
    }
}

extension PasskeyRefusal {
    /// For the person who is setting one up.
    var sentence: String {
        switch self {
        case .unreadable, .noKey: "The browser sent a passkey of a kind that is not understood here. Try another one."
        case .otherCeremony, .otherCredential, .otherPerson, .unknownCredential:
            "The browser answered another question than was asked. Try again."
        case .otherOrigin, .otherSite: "The passkey was made for another address than this one. Try again."
        case .notPresent: "Nobody has touched the authenticator. Try again."
        case .unknownChallenge: "This took too long or was sent twice. Try again."
        case .badSignature, .counterRegressed: "The passkey's signature is not right."
        }
    }
}
