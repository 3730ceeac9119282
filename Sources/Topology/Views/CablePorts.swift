import Persistence

/// Where cables are plugged in, as the view of cables and ports writes it: `eth1 ⇄ ether4`. The graph does not follow ports.
enum CablePorts {
    /// By connection; an end that is an interface is plugged in by its name.
    static func all(in tx: any Session) throws -> [Int64: String] {
        var words: [Int64: String] = [:]
        try tx.each(
            """
            SELECT c.id, c.from_port, c.to_port, CASE WHEN f.kind = 'interface' THEN f.name END,
                CASE WHEN g.kind = 'interface' THEN g.name END
            FROM connections c JOIN objects f ON f.id = c.from_id JOIN objects g ON g.id = c.to_id
            """
        ) { row in
            func end(_ port: Int, _ interface: Int) -> String {
                [String(sqlValue: row[port]), String(sqlValue: row[interface])].compactMap(\.self).first { !$0.isEmpty }
                    ?? ""
            }
            let (from, to) = (end(1, 3), end(2, 4))
            if from.isEmpty, to.isEmpty { return }
            words[try row.integer(0)] = "\(from.isEmpty ? "–" : from) ⇄ \(to.isEmpty ? "–" : to)"
        }
        return words
    }
}
