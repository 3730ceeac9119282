import Persistence

/// One end of a cable: the port of a device, or a documented interface, which is a port by its name.
struct Plug: Sendable {
    let end: Int64
    let port: String?
}

extension Conflicts {
    /// Links that are no cable: any number of them goes through one port.
    private static let loose: Set<String> = [
        "wifi", "vpn", "wireguard", "tunnel", "ssh", "bgp", "management", "backup", "heartbeat", "virtual",
    ]

    /// Cables that are plugged into the same port. That is told and never refused: a breakout cable has several ends for
    /// one port, and so has a splitter.
    static func cables(at plug: Plug, medium: String?, except: Int64?, in tx: any Session) throws -> [Holder] {
        guard !loose.contains(medium ?? ""), let (device, port) = try place(of: plug, in: tx) else { return [] }
        let rows = try tx.rows(
            """
            SELECT o.id, o.kind, o.name, p.port, p.medium FROM (
                SELECT id, from_port AS port, medium FROM connections WHERE from_id = \(device)
                UNION ALL SELECT id, to_port, medium FROM connections WHERE to_id = \(device)
                UNION ALL SELECT c.id, n.name, c.medium FROM interfaces i JOIN objects n ON n.id = i.id
                JOIN connections c ON c.from_id = i.id WHERE i.holder_id = \(device)
                UNION ALL SELECT c.id, n.name, c.medium FROM interfaces i JOIN objects n ON n.id = i.id
                JOIN connections c ON c.to_id = i.id WHERE i.holder_id = \(device)
            ) p JOIN objects o ON o.id = p.id
            WHERE o.deleted_at IS NULL AND p.port IS NOT NULL AND o.id <> \(except ?? 0) ORDER BY o.id LIMIT 5000
            """)
        return try rows.compactMap { row in
            let name: String = try row.get("port")
            let theirs = try row.optional("medium", as: String.self)
            guard !loose.contains(theirs ?? ""), same(name) == same(port) else { return nil }
            return Holder(
                reference: try row.reference(), what: name, device: device, network: nil, isShared: false)
        }
    }

    /// Nil where nobody said which port.
    private static func place(of plug: Plug, in tx: any Session) throws -> (device: Int64, port: String)? {
        let interface = try tx.rows(
            """
            SELECT i.holder_id, o.name FROM interfaces i JOIN objects o ON o.id = i.id WHERE i.id = \(plug.end)
            """
        ).first
        if let interface { return (try interface.get("holder_id"), try interface.get("name")) }
        guard let port = plug.port, !port.trimmed.isEmpty else { return nil }
        return (plug.end, port)
    }

    /// People write `Eth1` and `eth1` of one port.
    private static func same(_ port: String) -> String { port.trimmed.lowercased() }
}
