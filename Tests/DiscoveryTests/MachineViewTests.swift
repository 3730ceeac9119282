import Discovery
import JSONKit
import Kernel
import NetAddress
import Testing

@testable import Probes

@Suite("What a report says")
struct MachineViewTests {
    @Test("the machine is described as people write it, and known by its serial, cards and addresses")
    func machine() throws {
        let machine = try #require(try HomeLab.view()[HomeLab.machine])

        #expect(machine.kinds == ["hardware", "compute_unit"])
        #expect(machine.text("vendor") == "Dell" && machine.text("model") == "OptiPlex 7060")
        #expect(machine.text("cpu") == "Intel Core i5-8500T" && machine.text("role") == "desktop")
        #expect(machine.text("ip_address") == "192.168.1.10" && machine.text("mac") == "00:1b:21:00:00:10")
        #expect(machine.value("memory_mb") == 15_900)
        #expect(machine.field("serial_number") == nil)
        #expect(machine.identities.contains(.mac(try HomeLab.mac("00:1b:21:00:00:10"))))
        #expect(!machine.identities.contains(.address(try HomeLab.ip("172.17.0.1"))))
    }

    @Test(
        "a card is known by its own address, a tunnel by its name; cables of containers and idle bridges are left out")
    func interfaces() throws {
        let view = try HomeLab.view()

        #expect(view.titles(.interfaces) == ["eno1", "docker0", "wg0"])
        let card = try #require(view["interface:00112233aabbccdd:00:1b:21:00:00:10"])
        #expect(card.reference("holder_id") == HomeLab.machine)
        #expect(card.reference("network_id") == "network:192.168.1.0/24")
        #expect(card.value("speed_mbps") == 1000)
        #expect(view["interface:00112233aabbccdd:wg0"]?.text("type") == "wireguard")
    }

    @Test("addresses others can know belong to their interface; temporary, local and link-local ones are left out")
    func addresses() throws {
        let view = try HomeLab.view()

        #expect(view.titles(.addresses) == ["192.168.1.10", "fd00:1::10", "172.17.0.1", "10.8.0.1"])
        let leased = try #require(view["address:00112233aabbccdd:192.168.1.10"])
        #expect(leased.text("assignment") == "dhcp")
        #expect(leased.reference("interface_id") == "interface:00112233aabbccdd:00:1b:21:00:00:10")
    }

    @Test("networks have their gateway and its device; a container's prefix is the machine's own")
    func networks() throws {
        let view = try HomeLab.view()

        let lan = try #require(view["network:192.168.1.0/24"])
        #expect(lan.text("gateway") == "192.168.1.1" && lan.text("type") == "lan")
        #expect(lan.reference("gateway_hardware_id") == "device:3c:a6:2f:00:00:01")
        let bridge = try #require(view["network:00112233aabbccdd:docker0:172.17.0.0/16"])
        #expect(bridge.text("type") == "container" && bridge.title == "docker0 on box")
        #expect(view["network:10.8.0.0/24"]?.text("type") == "vpn")
        #expect(view["network:172.18.0.0/16"] == nil)
    }

    @Test("a device is one thing for all its addresses; a random one is known by its address only")
    func devices() throws {
        let view = try HomeLab.view()

        #expect(view.titles(.gateway) == ["Gateway 192.168.1.1"])
        #expect(view.titles(.neighbours) == ["Raspberry Pi 192.168.1.30", "192.168.1.77"])
        let gateway = try #require(view["device:3c:a6:2f:00:00:01"])
        #expect(gateway.text("role") == "router" && gateway.text("vendor") == "AVM")
        let phone = try #require(view["device:192.168.1.77"])
        #expect(phone.identities == [.address(try HomeLab.ip("192.168.1.77"))])
        #expect(phone.field("mac")?.weight == .guess)
        #expect(view["member:device:192.168.1.77>network:192.168.1.0/24"]?.isFollower == true)
    }

    @Test("a router nobody spoke to yet is there by its address")
    func silentGateway() throws {
        let view = try HomeLab.view { $0.neighbours = ReportSection(reason: "not readable") }

        #expect(view["device:192.168.1.1"]?.group == .gateway)
        #expect(view["network:192.168.1.0/24"]?.reference("gateway_hardware_id") == "device:192.168.1.1")
    }

