import Dispatch
import Kernel
import Synchronization

/// Does the slow hashing on two queues of its own, never on the event loop or the cooperative pool. At most
/// `longestQueue` wait; more are refused at once, so that a flood of sign-ins costs neither memory nor patience.
final class PasswordHasher: Sendable {
    private let cost: ScryptHash.Cost
    private let queues: [DispatchQueue]
    private let longestQueue: Int
    private let lengths: Mutex<[Int]>
    /// What a password is compared with when there is no account: it takes as long and never matches.
    private let decoy: ScryptHash

    init(cost: ScryptHash.Cost = .current, lanes: Int = 2, longestQueue: Int = 16) {
        self.cost = cost
        self.longestQueue = longestQueue
        decoy = ScryptHash(cost: cost, salt: ScryptHash.randomBytes(16), key: ScryptHash.randomBytes(32))
        queues = (0..<lanes).map { DispatchQueue(label: "passwords.\($0)", qos: .utility) }
        lengths = Mutex(Array(repeating: 0, count: lanes))
    }

    func hash(_ password: Secret<String>) async throws -> String {
        let cost = cost
        return try await run { try ScryptHash(of: password, cost: cost).text }
    }

    /// Whether the password is the one of that hash. Without a hash it takes as long and the answer is no.
    ///
    /// `older`: the hash of some account that has one of the older edition. While there are such accounts every wrong
    /// password costs the work of both kinds, or the time would tell which addresses came from there.
    func verify(_ password: Secret<String>, against text: String?, beside older: String? = nil) async throws -> Bool {
        try await run { [self] in
            if let older = text.flatMap({ OlderHash(text: $0) }) {
                if try older.matches(password) { return true }
                _ = try decoy.matches(password)
                return false
            }
            if let hash = text.flatMap({ ScryptHash(text: $0) }) {
                if try hash.matches(password) { return true }
            } else {
                _ = try decoy.matches(password)
            }
            _ = try older.flatMap { OlderHash(text: $0) }?.matches(password)
            return false
        }
    }

    /// Whether a stored hash was made at another cost than new ones are.
    func isOutdated(_ text: String) -> Bool { ScryptHash(text: text)?.cost != cost }

    /// How much is being worked on or waits.
    var load: Int { lengths.withLock { $0.reduce(0, +) } }

    private func run<T: Sendable>(_ work: @escaping @Sendable () throws -> T) async throws -> T {
        let lane = try enter()
        return try await withCheckedThrowingContinuation { continuation in
            queues[lane].async { [self] in
                let result = Result { try work() }
                lengths.withLock { $0[lane] -= 1 }
                continuation.resume(with: result)
            }
        }
    }

    /// The shorter of the queues.
    private func enter() throws -> Int {
        let lane = lengths.withLock { lengths -> Int? in
            guard lengths.reduce(0, +) < longestQueue else { return nil }
            let shortest = lengths.indices.min { lengths[$0] < lengths[$1] } ?? 0
            lengths[shortest] += 1
            return shortest
        }
        guard let lane else {
            throw AppError(
                .rateLimited, "Too many people are signing in at once. Try again in a moment.",
                retryAfter: .seconds(2))
        }
        return lane
    }
}
