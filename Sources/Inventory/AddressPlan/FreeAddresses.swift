import JSONKit
import Kernel
import NetAddress
import Persistence

/// Which addresses of a network are taken, set aside or free. The work is bounded by what is documented in the
/// network, never by its size, so that IPv6 is as quick as IPv4.
enum FreeAddresses {
    static let mostAsked = 100
    /// The lowest free addresses a host may have: none that is held, reserved, a gateway, in a range for DHCP or for
    /// other purposes, or in a narrower network.
    ///
    /// Taken addresses are read `batch` at a time.
    static func next(
        _ count: Int, in network: PlannedNetwork, batch: Int = 2_000, in tx: any Session
    ) throws -> [IPAddress] {
        let avoided =
            try network.ranges(in: tx).filter { $0.purpose != "static" }.map(\.range)
            + network.narrower(in: tx)
        var found: [IPAddress] = []
        var start: IPAddress? = network.block.firstUsable
        while let from = start, found.count < count {
            let keys = try tx.rows(
                """
                SELECT DISTINCT k FROM (\(network.takenKeys(from: from.sortKey))) AS taken ORDER BY k LIMIT \(batch)
                """
            ).compactMap { String(sqlValue: $0[0]).flatMap { IPAddress(sortKey: $0) } }
            let free = network.block.nextFree(
                count: count - found.count, taken: Set(keys), avoiding: avoided, from: from)
            guard keys.count == batch, let last = keys.last else { return found + free }
            // Beyond the last address that was read nothing is known yet.
            found += free.filter { $0 < last }
            start = last.advanced(by: 1)
        }
        return found
    }
}

/// A living network with a prefix.
struct PlannedNetwork {
    let id: Int64
    let block: CIDRBlock

    /// Nil for a network without a prefix.
    init?(_ id: Int64, in tx: any Session) throws {
        let row = try ObjectStore.require(.network, id: id, in: tx)
        guard let block = String(sqlValue: Kind.network.values(row)["cidr"] ?? .null).flatMap(CIDRBlock.init) else {
            return nil
        }
        self.id = id
        self.block = block
    }

    /// Columns that say "this thing has that address".
    private static let holders: [(table: String, column: String)] = [
        ("hardware", "ip_address_key"), ("hardware", "management_ip_key"), ("compute_units", "ip_address_key"),
        ("services", "ip_address_key"), ("external_nodes", "ip_address_key"), ("networks", "gateway_key"),
    ]

    private static let isHeld: SQL = "a.holder_id IS NOT NULL AND COALESCE(a.assignment, '') <> 'reserved'"

    /// IPv4 lies on the line of IPv6. What holds all of it there, such as ::/0, holds it by its keys only.
    private static let v4 = CIDRBlock("0.0.0.0/0")

    private func isOfFamily(_ column: SQL) -> SQL {
        guard block.family == .v6, let v4 = Self.v4 else { return "1 = 1" }
        return "\(column) NOT BETWEEN \(v4.lowerKey) AND \(v4.upperKey)"
    }

    private var lower: String { block.firstUsable.sortKey }
    private var upper: String { block.lastUsable.sortKey }

    /// A SELECT of the keys `k` of addresses that something or somebody has.
    func heldKeys(from: String? = nil, to: String? = nil) -> SQL {
        let (from, to) = (from ?? lower, to ?? upper)
        let things = Self.holders.map { table, column -> SQL in
            """
            SELECT t.\(.trusted(column)) AS k FROM \(.trusted(table)) t JOIN objects o ON o.id = t.id
            WHERE t.\(.trusted(column)) BETWEEN \(from) AND \(to) AND o.deleted_at IS NULL
                AND \(isOfFamily(.trusted("t." + column)))
            """
        }
        return .joined(
            things + [addressKeys(from, to, Self.isHeld)],
            by: " UNION ALL ")
    }

    /// These, and addresses documented for nobody yet.
    func takenKeys(from: String? = nil, to: String? = nil) -> SQL {
        "\(heldKeys(from: from, to: to)) UNION ALL \(addressKeys(from ?? lower, to ?? upper, "1 = 1"))"
    }

    /// Addresses of another network of the same prefix are not of this one.
    private func addressKeys(_ from: String, _ to: String, _ condition: SQL) -> SQL {
        """
        SELECT a.address_key AS k FROM addresses a JOIN objects o ON o.id = a.id
        WHERE a.address_key BETWEEN \(from) AND \(to) AND o.deleted_at IS NULL AND \(condition)
            AND \(isOfFamily("a.address_key"))
            AND (a.network_id IS NULL OR a.network_id = \(id) OR a.network_id NOT IN (\(twins)))
        """
    }

    private var twins: SQL {
        """
        SELECT n.id FROM networks n WHERE n.cidr_lower = \(block.lowerKey) AND n.cidr_upper = \(block.upperKey)
            AND n.id <> \(id)
        """
    }

    /// Ranges in this network, as far as they lie in it.
    func ranges(in tx: any Session) throws -> [(range: IPAddressRange, purpose: String)] {
        let rows = try tx.rows(
            """
            SELECT t.first_key, t.last_key, t.purpose FROM ip_ranges t JOIN objects o ON o.id = t.id
            WHERE t.first_key <= \(upper) AND t.last_key >= \(lower) AND o.deleted_at IS NULL
                AND (t.network_id IS NULL OR t.network_id = \(id) OR t.network_id NOT IN (\(twins)))
            ORDER BY t.first_key, t.id LIMIT 5000
            """)
        return try rows.compactMap { row in
            guard let range = clipped(try row.get("first_key"), try row.get("last_key")) else { return nil }
            return (range, try row.get("purpose"))
        }
    }

    /// Networks inside this one: their addresses are theirs.
    func narrower(in tx: any Session) throws -> [IPAddressRange] {
        let rows = try tx.rows(
            """
            SELECT t.cidr_lower, t.cidr_upper FROM networks t JOIN objects o ON o.id = t.id
            WHERE t.cidr_lower >= \(block.lowerKey) AND t.cidr_upper <= \(block.upperKey) AND o.deleted_at IS NULL
                AND NOT (t.cidr_lower = \(block.lowerKey) AND t.cidr_upper = \(block.upperKey))
            ORDER BY t.cidr_lower, t.cidr_upper DESC LIMIT 20000
            """)
        return try rows.compactMap { clipped(try $0.get("cidr_lower"), try $0.get("cidr_upper")) }
    }

    private func clipped(_ first: String, _ last: String) -> IPAddressRange? {
        guard IPAddress(sortKey: first)?.family == block.family else { return nil }
        guard let first = IPAddress(sortKey: max(first, lower)), let last = IPAddress(sortKey: min(last, upper)) else {
            return nil
        }
        return try? IPAddressRange(first, last)
    }
}
