import HTTPKit
import HTTPTypes
import Kernel
import Synchronization

/// Believes a header that says who asks. For `RouteHarness`.
final class Door: Gatekeeper {
    static let who = HTTPField.Name("x-test-caller") ?? .via

    private let callers = Mutex<[Caller]>([])

    /// What the header must say for that caller; nil for nobody.
    func number(of caller: Caller?) -> String? {
        guard let caller else { return nil }
        return callers.withLock { callers in
            if let index = callers.firstIndex(of: caller) { return String(index) }
            callers.append(caller)
            return String(callers.count - 1)
        }
    }

    func caller(of request: RequestFacts, need: Need) async throws -> Caller? {
        guard let index = request.headers[Self.who].flatMap({ Int($0) }) else { return nil }
        return callers.withLock { $0[index] }
    }
}
