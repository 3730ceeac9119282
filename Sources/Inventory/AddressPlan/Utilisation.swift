import HTTPKit
import JSONKit
import Kernel
import NetAddress
import Persistence

/// How full a network is. Each usable address counts once: as used, else as reserved, else as one for DHCP, else as
/// free.
struct Utilisation: JSONAnswer, Equatable {
    /// Addresses a host may have; the network and broadcast addresses are none.
    let size: UInt128
    let used: UInt128
    let reserved: UInt128
    let dhcp: UInt128

    var free: UInt128 { size - used - reserved - dhcp }
    var percent: Double { size == 0 ? 0 : (Double(used) / Double(size) * 1_000).rounded() / 10 }

    static let empty = Utilisation(size: 0, used: 0, reserved: 0, dhcp: 0)

    private init(size: UInt128, used: UInt128, reserved: UInt128, dhcp: UInt128) {
        self.size = size
        self.used = used
        self.reserved = reserved
        self.dhcp = dhcp
    }

    init(of network: PlannedNetwork, in tx: any Session) throws {
        size = network.block.usableAddresses.size
        used = try Self.count(network.heldKeys(), in: tx)
        let taken = try Self.count(network.takenKeys(), in: tx)
        let ranges = try network.ranges(in: tx)
        let reservedRanges = Self.merged(ranges.filter { $0.purpose == "reserved" }.map(\.range))
        let dynamicRanges = Self.merged(ranges.filter { $0.purpose == "dhcp" }.map(\.range))
        func open(_ ranges: [IPAddressRange]) throws -> UInt128 {
            try ranges.reduce(0) { sum, range in
                let keys = network.takenKeys(from: range.first.sortKey, to: range.last.sortKey)
                return sum + range.size - (try Self.count(keys, in: tx))
            }
        }
        // What lies in a range of each purpose is reserved.
        let both = try open(Self.merged(reservedRanges + dynamicRanges))
        let openReserved = try open(reservedRanges)
        reserved = taken - used + openReserved
        dhcp = both - openReserved
    }

    private static func count(_ keys: SQL, in tx: any Session) throws -> UInt128 {
        let row = try tx.one("SELECT COUNT(DISTINCT k) AS n FROM (\(keys)) AS taken")
        return UInt128(try row.get("n", as: Int.self))
    }

    /// The same addresses in ranges that do not overlap.
    static func merged(_ ranges: [IPAddressRange]) -> [IPAddressRange] {
        var merged: [IPAddressRange] = []
        for range in ranges.sorted() {
            guard let last = merged.last, range.first <= last.last else {
                merged.append(range)
                continue
            }
            if range.last > last.last, let joined = try? IPAddressRange(last.first, range.last) {
                merged[merged.count - 1] = joined
            }
        }
        return merged
    }

    static let shape = JSONShape.object([
        .init(name: "size", shape: count, isRequired: true), .init(name: "used", shape: count, isRequired: true),
        .init(name: "reserved", shape: count, isRequired: true), .init(name: "dhcp", shape: count, isRequired: true),
        .init(name: "free", shape: count, isRequired: true), .init(name: "percent", shape: .number, isRequired: true),
    ])

    private static let count = JSONShape.any

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        for (name, value) in [
            ("size", size), ("used", used), ("reserved", reserved), ("dhcp", dhcp), ("free", free),
        ] {
            writer.name(name)
            // Beyond this JavaScript rounds.
            if value <= 1 << 53 { writer.integer(value) } else { writer.string(value.description) }
        }
        writer.member("percent", percent)
        writer.endObject()
    }
}