    @Test("more neighbours than a page holds are counted, and the gateway stays")
    func crowd() throws {
        let view = try HomeLab.view { report in
            report.neighbours.value? += try (0..<400).map { number in
                try HomeLab.neighbour(
                    "192.168.1.\(number % 200 + 40)", "00:50:56:00:\(number / 200 + 10):\(number % 99 + 1)")
            }
        }

        #expect(view.titles(.neighbours).count + view.titles(.gateway).count <= 256)
        #expect(view.titles(.gateway) == ["Gateway 192.168.1.1"])
    }

    @Test("what listens is grouped by its unit; a hidden program is told by its port and what runs")
    func services() throws {
        let view = try HomeLab.view()

        let web = try #require(view["service:00112233aabbccdd:unit:nginx.service"])
        #expect(web.text("ports") == "80/tcp, 443/tcp" && web.text("url") == "https://box/")
        let ssh = try #require(view["service:00112233aabbccdd:unit:ssh.service"])
        #expect(ssh.text("ports") == "22/tcp" && ssh.text("description") == "OpenBSD Secure Shell server")
        #expect(view["service:00112233aabbccdd:port:5432/tcp"]?.text("ports") == "127.0.0.1:5432/tcp")
        #expect(view["service:00112233aabbccdd:port:9443/tcp"]?.title == "Port 9443/tcp")
        #expect(view["service:00112233aabbccdd:port:51820/udp"]?.title == "WireGuard")
        let names = view.titles(.services)
        #expect(names.contains("tailscaled") && names.contains("docker"))
        #expect(!names.contains("dbus") && !names.contains("app") && !names.contains("avahi-daemon"))
        #expect(!names.contains("systemd-resolved"))
    }

    @Test("a published port belongs to its container, not to the engine's proxy")
    func containers() throws {
        let view = try HomeLab.view()
        let guest = "guest:00112233aabbccdd:docker:grafana"

        #expect(view.titles(.guests) == ["grafana"])
        #expect(view[guest]?.text("type") == "container" && view[guest]?.reference("hardware_id") == HomeLab.machine)
        let service = try #require(view["service:\(guest)"])
        #expect(service.reference("runs_on_id") == guest && service.text("ports") == "8081/tcp")
        #expect(view["service:00112233aabbccdd:unit:docker.service"]?.text("ports") == nil)
        #expect(view["member:\(guest)>network:00112233aabbccdd:docker0:172.17.0.0/16"] != nil)
    }

    @Test("disks carry their file systems; what starts the machine and what is plugged in is left out")
    func storage() throws {
        let view = try HomeLab.view()

        #expect(view.titles(.storage) == ["Samsung SSD 980 (nvme0n1)", "System (/)", "nas:/media"])
        #expect(view["filesystem:00112233aabbccdd:/"]?.reference("parent_id") == "disk:S64D")
        #expect(view["share:nas:/media"]?.text("protocol") == "NFS")
    }

    @Test("the same report gives the same sightings in the same order, each key once")
    func order() throws {
        var shuffled = try HomeLab.report
        shuffled.neighbours.value?.reverse()
        shuffled.listeners.value?.reverse()
        shuffled.workloads.value?.reverse()

        let view = try HomeLab.view()
        let again = MachineView(shuffled, vendors: HomeLab.vendors)

        #expect(view.sightings.map(\.key) == again.sightings.map(\.key))
        #expect(Set(view.sightings.map(\.key)).count == view.sightings.count)
    }

    @Test("a report in which nothing could be read shows a machine and nothing made up")
    func empty() {
        let view = MachineView(MachineReport(readAt: Instant(milliseconds: 0)))

        #expect(view.sightings.map(\.group) == [.machine])
    }

    @Test("every field that is said exists in the kind it is said of", arguments: KindFieldsCase.all)
    func fields(_ one: KindFieldsCase) {
        #expect(KindFields.inventory.knows(one.kind, one.field), "\(one.kind).\(one.field)")
    }
}

/// Each kind with each field a sighting of the made-up lab gives it.
struct KindFieldsCase: Sendable, Hashable, CustomTestStringConvertible {
    let kind: String
    let field: String
    var testDescription: String { "\(kind).\(field)" }

    static var all: [KindFieldsCase] {
        let sightings = (try? HomeLab.view().sightings) ?? []
        let cases = sightings.flatMap { sighting in
            sighting.fields.map { KindFieldsCase(kind: sighting.kinds[0], field: $0.name) }
        }
        return Set(cases).sorted { $0.testDescription < $1.testDescription }
    }
}
