import Inventory
import JSONKit
import NetAddress
import Persistence

/// Reads the part of the inventory that could be what the machine saw: what is linked, what bears one of its signs, and
/// what belongs to the machine. The rest, however much it is, stays where it is.
struct DocumentedReader {
    private let view: MachineView
    private let tx: any Session
    private var documented = Documented()

    /// More objects of one kind than this belong to no single machine.
    private static let most = 5_000

    static func read(_ view: MachineView, in tx: any Session) throws -> Documented {
        var reader = DocumentedReader(view: view, tx: tx)
        try reader.readLinked()
        try reader.readHosts()
        try reader.readNetworks()
        try reader.readParts()
        try reader.readMemberships()
        try reader.readNames()
        return reader.documented
    }

    private init(view: MachineView, tx: any Session) {
        self.view = view
        self.tx = tx
    }

    // MARK: - Steps

    private mutating func readLinked() throws {
        documented.links = try DiscoveryLinks.read(view.sightings.map(\.key), in: tx)
        let ids = Array(Set(documented.links.values))
        guard !ids.isEmpty else { return }
        let rows = try tx.rows("SELECT id, kind FROM objects WHERE id \(anyOf: ids) AND deleted_at IS NULL")
        var byKind: [String: [Int64]] = [:]
        for row in rows { byKind[try row.get("kind"), default: []].append(try row.get("id")) }
        for (kind, ids) in byKind.sorted(by: { $0.key < $1.key }) { try load(kind, "o.id \(anyOf: ids)") }
    }

    private mutating func readHosts() throws {
        let signs = HostSigns(view.sightings)
        try load("interface", "t.mac \(anyOf: signs.macs)")
        try load("address", "t.address_key \(anyOf: signs.addressKeys)")
        let holders = documented.all(["interface", "address"]).compactMap { $0.values["holder_id"]?.integerValue }
        try load(
            "hardware",
            """
            o.id \(anyOf: holders) OR t.mac \(anyOf: signs.macs) OR t.ip_address_key \(anyOf: signs.addressKeys)
            OR t.management_ip_key \(anyOf: signs.addressKeys) OR t.serial_number \(anyOf: signs.serials)
            OR lower(t.hostname) \(anyOf: signs.hostnames) OR lower(o.name) \(anyOf: signs.hostnames)
            """)
        try load(
            "compute_unit",
            """
            o.id \(anyOf: holders) OR t.mac \(anyOf: signs.macs) OR t.ip_address_key \(anyOf: signs.addressKeys)
            OR t.guest_id \(anyOf: signs.guestIDs) OR lower(t.hostname) \(anyOf: signs.hostnames)
            OR lower(o.name) \(anyOf: signs.hostnames)
            """)
        try load("external_node", "o.id \(anyOf: holders) OR t.ip_address_key \(anyOf: signs.addressKeys)")
    }

    private mutating func readNetworks() throws {
        let prefixes = view.sightings.compactMap { $0.kinds == ["network"] ? $0.text("cidr") : nil }
        try load("network", "t.cidr \(anyOf: prefixes)")
        let numbers = view.sightings.compactMap { sighting -> Int64? in
            guard sighting.kinds == ["vlan"], case .value(let value)? = sighting.field("number")?.value else {
                return nil
            }
            return value.integerValue
        }
        try load("vlan", "t.number \(anyOf: numbers)")
    }

    /// What belongs to the machine, whatever it is recognised as.
    private mutating func readParts() throws {
        let serials = view.sightings.filter { $0.group == .storage }.compactMap { $0.text("serial_number") }
        let shares = view.sightings.filter { $0.text("type") == "share" }.compactMap { $0.text("path") }
        let hosts = Recognition(documented, view.sightings.filter { $0.group == .machine }).found.values.map(\.id)
        try load("compute_unit", "t.hardware_id \(anyOf: hosts)")
        try load("interface", "t.holder_id \(anyOf: hosts)")
        try load("address", "t.holder_id \(anyOf: hosts)")
        try load(
            "storage",
            """
            t.hardware_id \(anyOf: hosts) OR t.serial_number \(anyOf: serials)
            OR (t.type = 'share' AND t.path \(anyOf: shares))
            """)
        let units = documented.all(["compute_unit"]).map(\.id)
        try load("service", "t.runs_on_id \(anyOf: hosts + units)")
    }

    private mutating func readMemberships() throws {
        let members = documented.all(["hardware", "compute_unit", "external_node"]).map(\.id)
        let networks = documented.all(["network"]).map(\.id)
        try load("network_membership", "t.member_id \(anyOf: members) AND t.network_id \(anyOf: networks)")
    }

