import Kernel
import LocalCA

/// Talks to a daemon: over its Unix socket where that answers, over HTTPS otherwise.
///
/// The answer is read whole within `timeLimit` and up to `largest` bytes. Nothing is sent twice: the next place is
/// tried only where no connection came about. Redirects are not followed.
package struct ControlClient: Sendable {
    /// In the order in which they are tried.
    package var places: [DaemonPlace]
    package var token: Secret<String>?
    /// Trusted beside the system's, for HTTPS.
    package var authorities: [Certificate]
    package var timeLimit: Duration
    package var largest: Int

    package init(
        places: [DaemonPlace], token: Secret<String>? = nil, authorities: [Certificate] = [],
        timeLimit: Duration = .seconds(30), largest: Int = 16 << 20
    ) {
        self.places = places
        self.token = token
        self.authorities = authorities
        self.timeLimit = timeLimit
        self.largest = largest
    }

    /// The answer, whatever its status; an error where none came.
    package func ask(_ request: ControlRequest) async throws(ControlError) -> ControlAnswer {
        var unreachable: [ConnectionTrouble] = []
        for place in places {
            do {
                return try await ask(request, at: place)
            } catch {
                switch error {
                case .noConnection(let trouble): unreachable.append(trouble)
                case .broken(let error): throw error
                }
            }
        }
        throw ConnectionTrouble.notReachable(unreachable)
    }

    /// The answer, if the daemon did what it was asked.
    package func send(_ request: ControlRequest) async throws(ControlError) -> ControlAnswer {
        let answer = try await ask(request)
        guard (200..<300).contains(answer.status) else {
            throw ControlError(answer, hadToken: token != nil)
        }
        return answer
    }

    private func ask(_ request: ControlRequest, at place: DaemonPlace) async throws(ExchangeFailure) -> ControlAnswer {
        if token != nil || request.isConfidential, !Self.isPrivate(place) {
            let what = token == nil ? "A secret" : "The token"
            throw .broken(
                ControlError(
                    .failed, "\(what) is not sent to \(place) in the clear.", hints: ["use an https:// address"]))
        }
        let exchange = Exchange(
            place: place, request: request, token: token, authorities: authorities, largest: largest)
        do {
            let limit = timeLimit
            return try await withThrowingTaskGroup(of: ControlAnswer?.self) { group in
                group.addTask { try await exchange.run() }
                group.addTask {
                    try await Task.sleep(for: limit)
                    return nil
                }
                defer { group.cancelAll() }
                guard let answer = try await group.next() ?? nil else { throw TimeIsUp() }
                return answer
            }
        } catch {
            throw ConnectionTrouble.explain(error, at: place, timeLimit: timeLimit, largest: largest)
        }
    }

    /// Whether nobody else can listen in on the way.
    private static func isPrivate(_ place: DaemonPlace) -> Bool {
        guard case .server(let address) = place, !address.isTLS else { return true }
        let target = address.connectTo ?? address.host
        return target == "localhost" || target == "::1" || target.hasPrefix("127.")
    }
}

struct TimeIsUp: Error {}
