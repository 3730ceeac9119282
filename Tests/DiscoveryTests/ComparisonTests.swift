import JSONKit
import Probes
import Testing

@testable import Discovery

@Suite("What differs")
struct ComparisonTests {
    @Test("in an empty inventory everything is new, and a membership is no line of its own")
    func empty() throws {
        let comparison = try compare(Documented())

        #expect(comparison.shown.allSatisfy { $0.action == .add })
        #expect(comparison.shown.allSatisfy { $0.sighting.group != .memberships })
        #expect(comparison.proposals.contains { $0.sighting.group == .memberships })
    }

    @Test("a device is recognised by its card before its address, and by its address before nothing")
    func identity() throws {
        var documented = Documented()
        documented.add([
            hardware(1, "old pi", ["ip_address": "192.168.1.30"]),
            hardware(2, "new pi", ["mac": "b8:27:eb:00:00:30", "ip_address": "192.168.1.31"]),
            hardware(3, "phone", ["ip_address": "192.168.1.77"]),
        ])

        let comparison = try compare(documented)

        let pi = try #require(comparison["device:b8:27:eb:00:00:30"])
        #expect(pi.object?.id == 2 && pi.action == .change)
        #expect(pi.fields.filter(\.isOpen).map(\.name) == ["ip_address"])
        let phone = try #require(comparison["device:192.168.1.77"])
        #expect(phone.object?.id == 3 && phone.action == .same)
    }

    @Test("a device is recognised by a documented interface or address of it")
    func parts() throws {
        var documented = Documented()
        documented.add([
            DocumentedObject(id: 1, kind: "compute_unit", name: "dns", values: ["name": "dns"]),
            DocumentedObject(
                id: 2, kind: "interface", name: "eth0", values: ["holder_id": 1, "mac": "b8:27:eb:00:00:30"]),
            hardware(3, "tablet", [:]),
            DocumentedObject(
                id: 4, kind: "address", name: "192.168.1.77", values: ["holder_id": 3, "address": "192.168.1.77"]),
        ])

        let comparison = try compare(documented)

        #expect(comparison["device:b8:27:eb:00:00:30"]?.object?.id == 1)
        #expect(comparison["device:b8:27:eb:00:00:30"]?.kind == "compute_unit")
        #expect(comparison["device:192.168.1.77"]?.object?.id == 3)
    }

    @Test("a sign that two things bear names neither")
    func ambiguous() throws {
        var documented = Documented()
        documented.add([
            hardware(1, "a", ["ip_address": "192.168.1.77"]), hardware(2, "b", ["ip_address": "192.168.1.77"]),
        ])

        #expect(try compare(documented)["device:192.168.1.77"]?.action == .add)
    }

    @Test("another serial number is another machine, whatever it is called")
    func otherSerial() throws {
        var documented = Documented()
        documented.add([hardware(1, "box", ["serial_number": "OTHER"])])
        let view = try HomeLab.view { $0.system.value?.serial = "MINE" }

        let comparison = Comparison(view, with: documented, kinds: .inventory)

        #expect(comparison[HomeLab.machine]?.action == .add)
    }

    @Test("what was taken over stays linked, whatever it is called now")
    func linked() throws {
        var documented = Documented()
        documented.add([hardware(9, "Anna's box", ["hostname": "other"])])
        documented.links = [HomeLab.machine: 9]

        let machine = try #require(try compare(documented)[HomeLab.machine])

        #expect(machine.object?.id == 9 && machine.name == "Anna's box")
        #expect(!machine.fields.filter(\.isOpen).map(\.name).contains("name"))
    }

    @Test("first ideas do not compete with what is documented; facts do")
    func guesses() throws {
        var documented = Documented()
        documented.add([
            hardware(1, "router", ["mac": "3c:a6:2f:00:00:01", "ip_address": "192.168.1.1", "role": "firewall"]),
            DocumentedObject(
                id: 2, kind: "network", name: "Home",
                values: ["cidr": "192.168.1.0/24", "type": "iot", "gateway": "192.168.1.254", "gateway_hardware_id": 1]),
        ])

        let comparison = try compare(documented)

        #expect(comparison["device:3c:a6:2f:00:00:01"]?.action == .same)
        let network = try #require(comparison["network:192.168.1.0/24"])
        #expect(network.fields.filter(\.isOpen).map(\.name) == ["gateway"])
        let device = try #require(network.fields.first { $0.name == "gateway_hardware_id" })
        #expect(device.state == .same && device.documented == "router")
    }