    /// Of what is referred to and was not read, only the name is needed.
    private mutating func readNames() throws {
        var wanted: Set<Int64> = []
        for object in documented.objects.values {
            for field in Kind.named(object.kind)?.references ?? [] {
                if let id = object.values[field.name]?.integerValue, documented.names[id] == nil { wanted.insert(id) }
            }
        }
        let rows = try tx.rows("SELECT id, name FROM objects WHERE id \(anyOf: wanted.sorted())")
        for row in rows { documented.names[try row.get("id")] = try row.get("name") }
    }

    // MARK: - Rows

    private mutating func load(_ name: String, _ condition: SQL) throws {
        guard let kind = Kind.named(name) else { return }
        var columns: SQL = "o.id, o.name, o.source, o.sources"
        for field in kind.fields { columns += ", t." + SQL(identifier: field.name) }
        let rows = try tx.rows(
            """
            SELECT \(columns) FROM objects o JOIN \(identifier: kind.table) t ON t.id = o.id
            WHERE o.deleted_at IS NULL AND (\(condition)) ORDER BY o.id LIMIT \(Self.most)
            """)
        documented.add(try rows.map { try DocumentedObject($0, of: kind) })
    }
}

extension DocumentedObject {
    fileprivate init(_ row: Row, of kind: Kind) throws {
        let name: String = try row.get("name")
        let source: String = try row.get("source")
        let sources = try JSONParser.parse(row.get("sources", as: String.self)).objectValue ?? JSONObject()
        var values: [String: JSONValue] = ["name": .string(name)]
        var written: Set<String> = []
        for field in kind.fields {
            let value = try field.json(row)
            values[field.name] = value
            let writer = sources[field.name]?.stringValue ?? source
            if !value.isNull, Origin.humans.contains(writer) { written.insert(field.name) }
        }
        self.init(id: try row.get("id"), kind: kind.name, name: name, values: values, written: written)
    }
}

extension Field {
    /// PostgreSQL answers in text, so the type of the field decides.
    fileprivate func json(_ row: Row) throws -> JSONValue {
        switch type {
        case .integer, .reference: try row.optional(name, as: Int64.self).map { .integer($0) } ?? .null
        case .number: try row.optional(name, as: Double.self).map { .number($0) } ?? .null
        case .boolean: try row.optional(name, as: Bool.self).map { .bool($0) } ?? .null
        default: try row.optional(name, as: String.self).map { .string($0) } ?? .null
        }
    }
}

/// The signs of every host among the sightings, as the tables hold them.
private struct HostSigns {
    var macs: [String] = []
    var addressKeys: [String] = []
    var serials: [String] = []
    var guestIDs: [String] = []
    var hostnames: [String] = []

    init(_ sightings: [Sighting]) {
        for sighting in sightings {
            for identity in sighting.identities {
                switch identity {
                case .mac(let mac): macs.append(mac.description)
                case .address(let address): addressKeys.append(address.sortKey)
                case .hostname(let name): hostnames.append(name.lowercased())
                case .fields(let fields): add(fields, of: sighting)
                case .port: break
                }
            }
            if sighting.kinds == ["address"], let address = sighting.text("address").flatMap({ IPAddress($0) }) {
                addressKeys.append(address.sortKey)
            }
        }
    }

    private mutating func add(_ fields: [String: Observed.Value], of sighting: Sighting) {
        func text(_ name: String) -> String? {
            if case .value(let value)? = fields[name] { value.stringValue } else { nil }
        }
        if sighting.group != .storage, let serial = text("serial_number") { serials.append(serial) }
        if let id = text("guest_id") { guestIDs.append(id) }
    }
}

/// The table of what was taken over.
enum DiscoveryLinks {
    static func read(_ keys: [String], in tx: any Session) throws -> [String: Int64] {
        let rows = try tx.rows("SELECT link_key, object_id FROM discovery_links WHERE link_key \(anyOf: keys)")
        return Dictionary(
            try rows.map { (try $0.get("link_key"), try $0.get("object_id")) }, uniquingKeysWith: { first, _ in first })
    }

    static func save(_ key: String, _ object: Int64, by name: String, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO discovery_links (link_key, object_id, accepted_at, accepted_by)
            VALUES (\(key), \(object), \(tx.now), \(name))
            ON CONFLICT (link_key) DO UPDATE SET object_id = excluded.object_id,
                accepted_at = excluded.accepted_at, accepted_by = excluded.accepted_by
            """)
    }
}
