import JSONKit
import Kernel
import Persistence

/// The secret of a sign-in on its way, which the browser keeps in a cookie of its own.
struct SignInSecret: Sendable {
    static let cookieName = "cb_sign_in"

    let value: Secret<String>

    /// 256 random bits.
    init() {
        value = Secret(RandomText.make(43))
    }

    var hash: String { Fingerprint.of(value.reveal()) }

    /// Lax, not Strict: a provider's answer arrives by a link from its own site.
    func cookie(isTLS: Bool) -> String {
        Self.cookie(value.reveal(), seconds: SignInState.lifetime.milliseconds / 1000, isTLS: isTLS)
    }

    static func removal(isTLS: Bool) -> String { cookie("", seconds: 0, isTLS: isTLS) }

    private static func cookie(_ value: String, seconds: Int64, isTLS: Bool) -> String {
        "\(cookieName)=\(value); Path=/api/v1/auth; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
            + (isTLS ? "; Secure" : "")
    }
}

/// A sign-in between two requests.
struct SignInProgress: Sendable {
    let hash: String
    let userID: Int64
    var state: SignInState
    let expiresAt: Instant
}

/// The table `sign_ins_in_progress`: kept over a restart, found by the digest of the cookie.
enum SignInProgressStore {
    /// More than a person has browsers to sign in with at once; the oldest go.
    static let mostPerPerson = 10

    static func insert(
        _ state: SignInState, of userID: Int64, hash: String, _ arrival: Arrival, address: String, in tx: any Session
    ) throws -> SignInProgress {
        let end = tx.now + SignInState.lifetime
        try tx.run(
            """
            DELETE FROM sign_ins_in_progress WHERE user_id = \(userID) AND token_hash NOT IN (
                SELECT token_hash FROM sign_ins_in_progress WHERE user_id = \(userID)
                ORDER BY created_at DESC LIMIT \(mostPerPerson - 1))
            """)
        try tx.run(
            """
            INSERT INTO sign_ins_in_progress (token_hash, user_id, state, address, user_agent, created_at, expires_at)
            VALUES (\(hash), \(userID), \(state.stored()), \(address), \(arrival.userAgent),
                \(tx.now.milliseconds), \(end.milliseconds))
            """)
        return SignInProgress(hash: hash, userID: userID, state: state, expiresAt: end)
    }

    /// Only for the browser it began in. An address is not asked for: a machine with IPv4 and IPv6 has two of them,
    /// and takes now the one, now the other. A state that cannot be read is no state.
    static func find(_ hash: String, _ arrival: Arrival, in tx: any Session) throws -> SignInProgress? {
        try tx.rows(
            """
            SELECT user_id, state, expires_at FROM sign_ins_in_progress
            WHERE token_hash = \(hash) AND user_agent = \(arrival.userAgent) AND expires_at > \(tx.now.milliseconds)
            """
        ).first.flatMap { row in
            guard let state = SignInState(stored: try row.get("state")) else { return nil }
            return SignInProgress(
                hash: hash, userID: try row.get("user_id"), state: state,
                expiresAt: Instant(milliseconds: try row.get("expires_at")))
        }
    }

    static func keep(_ progress: SignInProgress, in tx: any Session) throws {
        try tx.run(
            "UPDATE sign_ins_in_progress SET state = \(progress.state.stored()) WHERE token_hash = \(progress.hash)"
        )
    }

    static func delete(_ hash: String, in tx: any Session) throws {
        try tx.run("DELETE FROM sign_ins_in_progress WHERE token_hash = \(hash)")
    }

    static func deleteAll(of userID: Int64, except kept: String? = nil, in tx: any Session) throws {
        try tx.run("DELETE FROM sign_ins_in_progress WHERE user_id = \(userID) AND token_hash <> \(kept ?? "")")
    }

    static func deleteEnded(in tx: any Session) throws {
        try tx.run("DELETE FROM sign_ins_in_progress WHERE expires_at <= \(tx.now.milliseconds)")
    }
}

extension SignInState {
    func stored() -> String { JSONValueEncoder.encode(self).text }

    init?(stored text: String) {
        // What another release has written, or somebody else, does not go on: the person starts again.
        guard let value = try? JSONParser.parse(text), let state = try? JSONValueDecoder.decode(Self.self, from: value)
        else { return nil }
        self = state
    }
}
