import Kernel
import NetAddress
import Persistence

/// Who else has this address or this port. Asked while somebody types, and once more when it is saved.
package enum Conflicts {
    package struct Holder: Sendable, Equatable {
        package let reference: ObjectReference
        /// What of it holds it: `IP address`, `Address`, `443/tcp`.
        package let what: String
        /// The device behind it: a service and the address of its host belong together.
        let device: Int64
        let network: Int64?
        let isShared: Bool
    }

    static func check(_ checkup: Checkup) throws {
        for field in checkup.kind.fields where field.type == .ip && addressFields.contains(field.name) {
            guard checkup.id == nil || checkup[field.name] != checkup.before[field.name] ?? .null else { continue }
            guard let address = checkup.text(field.name).flatMap({ IPAddress($0) }) else { continue }
            try refuse(field, address, checkup)
        }
        if checkup.kind.name == "service", checkup.isChanged("ports", "runs_on_id", "ip_address") {
            try refusePorts(checkup)
        }
        if checkup.kind.name == "ip_range", checkup.isChanged("first", "last", "purpose", "network_id") {
            try refuseRange(checkup)
        }
    }

    /// Fields that say "this thing has that address", unlike a gateway or the end of a range.
    private static let addressFields: Set<String> = ["ip_address", "management_ip", "address"]

    private static func refuse(_ field: Field, _ address: IPAddress, _ checkup: Checkup) throws {
        guard ["hardware", "compute_unit", "service", "external_node", "address"].contains(checkup.kind.name) else {
            return
        }
        if checkup.text("assignment") == "virtual" { return }
        let device = try device(of: checkup)
        let network = checkup.kind.name == "address" ? checkup.integer("network_id") : nil
        let others = try holders(of: address, in: checkup.tx).filter { other in
            if other.reference.id == checkup.id || other.device == device || other.isShared { return false }
            // The same private prefix may exist twice: two bridges, two sites.
            if let network, let theirs = other.network, network != theirs { return false }
            return true
        }
        guard let first = others.first else { return }
        throw AppError(
            .conflict, "\(address) is held by \(first.reference.name).",
            fields: [field.name: "Held by \(first.reference.name)."], holders: others.prefix(20).map(\.reference))
    }

    /// The device an object stands for, by the same rules as `holders`.
    private static func device(of checkup: Checkup) throws -> Int64? {
        switch checkup.kind.name {
        case "service": return checkup.integer("runs_on_id") ?? checkup.id
        case "address":
            guard let holder = checkup.integer("holder_id") else { return checkup.id }
            let host = try checkup.tx.rows("SELECT runs_on_id FROM services WHERE id = \(holder)").first?
                .optional("runs_on_id", as: Int64.self)
            return try container(host ?? holder, in: checkup.tx)
        case "compute_unit":
            return checkup.text("type") == "container" ? checkup.integer("hardware_id") ?? checkup.id : checkup.id
        default: return checkup.id
        }
    }

    /// A container may use the address of its host.
    private static func container(_ id: Int64, in tx: any Session) throws -> Int64 {
        try tx.rows("SELECT hardware_id FROM compute_units WHERE id = \(id) AND type = 'container'").first?
            .optional("hardware_id", as: Int64.self) ?? id
    }

    package static func holders(of address: IPAddress, in tx: any Session) throws -> [Holder] {
        let key = address.sortKey
        let rows = try tx.rows(
            """
            SELECT o.id, o.kind, o.name, 'IP address' AS what, o.id AS device,
                CAST(NULL AS BIGINT) AS network, CAST(NULL AS TEXT) AS assignment
            FROM hardware t JOIN objects o ON o.id = t.id WHERE t.ip_address_key = \(key) AND o.deleted_at IS NULL
            UNION ALL
            SELECT o.id, o.kind, o.name, 'Management address', o.id,
                CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
            FROM hardware t JOIN objects o ON o.id = t.id WHERE t.management_ip_key = \(key) AND o.deleted_at IS NULL
            UNION ALL
            SELECT o.id, o.kind, o.name, 'IP address',
                CASE WHEN t.type = 'container' THEN COALESCE(t.hardware_id, o.id) ELSE o.id END,
                CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
            FROM compute_units t JOIN objects o ON o.id = t.id WHERE t.ip_address_key = \(key) AND o.deleted_at IS NULL
            UNION ALL
            SELECT o.id, o.kind, o.name, 'IP address', COALESCE(t.runs_on_id, o.id),
                CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
            FROM services t JOIN objects o ON o.id = t.id WHERE t.ip_address_key = \(key) AND o.deleted_at IS NULL
            UNION ALL
            SELECT o.id, o.kind, o.name, 'IP address', o.id,
                CAST(NULL AS BIGINT), CAST(NULL AS TEXT)
            FROM external_nodes t JOIN objects o ON o.id = t.id WHERE t.ip_address_key = \(key) AND o.deleted_at IS NULL
            UNION ALL
            SELECT COALESCE(h.id, o.id), COALESCE(h.kind, o.kind), COALESCE(h.name, o.name), 'Address',
                COALESCE(s.runs_on_id, c.hardware_id, t.holder_id, o.id), t.network_id, t.assignment
            FROM addresses t JOIN objects o ON o.id = t.id LEFT JOIN services s ON s.id = t.holder_id
            LEFT JOIN compute_units c ON c.id = t.holder_id AND c.type = 'container'
            LEFT JOIN objects h ON h.id = t.holder_id AND h.deleted_at IS NULL
            WHERE t.address_key = \(key) AND o.deleted_at IS NULL
            LIMIT 100
            """)
        return try rows.map { row in
            Holder(
                reference: try row.reference(),
                what: try row.get("what"), device: try row.get("device"), network: try row.optional("network"),
                isShared: try row.optional("assignment", as: String.self) == "virtual")
        }
    }

    /// An address is handed out by DHCP or set aside, not both.
    private static func refuseRange(_ checkup: Checkup) throws {
        guard let first = checkup.text("first").flatMap({ IPAddress($0) }),
            let last = checkup.text("last").flatMap({ IPAddress($0) })
        else { return }
        let isHere: SQL =
            checkup.integer("network_id").map { "(t.network_id IS NULL OR t.network_id = \($0))" } ?? "1 = 1"
        let rows = try checkup.tx.rows(
            """
            SELECT o.id, o.kind, o.name, t.first FROM ip_ranges t JOIN objects o ON o.id = t.id
            WHERE t.first_key <= \(last.sortKey) AND t.last_key >= \(first.sortKey) AND o.deleted_at IS NULL
                AND t.purpose <> \(checkup.text("purpose") ?? "") AND o.id <> \(checkup.id ?? 0) AND \(isHere)
            ORDER BY t.first_key, o.id LIMIT 20
            """)
        // IPv4 lies on the line of IPv6 by its keys.
        let others = try rows.filter { try IPAddress($0.get("first", as: String.self))?.family == first.family }
            .map { try $0.reference() }
        guard let other = others.first else { return }
        throw AppError(
            .conflict, "\(other.name) has some of these addresses.",
            fields: ["first": "\(other.name) has some of these addresses."], holders: others)
    }

    private static func refusePorts(_ checkup: Checkup) throws {
        guard let host = checkup.integer("runs_on_id"),
            let ports = checkup.text("ports").flatMap({ try? ServicePorts(parsing: $0) })
        else { return }
        let own = checkup.text("ip_address").flatMap { IPAddress($0) }
        for entry in ports.entries {
            let taken = try holders(of: entry, address: own, on: host, except: checkup.id, in: checkup.tx)
            guard let first = taken.first else { continue }
            throw AppError(
                .conflict, "Port \(first.what) is held by \(first.reference.name).",
                fields: ["ports": "\(first.what) is held by \(first.reference.name)."],
                holders: taken.prefix(20).map(\.reference))
        }
    }

    /// Services on that host that listen on the same port and address.
    package static func holders(
        of entry: ServicePorts.Entry, address: IPAddress? = nil, on host: Int64, except: Int64? = nil,
        in tx: any Session
    ) throws -> [Holder] {
        let rows = try tx.rows(
            """
            SELECT o.id, o.name, t.ports, t.ip_address FROM services t JOIN objects o ON o.id = t.id
            WHERE t.runs_on_id = \(host) AND o.deleted_at IS NULL AND t.ports IS NOT NULL AND o.id <> \(except ?? 0)
            ORDER BY o.id LIMIT 1000
            """)
        let wanted = ServicePorts.Entry(
            address: entry.address ?? address, ports: entry.ports, transport: entry.transport)
        return try rows.compactMap { row in
            let theirs = try row.optional("ip_address", as: String.self).flatMap { IPAddress($0) }
            let ports = try ServicePorts(parsing: row.get("ports", as: String.self))
            let met = ports.entries.first { other in
                ServicePorts.Entry(address: other.address ?? theirs, ports: other.ports, transport: other.transport)
                    .meets(wanted)
            }
            guard let met else { return nil }
            let id: Int64 = try row.get("id")
            return Holder(
                reference: ObjectReference(kind: "service", id: id, name: try row.get("name")),
                what: met.description, device: host, network: nil, isShared: false)
        }
    }
}
