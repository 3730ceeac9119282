import HTTPKit
import JSONKit
import Kernel
import NetAddress
import Persistence

/// Who holds an address or a port already, and which cable is plugged into it: asked by forms while somebody types.
struct ConflictRoutes: Sendable {
    private let store: any Store

    init(store: any Store) {
        self.store = store
    }

    func register(in api: inout API) {
        let store = store
        api.get(
            "conflicts", "Say who holds an address or a port, or which cable is plugged in there",
            needs: .may(.viewInventory),
            .init(query: [
                QueryField("ip", .string, "An IP address."),
                QueryField("network_id", .integer, "The network it is in: the same prefix may exist twice."),
                QueryField("port", .range(minimum: 1, maximum: 65_535), "A port on the holder."),
                QueryField("protocol", .choice(ServicePorts.transports), "Of that port; tcp if left out."),
                QueryField("ports", .string, "Ports as a service has them: 443/tcp, 53/udp."),
                QueryField("address", .string, "The address the ports are on, if not all of the holder's."),
                QueryField("holder_id", .integer, "The device it is about. What it holds itself is no conflict."),
                QueryField("plug_id", .integer, "The device or interface that a cable is plugged into."),
                QueryField("plug_port", .string, "The port of that device, if it is not an interface."),
                QueryField("medium", .string, "Of that cable: a radio link or a tunnel takes no port for itself."),
                QueryField("exclude_id", .integer, "The object that is being edited."),
            ])
        ) { call in
            let question = try ConflictQuestion(
                address: Self.address(call.query("ip"), "ip"), network: call.queryID("network_id"),
                ports: Self.ports(call), portAddress: Self.address(call.query("address"), "address"),
                holder: call.queryID("holder_id"), except: call.queryID("exclude_id"),
                plug: call.queryID("plug_id").map { Plug(end: $0, port: call.query("plug_port")) },
                medium: call.query("medium"))
            return Items(items: try await store.read { tx in try question.answer(in: tx) })
        }
    }

    private static func address(_ text: String?, _ name: String) throws -> IPAddress? {
        guard let text, !text.trimmed.isEmpty else { return nil }
        guard let address = IPAddress(text.trimmed) else {
            throw AppError(.invalid, "This is not an IP address.", fields: [name: "This is not an IP address."])
        }
        return address
    }

    /// A port that is only half typed is passed over; saving says what is wrong with it.
    private static func ports(_ call: Call<Nothing>) throws -> [ServicePorts.Entry] {
        let listed = (call.query("ports") ?? "").split(separator: ",").prefix(100).flatMap {
            (try? ServicePorts(parsing: String($0)))?.entries ?? []
        }
        guard let port = try call.queryNumber("port", in: 1...65_535) else { return listed }
        let transport = call.query("protocol") ?? "tcp"
        guard ServicePorts.transports.contains(transport) else {
            let choices = ServicePorts.transports.joined(separator: ", ")
            throw AppError(.invalid, "There is no such protocol.", fields: ["protocol": "Use one of: \(choices)."])
        }
        return listed + [ServicePorts.Entry(address: nil, ports: port...port, transport: transport)]
    }
}

struct ConflictQuestion: Sendable {
    let address: IPAddress?
    let network: Int64?
    let ports: [ServicePorts.Entry]
    let portAddress: IPAddress?
    let holder: Int64?
    let except: Int64?
    let plug: Plug?
    let medium: String?

    func answer(in tx: any Session) throws -> [Conflicts.Holder] {
        var found: [Conflicts.Holder] = []
        if let address { found += try Conflicts.others(at: address, network: network, of: holder, except, in: tx) }
        if let holder {
            for entry in ports {
                found += try Conflicts.holders(of: entry, address: portAddress, on: holder, except: except, in: tx)
            }
        }
        if let plug { found += try Conflicts.cables(at: plug, medium: medium, except: except, in: tx) }
        var told: Set<String> = []
        return Array(found.filter { told.insert("\($0.reference.id) \($0.what)").inserted }.prefix(100))
    }
}

extension Conflicts {
    /// Who else holds the address, from where that device or that object stands, by the rules saving goes by.
    static func others(
        at address: IPAddress, network: Int64?, of holder: Int64?, _ except: Int64?, in tx: any Session
    ) throws -> [Holder] {
        let own = Set(try [holder, except].compactMap { try $0.map { try device(behind: $0, in: tx) } })
        return try holders(of: address, in: tx).filter { other in
            if other.isShared || other.reference.id == except || own.contains(other.device) { return false }
            guard let network, let theirs = other.network else { return true }
            return network == theirs
        }
    }

    /// A service and a container share the addresses of what they run on.
    private static func device(behind id: Int64, in tx: any Session) throws -> Int64 {
        let row = try tx.rows(
            """
            SELECT COALESCE(s.runs_on_id, c.hardware_id, a.holder_id) AS device, a.holder_id FROM objects o
            LEFT JOIN services s ON s.id = o.id LEFT JOIN addresses a ON a.id = o.id
            LEFT JOIN compute_units c ON c.id = o.id AND c.type = 'container' WHERE o.id = \(id)
            """
        ).first
        guard let device = try row?.optional("device", as: Int64.self) else { return id }
        let isAddress = try row?.optional("holder_id", as: Int64.self) != nil
        return isAddress ? try self.device(behind: device, in: tx) : device
    }
}

extension Conflicts.Holder: JSONAnswer {
    package static let shape = JSONShape.object([
        .init(name: "kind", shape: .string, isRequired: true),
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "what", shape: .string, isRequired: true),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", reference.kind)
        writer.member("id", reference.id)
        writer.member("name", reference.name)
        writer.member("what", what)
        writer.endObject()
    }
}
