import Kernel
import NetAddress
import Persistence

/// Addresses, ranges and networks beside each other.
enum AddressPlan {
    /// The living networks that hold the address, the narrowest first.
    static func networks(around address: IPAddress, in tx: any Session) throws -> [(id: Int64, block: CIDRBlock)] {
        let key = address.sortKey
        let rows = try tx.rows(
            """
            SELECT t.id, t.cidr FROM networks t JOIN objects o ON o.id = t.id
            WHERE t.cidr_lower <= \(key) AND t.cidr_upper >= \(key) AND o.deleted_at IS NULL LIMIT 200
            """)
        return try rows.compactMap { row in
            // IPv4 lies within ::/0 by its key, and is not in it.
            guard let block = CIDRBlock(try row.get("cidr", as: String.self)), block.contains(address) else {
                return nil
            }
            return (try row.get("id"), block)
        }.sorted { ($1.block.prefix, $0.id) < ($0.block.prefix, $1.id) }
    }

    /// Fills in the network of an address nobody named, and refuses one it does not lie in.
    static func chooseNetwork(_ checkup: inout Checkup) throws {
        guard let address = checkup.text("address").flatMap({ IPAddress($0) }) else { return }
        guard checkup.isChanged("address", "network_id") else { return }
        guard let network = checkup.integer("network_id") else {
            let around = try networks(around: address, in: checkup.tx)
            // Two networks of the same prefix: only a person knows which.
            guard let first = around.first, !around.dropFirst().contains(where: { $0.block == first.block }) else {
                return
            }
            return checkup.set("network_id", .integer(first.id))
        }
        if let block = try block(of: network, in: checkup.tx), !block.contains(address) {
            checkup.refuse("address", "\(address) is not in \(block).")
        }
    }

    static func checkRange(_ checkup: inout Checkup) throws {
        guard let first = checkup.text("first").flatMap({ IPAddress($0) }),
            let last = checkup.text("last").flatMap({ IPAddress($0) })
        else { return }
        guard first.family == last.family else {
            return checkup.refuse("last", "Both ends are IPv4 or both are IPv6.")
        }
        guard first <= last else {
            return checkup.refuse("last", "The last address comes before the first.")
        }
        if checkup.integer("network_id") == nil {
            let around = try networks(around: first, in: checkup.tx).first { $0.block.contains(last) }
            if let around { checkup.set("network_id", .integer(around.id)) }
        }
        guard let network = checkup.integer("network_id"), let block = try block(of: network, in: checkup.tx) else {
            return
        }
        if !block.contains(first) { checkup.refuse("first", "\(first) is not in \(block).") }
        if !block.contains(last) { checkup.refuse("last", "\(last) is not in \(block).") }
    }

    /// What was documented in a network stays in it: another prefix has to hold all of that.
    static func checkPrefix(_ checkup: inout Checkup) throws {
        guard let id = checkup.id, checkup.isChanged("cidr"), let block = checkup.text("cidr").flatMap(CIDRBlock.init)
        else { return }
        let row = try checkup.tx.rows(
            """
            SELECT o.name FROM objects o LEFT JOIN addresses a ON a.id = o.id LEFT JOIN ip_ranges r ON r.id = o.id
            WHERE o.kind IN ('address', 'ip_range') AND o.deleted_at IS NULL
                AND COALESCE(a.network_id, r.network_id) = \(id)
                AND (COALESCE(a.address_key, r.first_key) < \(block.lowerKey)
                    OR COALESCE(a.address_key, r.last_key) > \(block.upperKey))
            ORDER BY o.id LIMIT 1
            """
        ).first
        guard let name = try row?.optional("name", as: String.self) else { return }
        checkup.refuse("cidr", "\(name) lies outside of it. Move it first.")
    }

    static func block(of network: Int64, in tx: any Session) throws -> CIDRBlock? {
        try tx.rows("SELECT cidr FROM networks WHERE id = \(network)").first?
            .optional("cidr", as: String.self).flatMap { CIDRBlock($0) }
    }
}
