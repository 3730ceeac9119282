import Kernel
import Synchronization

/// What a request needs to know of an API token.
struct KnownToken: Sendable, Equatable {
    let id: Int64
    let ownerID: Int64?
    let name: String
    let permissions: Set<Permission>
    let expiresAt: Instant?
}

/// Sessions and tokens in use, so that a request does not ask the database who it is. Bounded; whoever changes a row
/// forgets it here after the commit. Uses are gathered and written together, once a minute.
final class CredentialCache: Sendable {
    /// Taken before reading the database: what was read is kept only if nothing was forgotten meanwhile.
    struct Ticket: Equatable {
        fileprivate let generation: UInt64
    }

    struct Uses: Equatable {
        var sessions: [Int64: Instant] = [:]
        var tokens: [Int64: TokenUse] = [:]
        var isEmpty: Bool { sessions.isEmpty && tokens.isEmpty }
    }

    struct TokenUse: Equatable {
        let at: Instant
        let address: String
    }

    private struct Contents {
        var generation: UInt64 = 0
        var sessions: [String: KnownSession] = [:]
        var tokens: [String: KnownToken] = [:]
        var uses = Uses()
    }

    private let contents = Mutex(Contents())
    private let limit: Int

    init(limit: Int = 4096) {
        self.limit = limit
    }

    var ticket: Ticket { contents.withLock { Ticket(generation: $0.generation) } }

    func session(_ hash: String) -> KnownSession? { contents.withLock { $0.sessions[hash] } }
    func token(_ hash: String) -> KnownToken? { contents.withLock { $0.tokens[hash] } }

    func keep(_ session: KnownSession, for hash: String, _ ticket: Ticket) {
        contents.withLock { contents in
            guard contents.generation == ticket.generation else { return }
            if contents.sessions.count >= limit { contents.sessions.removeAll(keepingCapacity: true) }
            var session = session
            // The database may be a minute behind.
            if let seen = contents.uses.sessions[session.id] { session.lastSeenAt = max(session.lastSeenAt, seen) }
            contents.sessions[hash] = session
        }
    }

    func keep(_ token: KnownToken, for hash: String, _ ticket: Ticket) {
        contents.withLock { contents in
            guard contents.generation == ticket.generation else { return }
            if contents.tokens.count >= limit { contents.tokens.removeAll(keepingCapacity: true) }
            contents.tokens[hash] = token
        }
    }

    func use(session hash: String, id: Int64, at moment: Instant) {
        contents.withLock { contents in
            contents.sessions[hash]?.lastSeenAt = moment
            contents.uses.sessions[id] = moment
        }
    }

    func use(token id: Int64, at moment: Instant, from address: String) {
        contents.withLock { $0.uses.tokens[id] = TokenUse(at: moment, address: address) }
    }

    /// When that session was last seen, where the database does not know it yet.
    func lastSeen(_ id: Int64) -> Instant? { contents.withLock { $0.uses.sessions[id] } }

    func takeUses() -> Uses {
        contents.withLock { contents in
            defer { contents.uses = Uses() }
            return contents.uses
        }
    }

    /// Puts back what could not be written; what was used since is newer.
    func giveBack(_ uses: Uses) {
        contents.withLock { contents in
            contents.uses.sessions.merge(uses.sessions) { newer, _ in newer }
            contents.uses.tokens.merge(uses.tokens) { newer, _ in newer }
        }
    }

    func forget(_ scope: CredentialScope) {
        contents.withLock { contents in
            contents.generation &+= 1
            contents.sessions = contents.sessions.filter { !scope.covers($0.value) }
            contents.tokens = contents.tokens.filter { !scope.covers($0.value) }
        }
    }
}

/// Which sessions and tokens something is about.
enum CredentialScope: Sendable, Equatable {
    case session(Int64)
    case token(Int64)
    /// All sessions and tokens of a person.
    case person(Int64)
    /// All sessions of a person but one.
    case sessions(of: Int64, except: Int64?)
    case everything

    func covers(_ session: KnownSession) -> Bool {
        covers(sessionID: session.id, tokenID: nil, personID: session.userID)
            || covers(sessionID: nil, tokenID: nil, personID: session.acting?.userID)
    }

    func covers(_ token: KnownToken) -> Bool {
        covers(sessionID: nil, tokenID: token.id, personID: token.ownerID)
    }

    func covers(sessionID: Int64?, tokenID: Int64?, personID: Int64?) -> Bool {
        switch self {
        case .session(let id): sessionID == id
        case .token(let id): tokenID == id
        case .person(let id): personID == id
        case .everything: true
        case .sessions(let owner, let kept): personID == owner && sessionID != nil && sessionID != kept
        }
    }
}
