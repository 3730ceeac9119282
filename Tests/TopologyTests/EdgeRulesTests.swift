import JSONKit
import Kernel
import TestSupport
import Testing

@testable import Inventory
@testable import Topology

@Suite("Edges of the map")
struct EdgeRulesTests {
    @Test("what runs where, and storage in it, are edges", arguments: Engine.available)
    func hosting(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let machine = try await lab.hardware("machine")
        let guest = try await lab.make(
            .computeUnit, ["name": "guest", "type": "vm", "hardware_id": .integer(machine)])
        let service = try await lab.make(.service, ["name": "service", "runs_on_id": .integer(guest)])
        let pool = try await lab.make(.storage, ["name": "pool", "hardware_id": .integer(machine)])
        let share = try await lab.make(.storage, ["name": "share", "parent_id": .integer(pool)])

        let page = try await lab.stored()

        #expect(
            page.edgeTexts == [
                "hosts \(machine)→\(guest)", "mounted \(pool)→\(share)", "runs \(guest)→\(service)",
                "stores \(machine)→\(pool)",
            ])
        #expect(Set(page.edges.keys) == ["hosts:\(guest)", "mounted:\(share)", "runs:\(service)", "stores:\(pool)"])
    }

    @Test("a relation's edge carries its id, medium, speed and label", arguments: Engine.available)
    func relations(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("a"), try await lab.hardware("b"))
        let (x, y) = (try await lab.network("x"), try await lab.network("y"))
        let cluster = try await lab.make(.cluster, ["name": "cluster"])
        let cable = try await lab.make(
            .connection,
            [
                "from_id": .integer(a), "to_id": .integer(b), "medium": "fibre", "speed_mbps": 10000,
                "cable_label": "F1",
            ])
        let needs = try await lab.make(.dependency, ["from_id": .integer(a), "to_id": .integer(b)])
        let member = try await lab.make(.clusterMember, ["cluster_id": .integer(cluster), "member_id": .integer(a)])
        let peer = try await lab.make(.networkPeer, ["network_a_id": .integer(x), "network_b_id": .integer(y)])
        let joined = try await lab.make(
            .networkMembership, ["member_id": .integer(a), "network_id": .integer(x), "link_type": "wifi"])

        let page = try await lab.stored()

        #expect(
            page.edges["connection:\(cable)"]
                == ([
                    "id": .string("connection:\(cable)"), "type": "connection", "from": .integer(a), "to": .integer(b),
                    "medium": "fibre", "speed_mbps": 10000, "label": "F1",
                ] as JSONValue).objectValue)
        #expect(page.edges["depends:\(needs)"]?["to"] == .integer(b))
        #expect(page.edges["member:\(member)"]?["from"] == .integer(cluster))
        #expect(page.edges["peers:\(peer)"]?["to"] == .integer(y))
        #expect(page.edges["in_network:\(joined)"]?["medium"] == "wifi")
        #expect(page.edges.count == 5)
    }

    @Test("a cable between ports joins the devices that have them", arguments: Engine.available)
    func ports(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (a, b) = (try await lab.hardware("a"), try await lab.hardware("b"))
        let port = try await lab.make(.interface, ["name": "eth0", "holder_id": .integer(a)])
        let cable = try await lab.make(.connection, ["from_id": .integer(port), "to_id": .integer(b)])
        try await lab.picture.load()

        #expect(try lab.shown().edgeTexts == ["connection \(a)→\(b)"])

        try await lab.trash(.interface, port)
        try await lab.catchUp()
        #expect(try lab.shown().edges.isEmpty)
        try await lab.restore(port)
        try await lab.catchUp()
        #expect(try lab.shown().edges["connection:\(cable)"] != nil)
    }

    @Test("interfaces and addresses of one network give one edge", arguments: Engine.available)
    func derived(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let machine = try await lab.hardware("machine")
        let lan = try await lab.make(.network, ["name": "lan", "cidr": "10.0.0.0/24"])
        let port = try await lab.make(
            .interface, ["name": "eth0", "holder_id": .integer(machine), "network_id": .integer(lan)])
        let held = try await lab.make(.address, ["address": "10.0.0.5", "holder_id": .integer(machine)])
        let loose = try await lab.make(.address, ["address": "10.0.0.6", "interface_id": .integer(port)])
        try await lab.picture.load()
        let edge = "in_network:\(machine)-\(lan)"

        #expect(Array(try lab.shown().edges.keys) == [edge])

        for (kind, id) in [(Kind.address, held), (.interface, port), (.address, loose)] {
            if kind.name == "interface" { try await lab.change(.interface, id, ["network_id": nil]) }
            if kind.name == "address" { try await lab.trash(kind, id) }
            try await lab.catchUp()
            #expect(try lab.shown().edges.keys.contains(edge) == (id != loose))
            #expect(try await lab.stored() == lab.shown())
        }
    }

    @Test("a documented membership stands for what follows from interfaces", arguments: Engine.available)
    func membership(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let (machine, lan) = (try await lab.hardware("machine"), try await lab.network("lan"))
        try await lab.make(
            .interface, ["name": "eth0", "holder_id": .integer(machine), "network_id": .integer(lan)])
        try await lab.picture.load()

        let joined = try await lab.make(
            .networkMembership, ["member_id": .integer(machine), "network_id": .integer(lan)])
        try await lab.catchUp()
        #expect(Array(try lab.shown().edges.keys) == ["in_network:\(joined)"])

        try await lab.trash(.networkMembership, joined)
        try await lab.catchUp()
        #expect(Array(try lab.shown().edges.keys) == ["in_network:\(machine)-\(lan)"])
    }

    @Test("a gateway is an edge of its own", arguments: Engine.available)
    func gateway(on engine: Engine) async throws {
        let lab = try await Lab(engine)
        let router = try await lab.hardware("router")
        let lan = try await lab.make(.network, ["name": "lan", "gateway_hardware_id": .integer(router)])

        #expect(try await lab.stored().edgeTexts == ["gateway \(router)→\(lan)"])
    }
}
