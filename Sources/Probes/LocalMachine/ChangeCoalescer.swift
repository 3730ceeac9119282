/// Decides when to read the machine again. Pure: told of changes and of the time, it answers when reading is due.
///
/// A burst of changes leads to one reading soon after its first change, so a flapping link can neither delay the
/// reading for ever nor cause one each second.
struct ChangeCoalescer {
    enum Change {
        /// Links, addresses, routes: a person may be looking.
        case topology
        /// A device was seen for the first time; these come in crowds and are never urgent.
        case neighbour
    }

    struct Pace: Sendable {
        var topology: Duration = .seconds(1)
        var neighbour: Duration = .seconds(15)
        /// For what no message tells: sockets, services, guests.
        var idle: Duration = .seconds(300)
        /// Shortest time between two readings.
        var rest: Duration = .seconds(5)
    }

    let pace: Pace
    private(set) var due: ContinuousClock.Instant
    private var earliest: ContinuousClock.Instant

    init(pace: Pace, at now: ContinuousClock.Instant) {
        self.pace = pace
        due = now + pace.idle
        earliest = now
    }

    mutating func heard(_ change: Change, at now: ContinuousClock.Instant) {
        let delay = change == .topology ? pace.topology : pace.neighbour
        due = min(due, max(now + delay, earliest))
    }

    /// Whether to read now. If so, the next reading is planned.
    mutating func takeDue(at now: ContinuousClock.Instant) -> Bool {
        guard now >= due else { return false }
        earliest = now + pace.rest
        due = now + pace.idle
        return true
    }
}

/// Tells which rtnetlink notifications are news.
struct ChangeFilter {
    /// Link, neighbour, IPv4 and IPv6 address and route groups of `RTMGRP_…`.
    static let groups: UInt32 = 0x1 | 0x4 | 0x10 | 0x40 | 0x100 | 0x400
    private static let memory = 20_000

    private var seen: Set<[UInt8]> = []

    /// What a datagram tells; an empty one means that the kernel had to drop some.
    mutating func change(in datagram: [UInt8]) -> ChangeCoalescer.Change? {
        guard !datagram.isEmpty else { return .topology }
        var result: ChangeCoalescer.Change?
        for message in NetlinkMessage.split(datagram) {
            switch message.type {
            case 16: if !isWirelessNoise(message) { return .topology }
            case 17, 20, 21, 24, 25: return .topology
            case 28: if isNewNeighbour(message) { result = .neighbour }
            default: break
            }
        }
        return result
    }

    /// Wi-Fi drivers announce each scan as a link message that carries IFLA_WIRELESS (11).
    private func isWirelessNoise(_ message: NetlinkMessage) -> Bool {
        NetlinkAttributes(message.body.dropFirst(16)).bytes(11) != nil
    }

    /// A neighbour's state changes all the time; only an unknown pair of addresses is news.
    private mutating func isNewNeighbour(_ message: NetlinkMessage) -> Bool {
        let attributes = NetlinkAttributes(message.body.dropFirst(12))
        guard let address = attributes.bytes(1), let hardware = attributes.bytes(2) else { return false }
        if seen.count >= Self.memory { seen.removeAll() }
        return seen.insert(Array(address) + Array(hardware)).inserted
    }
}
