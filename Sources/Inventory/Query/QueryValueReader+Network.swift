import NetAddress
import Persistence

/// Addresses, prefixes, MAC addresses, and what an object is connected to.
extension QueryValueReader {
    func address(_ column: SQL, key: SQL) throws(QueryProblem) -> SQL {
        if isAny { return "\(column) IS NOT NULL" }
        if let (low, high) = ends() {
            guard let first = IPAddress(low), let last = IPAddress(high), first.family == last.family else {
                throw problem("Write both ends of the range: 10.0.0.10..10.0.0.20.")
            }
            guard first <= last else { throw reversed("10.0.0.10..10.0.0.20") }
            return "\(key) BETWEEN \(first.sortKey) AND \(last.sortKey)"
        }
        if let address = IPAddress(value.text) {
            switch comparison {
            case .matches, .equals: return "\(key) = \(address.sortKey)"
            case .less: return "\(key) < \(address.sortKey)"
            case .lessOrEqual: return "\(key) <= \(address.sortKey)"
            case .greater: return "\(key) > \(address.sortKey)"
            case .greaterOrEqual: return "\(key) >= \(address.sortKey)"
            }
        }
        try onlyMatches()
        if value.text.contains("/") {
            do {
                let block = try CIDRBlock(parsing: value.text)
                return "\(key) BETWEEN \(block.lowerKey) AND \(block.upperKey)"
            } catch { throw problem("\(error) Write it as 10.0.0.0/8.") }
        }
        return "\(column) \(dialect.like) \(try begun())"
    }

    /// Part of an address, while it is typed: `10.0.` and `fd00:`.
    private func begun() throws(QueryProblem) -> SQL {
        let isPart = value.text.unicodeScalars.allSatisfy {
            $0.properties.isASCIIHexDigit || ".:*/".unicodeScalars.contains($0)
        }
        guard isPart, mayGrow else {
            throw problem(
                "“\(value.text.prefix(40))” is not an address. Write 10.0.0.5, 10.0.0.0/24 or 10.0.0.5..10.0.0.9.")
        }
        return value.text.contains("*") && !value.isQuoted
            ? .pattern(value.text, any: "*") : .pattern(startingWith: value.text)
    }

    /// Whether numbers with dots can be the beginning of an address: 10.0.0.300 never will be.
    private var mayGrow: Bool {
        let parts = value.text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.allSatisfy({ $0.allSatisfy(\.isNumber) }) else { return true }
        return parts.count <= 4 && parts.allSatisfy { $0.isEmpty || UInt8($0) != nil }
    }

    /// A prefix finds itself and what lies in it, an address the prefixes around it.
    func block(_ column: SQL, _ field: Field) throws(QueryProblem) -> SQL {
        try onlyMatches()
        let (lower, upper): (SQL, SQL) = (.trusted("t.\(field.keyColumns[0])"), .trusted("t.\(field.keyColumns[1])"))
        if let address = IPAddress(value.text) {
            return "\(lower) <= \(address.sortKey) AND \(upper) >= \(address.sortKey)"
        }
        if let block = CIDRBlock(value.text) {
            return comparison == .equals
                ? "\(lower) = \(block.lowerKey) AND \(upper) = \(block.upperKey)"
                : "\(lower) >= \(block.lowerKey) AND \(upper) <= \(block.upperKey)"
        }
        return "\(column) \(dialect.like) \(try begun())"
    }

