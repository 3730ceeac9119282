import Dispatch
import ImpactAnalysis
import Kernel
import Synchronization

/// Answers what stops, on queues of its own: never on the event loops or the cooperative pool. What follows from the lab
/// is made once for each change of it, on the first question after it.
final class ImpactDesk: Sendable {
    static let longestQueue = 32

    /// The state of the lab that something was made from.
    private struct Version: Equatable {
        let generation: UInt64
        let revision: UInt64

        init(_ moment: TopologyPicture.Moment) {
            generation = moment.version.generation
            revision = moment.graph.revision
        }
    }

    private struct Kept {
        var version: Version?
        var picture: ImpactPicture?
        var run: ImpactRun?
    }

    private let queue = DispatchQueue(label: "impact", qos: .userInitiated)
    /// Trying everything takes longer; nobody else waits for it.
    private let points = DispatchQueue(label: "single-points", qos: .utility)
    private let kept = Mutex(Kept())
    private let keptPoints = Mutex<(version: Version, points: [SinglePoint])?>(nil)
    private let load = Mutex(0)

    /// Lets the parts of a question fail and hands the run to `body`.
    func ask<Answer: Sendable>(
        _ moment: TopologyPicture.Moment,
        _ body: @escaping @Sendable (ImpactPicture, ImpactRun) throws -> Answer
    ) async throws -> Answer {
        try await work(on: queue) { [self] _ in
            try kept.withLock { kept in
                let version = Version(moment)
                if kept.version != version || kept.picture == nil {
                    let picture = ImpactPicture(moment.graph)
                    kept = Kept(version: version, picture: picture, run: ImpactRun(picture.graph))
                }
                guard let picture = kept.picture, let run = kept.run else {
                    throw AppError(.fault, "The lab could not be read.")
                }
                return try body(picture, run)
            }
        }
    }

    func singlePoints(_ moment: TopologyPicture.Moment) async throws -> (ImpactPicture, [SinglePoint]) {
        let picture = try await ask(moment) { picture, _ in picture }
        let version = Version(moment)
        let found = try await work(on: points) { [self] isGivenUp in
            if let kept = keptPoints.withLock({ $0 }), kept.version == version { return kept.points }
            let found = try picture.graph.singlePoints { isGivenUp.value }
            keptPoints.withLock { $0 = (version, found) }
            return found
        }
        return (picture, found)
    }

    private func work<Answer: Sendable>(
        on queue: DispatchQueue, _ body: @escaping @Sendable (GivenUp) throws -> Answer
    ) async throws -> Answer {
        let isAccepted = load.withLock { load in
            guard load < Self.longestQueue else { return false }
            load += 1
            return true
        }
        guard isAccepted else {
            throw AppError(.rateLimited, "Many ask this at once. Try again in a moment.", retryAfter: .seconds(2))
        }
        let isGivenUp = GivenUp()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                queue.async { [self] in
                    let result = Result {
                        if isGivenUp.value { throw CancellationError() }
                        return try body(isGivenUp)
                    }
                    load.withLock { $0 -= 1 }
                    continuation.resume(with: result)
                }
            }
        } onCancel: {
            isGivenUp.set()
        }
    }
}

/// Says to work on a queue that nobody waits for it any more.
final class GivenUp: Sendable {
    private let flag = Atomic(false)
    var value: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
