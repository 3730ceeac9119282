import HTTPKit
import JSONKit
import Kernel

/// Lets nobody in: what stands at the door until accounts can be told apart.
struct ClosedGate: Gatekeeper {
    func caller(of request: RequestFacts, need: Need) async throws -> Caller? {
        guard need == .nothing else {
            throw AppError(.setupNeeded, "There is no administrator yet. Open the pages and finish the first step.")
        }
        return nil
    }
}

struct AliveAnswer: JSONAnswer {
    static let shape: JSONShape = .object([.init(name: "status", shape: .string, isRequired: true)])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("status", "ok")
        writer.endObject()
    }
}