    func mac(_ column: SQL) throws(QueryProblem) -> SQL {
        try onlyMatches()
        if let mac = MACAddress(value.text) { return "\(column) = \(mac.description)" }
        let digits = value.text.lowercased().unicodeScalars.filter { !":-.*".unicodeScalars.contains($0) }
        guard !digits.isEmpty, digits.count < 12, digits.allSatisfy(\.properties.isASCIIHexDigit) else {
            throw problem("“\(value.text.prefix(40))” is not a MAC address. Write 00:1b:21:aa:bb:cc or its beginning.")
        }
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, index % 2 == 0 { text += ":" }
            text.unicodeScalars.append(digit)
        }
        return "\(column) \(dialect.like) \(.pattern(startingWith: text))"
    }

    /// What a reference points to, by its name; a VLAN by its number as well.
    func reference(_ column: SQL, _ field: Field) throws(QueryProblem) -> SQL {
        let targets = field.targets ?? []
        if targets == ["vlan"], let condition = try number(of: "v.number") {
            return
                "\(column) IN (SELECT v.id FROM vlans v JOIN objects x ON x.id = v.id WHERE x.deleted_at IS NULL AND \(condition))"
        }
        return
            "\(column) IN (SELECT x.id FROM objects x WHERE x.deleted_at IS NULL AND x.kind \(anyOf: targets) AND \(try named()))"
    }

    private func number(of column: SQL) throws(QueryProblem) -> SQL? {
        let isNumber = !value.isQuoted && value.text.first?.isNumber == true
        return isNumber || comparison.isOrder || ends() != nil ? try number(column, isWhole: true) : nil
    }

    private func named() throws(QueryProblem) -> SQL {
        if isAny { return "1 = 1" }
        return comparison == .equals ? "x.name_key = \(NameKey.of(value.text))" : try text("x.name")
    }

    /// Networks by membership, by interface and by address.
    private var memberships: SQL {
        """
        SELECT m.member_id AS holder_id, m.network_id FROM network_memberships m
            JOIN objects l ON l.id = m.id AND l.deleted_at IS NULL
        UNION ALL SELECT i.holder_id, i.network_id FROM interfaces i
            JOIN objects l ON l.id = i.id AND l.deleted_at IS NULL
        UNION ALL SELECT a.holder_id, a.network_id FROM addresses a
            JOIN objects l ON l.id = a.id AND l.deleted_at IS NULL
        """
    }

    /// Those whose own address lies in a prefix; `x` is the network.
    private func within(_ joins: SQL, _ condition: SQL) -> [SQL] {
        kind.fields.filter { $0.type == .ip }.map { field in
            """
            o.id IN (SELECT d.id FROM networks n JOIN objects l ON l.id = n.id AND l.deleted_at IS NULL \(joins)
                JOIN \(.trusted(kind.table)) d
                    ON d.\(.trusted(field.keyColumns[0])) BETWEEN n.cidr_lower AND n.cidr_upper
                WHERE \(condition))
            """
        }
    }

    func network() throws(QueryProblem) -> SQL {
        let condition: SQL = "x.deleted_at IS NULL AND \(try named())"
        let member: SQL = """
            o.id IN (SELECT w.holder_id FROM (\(memberships)) w JOIN objects x ON x.id = w.network_id
                WHERE \(condition))
            """
        return .any([member] + within("JOIN objects x ON x.id = n.id", condition))
    }

    func vlan() throws(QueryProblem) -> SQL {
        let wanted = if let byNumber = try number(of: "v.number") { byNumber } else { try named() }
        let condition: SQL = "x.deleted_at IS NULL AND \(wanted)"
        let joins: SQL = "JOIN vlans v ON v.id = n.vlan_id JOIN objects x ON x.id = v.id"
        let member: SQL = """
            o.id IN (SELECT w.holder_id FROM (
                SELECT p.holder_id, n.vlan_id FROM (\(memberships)) p JOIN networks n ON n.id = p.network_id
                    JOIN objects l ON l.id = n.id AND l.deleted_at IS NULL
                UNION ALL SELECT i.holder_id, i.vlan_id FROM interfaces i
                    JOIN objects l ON l.id = i.id AND l.deleted_at IS NULL
                ) w JOIN vlans v ON v.id = w.vlan_id JOIN objects x ON x.id = v.id
                WHERE \(condition))
            """
        return .any([member] + within(joins, condition))
    }

    func anyAddress() throws(QueryProblem) -> SQL {
        var parts: [SQL] = []
        for field in kind.fields where field.type == .ip {
            parts.append(try address(.trusted("t.\(field.name)"), key: .trusted("t.\(field.keyColumns[0])")))
        }
        let held = try address("a.address", key: "a.address_key")
        parts.append(
            """
            o.id IN (SELECT a.holder_id FROM addresses a JOIN objects l ON l.id = a.id AND l.deleted_at IS NULL
                WHERE \(held))
            """)
        return .any(parts)
    }
}

extension QueryTerm.Comparison {
    var isOrder: Bool { self != .matches && self != .equals }
}
