import Kernel

/// When one root takes over from another. A pure value: the roots and the time in, the next step out.
///
/// A successor is made 180 days before the root in use ends, and is offered for trust at once. Half-way it takes over;
/// the old root stays good until its end. The served chain carries a cross certificate all that time, so that a device
/// that trusts either root accepts it.
package struct RollOver: Sendable, Equatable {
    package enum Step: Sendable, Equatable {
        case makeSuccessor
        /// The successor becomes the root in use.
        case takeOver
        /// The old root is no longer vouched for.
        case finish
    }

    /// How long both roots are good for, and how long people have to carry the new one to their devices.
    package static let overlap = Duration.seconds(180 * 86_400)
    /// A root that leaves no room for a cross certificate signs for as long as it can: devices that trust only it
    /// have no other chain. The rest is for a renewal that fails on one day.
    static let lastMoment = Duration.seconds(2 * 86_400)

    let inUse: Certificate
    let successor: Certificate?
    let previous: Certificate?

    package init(_ roots: LocalRoots) {
        self.init(inUse: roots.inUse, successor: roots.successor, previous: roots.previous)
    }

    init(inUse: Certificate, successor: Certificate?, previous: Certificate?) {
        self.inUse = inUse
        self.successor = successor
        self.previous = previous
    }

    /// What is due now; nil when nothing is.
    package func step(at now: Instant) -> Step? {
        if previous != nil { return overlapEnd.map { now >= $0 } == true ? .finish : nil }
        if let takeOver { return now >= takeOver ? .takeOver : nil }
        return now >= announcement ? .makeSuccessor : nil
    }

    /// The day the root in use gets a successor if nobody asks for one before.
    package var announcement: Instant { inUse.notAfter - Self.overlap }

    /// The day the successor takes over; nil while there is none.
    package var takeOver: Instant? {
        guard let successor else { return nil }
        let end = end(of: inUse, beside: successor)
        return inUse.leavesRoomForCross ? successor.notBefore + (end - successor.notBefore) / 2 : end - Self.lastMoment
    }

    /// The day from which only the newer root is good for anything; nil while there is one root.
    package var overlapEnd: Instant? {
        if let previous { return end(of: previous, beside: inUse) }
        return successor.map { end(of: inUse, beside: $0) }
    }

    private func end(of old: Certificate, beside new: Certificate) -> Instant {
        min(old.notAfter, new.notBefore + Self.overlap)
    }
}

extension Certificate {
    /// Roots of earlier versions allow no authority below them, so nothing can be cross-signed with them.
    var leavesRoomForCross: Bool { pathLength.map { $0 > 0 } ?? true }
}

/// The roots of this machine as devices should see them.
package struct LocalRoots: Sendable, Equatable {
    /// Signs what the server shows.
    package let inUse: Certificate
    /// Will take over; devices should trust it already.
    package let successor: Certificate?
    /// Was in use; devices that trust only this one are still served.
    package let previous: Certificate?

    package init(inUse: Certificate, successor: Certificate? = nil, previous: Certificate? = nil) {
        self.inUse = inUse
        self.successor = successor
        self.previous = previous
    }

    /// What a device should trust from now on, the root in use first. The previous root is not among them: whoever
    /// has it may drop it once it has these.
    package var toTrust: [Certificate] { [inUse] + (successor.map { [$0] } ?? []) }

    package var all: [Certificate] { toTrust + (previous.map { [$0] } ?? []) }
}