    @Test("memory as it was bought is the memory that was seen, and another address of the machine is its address")
    func tolerance() throws {
        var documented = Documented()
        documented.add([
            hardware(
                1, "box", ["hostname": "box", "memory_mb": 16_384, "ip_address": "fd00:1::10", "vendor": "dell"])
        ])

        let machine = try #require(try compare(documented)[HomeLab.machine])

        let open = machine.fields.filter(\.isOpen).map(\.name)
        #expect(!open.contains("memory_mb") && !open.contains("ip_address") && !open.contains("vendor"))
        #expect(open.contains("cpu"))
    }

    @Test("a service is recognised by a port it listens on, however it is called")
    func ports() throws {
        var documented = Documented()
        documented.add([
            hardware(1, "box", ["hostname": "box"]),
            DocumentedObject(
                id: 2, kind: "service", name: "Web server", values: ["runs_on_id": 1, "ports": "443/tcp"]),
        ])

        let web = try #require(try compare(documented)["service:00112233aabbccdd:unit:nginx.service"])

        #expect(web.object?.id == 2 && web.action == .change)
        #expect(web.fields.first { $0.name == "ports" }?.documented == "443/tcp")
    }

    @Test("documented as a virtual machine, it gets only what a virtual machine has")
    func otherKind() throws {
        var documented = Documented()
        documented.add([
            DocumentedObject(id: 1, kind: "compute_unit", name: "box", values: ["name": "box", "type": "vm"])
        ])

        let comparison = try compare(documented)

        let machine = try #require(comparison[HomeLab.machine])
        #expect(machine.kind == "compute_unit" && machine.fields.allSatisfy { $0.name != "vendor" })
        let disk = try #require(comparison["disk:S64D"])
        #expect(disk.fields.allSatisfy { $0.name != "hardware_id" })
    }

    private func compare(_ documented: Documented) throws -> Comparison {
        Comparison(try HomeLab.view(), with: documented, kinds: .inventory)
    }

    private func hardware(_ id: Int64, _ name: String, _ values: [String: JSONValue]) -> DocumentedObject {
        DocumentedObject(
            id: id, kind: "hardware", name: name,
            values: values.merging(["name": .string(name)]) { first, _ in first })
    }
}

@Suite("What is taken over")
struct AcceptPlanTests {
    @Test("everything, each after what it refers to")
    func order() throws {
        let comparison = try comparison()

        let plan = AcceptPlan(.all, of: comparison)

        var done: Set<String> = []
        for step in plan.steps {
            #expect(step.proposal.references.allSatisfy(done.contains), "\(step.proposal.key)")
            done.insert(step.proposal.key)
        }
        #expect(done.count == comparison.proposals.count)
        #expect(plan.steps.allSatisfy { !$0.isChosen })
    }

    @Test("an address takes its interface, machine and network along, and the membership follows")
    func needs() throws {
        let plan = AcceptPlan(.keys(["address:00112233aabbccdd:192.168.1.10"]), of: try comparison())

        #expect(
            Set(plan.steps.map(\.proposal.key)) == [
                HomeLab.machine, "network:192.168.1.0/24", "interface:00112233aabbccdd:00:1b:21:00:00:10",
                "address:00112233aabbccdd:192.168.1.10", "member:\(HomeLab.machine)>network:192.168.1.0/24",
            ])
        #expect(plan.steps.filter(\.isChosen).map(\.proposal.key) == ["address:00112233aabbccdd:192.168.1.10"])
    }

    @Test("a key that names nothing is told")
    func unknown() throws {
        let plan = AcceptPlan(.keys(["machine:gone", "machine:gone", HomeLab.machine]), of: try comparison())

        #expect(plan.unknown == ["machine:gone"])
        #expect(plan.steps.map(\.proposal.key) == [HomeLab.machine])
    }

    private func comparison() throws -> Comparison {
        Comparison(try HomeLab.view(), with: Documented(), kinds: .inventory)
    }
}
