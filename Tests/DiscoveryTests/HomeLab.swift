import Discovery
import JSONKit
import Kernel
import NetAddress
import Testing

@testable import Probes

/// A report of a small server at home: one card, a container bridge, a VPN, a router and three devices.
enum HomeLab {
    static var report: MachineReport {
        get throws {
            var report = MachineReport(readAt: Instant(milliseconds: 1_790_000_000_000))
            report.system = ReportSection(system, reason: "Serial numbers are shown to root only.")
            report.interfaces = ReportSection(try interfaces)
            report.routes = ReportSection([
                try route("0.0.0.0/0", via: "192.168.1.1", "eno1", metric: 100),
                try route("192.168.1.0/24", via: nil, "eno1"), try route("172.17.0.0/16", via: nil, "docker0"),
            ])
            report.neighbours = ReportSection([
                try neighbour("192.168.1.1", "3c:a6:2f:00:00:01"),
                try neighbour("fe80::1", "3c:a6:2f:00:00:01", isRouter: true),
                try neighbour("192.168.1.30", "b8:27:eb:00:00:30"),
                try neighbour("fd00:1::30", "b8:27:eb:00:00:30"),
                try neighbour("192.168.1.77", "da:a1:19:00:00:77"),
                try neighbour("172.17.0.2", "02:42:ac:11:00:02", on: "docker0"),
                try neighbour("fe80::99", "00:1b:21:00:00:99"),
            ])
            report.listeners = ReportSection(try listeners)
            report.services = ReportSection([
                unit("ssh.service", "OpenBSD Secure Shell server"), unit("nginx.service", "A web server"),
                unit("systemd-resolved.service", "Network Name Resolution"), unit("tailscaled.service", "Tailscale"),
                unit("dbus.service", "D-Bus"), unit("docker.service", "Docker Application Container Engine"),
            ])
            report.workloads = ReportSection(try workloads)
            report.disks = ReportSection([
                DiskFacts(
                    name: "nvme0n1", sizeBytes: 500_107_862_016, model: "Samsung SSD 980", serial: "S64D",
                    isRotational: false, isRemovable: false, transport: .nvme),
                DiskFacts(
                    name: "sdb", sizeBytes: 32_000_000_000, isRotational: false, isRemovable: true, transport: .usb),
            ])
            report.fileSystems = ReportSection([
                FileSystemFacts(
                    mountPoint: "/", source: "/dev/nvme0n1p2", type: "ext4", isNetwork: false, isReadOnly: false,
                    sizeBytes: 490_000_000_000, freeBytes: 200_000_000_000),
                FileSystemFacts(
                    mountPoint: "/boot/efi", source: "/dev/nvme0n1p1", type: "vfat", isNetwork: false,
                    isReadOnly: false, sizeBytes: 500_000_000, freeBytes: 1),
                FileSystemFacts(
                    mountPoint: "/mnt/media", source: "nas:/media", type: "nfs4", isNetwork: true, isReadOnly: false),
            ])
            return report
        }
    }

    static let vendors = ["3c:a6:2f": "AVM GmbH", "b8:27:eb": "Raspberry Pi Foundation", "00:1b:21": "Intel Corporate"]

    static func view(_ change: (inout MachineReport) throws -> Void = { _ in }) throws -> MachineView {
        var report = try report
        try change(&report)
        return MachineView(report, vendors: vendors)
    }

    static let machine = "machine:00112233aabbccdd"

    private static var system: SystemFacts {
        var system = SystemFacts()
        system.machineKey = "00112233aabbccddeeff445566778899"
        system.hostname = "box"
        system.vendor = "Dell Inc."
        system.product = "OptiPlex 7060"
        system.chassis = "desktop"
        system.processor = ProcessorFacts(
            model: "Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz", sockets: 1, cores: 6, threads: 6)
        system.memoryBytes = 16_673_001_472
        system.osName = "Debian GNU/Linux"
        system.osVersion = "13 (trixie)"
        system.kernel = "6.12.48"
        return system
    }

    private static var interfaces: [InterfaceFacts] {
        get throws {
            [
                link(1, "lo", .loopback, addresses: [try own("127.0.0.1", 8, .machine)]),
                link(
                    2, "eno1", .physical, mac: try mac("00:1b:21:00:00:10"), speed: 1000,
                    addresses: [
                        try own("192.168.1.10", 24, isDynamic: true), try own("fd00:1::10", 64),
                        try own("fd00:1::abcd", 64, isTemporary: true), try own("fe80::10", 64, .link),
                    ]),
                link(3, "docker0", .bridge, addresses: [try own("172.17.0.1", 16)]),
                link(4, "veth12", .veth, master: "docker0", addresses: [try own("fe80::12", 64, .link)]),
                link(5, "wg0", .wireguard, addresses: [try own("10.8.0.1", 24)]),
                link(6, "br-unused", .bridge, addresses: [try own("172.18.0.1", 16)]),
            ]
        }
    }

    private static var listeners: [ListenerFacts] {
        get throws {
            [
                try listener(22, process: nil, unit: nil), try listener(22, "::", process: nil, unit: nil),
                try listener(80, process: "nginx", unit: "nginx.service"),
                try listener(443, process: "nginx", unit: "nginx.service"),
                try listener(53, "127.0.0.53", process: "systemd-resolve", unit: "systemd-resolved.service"),
                try listener(5432, "127.0.0.1", process: nil, unit: nil),
                try listener(41_234, process: "app", unit: nil), try listener(9443, process: nil, unit: nil),
                try listener(8081, process: "docker-proxy", unit: "docker.service"),
                try listener(5353, .udp, process: "avahi-daemon", unit: "avahi-daemon.service"),
                try listener(51_820, .udp, process: nil, unit: nil),
            ]
        }
    }

    private static var workloads: [WorkloadFacts] {
        get throws {
            var web = WorkloadFacts(
                kind: .container, engine: "docker", id: String(repeating: "ab12", count: 16), name: "grafana")
            web.image = "grafana/grafana:12"
            web.addresses = [try ip("172.17.0.2")]
            web.ports = [
                .init(
                    proto: .tcp, published: PortNumber(rawValue: 8081),
                    target: try #require(PortNumber(rawValue: 3000)))
            ]
            var done = WorkloadFacts(kind: .container, engine: "docker", id: "ff", name: "migrate")
            done.isRunning = false
            return [web, done]
        }
    }
}

extension HomeLab {
    static func ip(_ text: String) throws -> IPAddress { try #require(IPAddress(text)) }
    static func mac(_ text: String) throws -> MACAddress { try #require(MACAddress(text)) }

    static func own(
        _ address: String, _ prefix: Int, _ scope: InterfaceAddress.Scope = .global, isDynamic: Bool = false,
        isTemporary: Bool = false
    ) throws -> InterfaceAddress {
        InterfaceAddress(
            address: try ip(address), prefix: prefix, scope: scope, isDynamic: isDynamic, isTemporary: isTemporary)
    }

    static func link(
        _ index: Int, _ name: String, _ kind: InterfaceFacts.Kind, mac: MACAddress? = nil, speed: Int? = nil,
        master: String? = nil, addresses: [InterfaceAddress] = []
    ) -> InterfaceFacts {
        InterfaceFacts(
            index: index, name: name, kind: kind, driverKind: nil, mac: mac, permanentMAC: nil, mtu: 1500,
            isEnabled: true, state: "up", speedMbps: speed, master: master, parent: nil, vlan: nil,
            hasForeignPeer: kind == .veth, addresses: addresses)
    }

    static func route(_ to: String, via: String?, _ interface: String, metric: Int? = nil) throws -> RouteFacts {
        RouteFacts(
            destination: try #require(CIDRBlock(to)), gateway: try via.map(ip), interface: interface, metric: metric,
            origin: "dhcp")
    }

    static func neighbour(
        _ address: String, _ hardware: String, on interface: String = "eno1", isRouter: Bool = false
    ) throws -> NeighbourFacts {
        NeighbourFacts(
            address: try ip(address), mac: try mac(hardware), interface: interface, state: .reachable,
            isRouter: isRouter)
    }

    static func listener(
        _ port: Int, _ address: String = "0.0.0.0", _ proto: TransportProtocol = .tcp, process: String?, unit: String?
    ) throws -> ListenerFacts {
        ListenerFacts(
            proto: proto, address: try ip(address), port: try #require(PortNumber(String(port))), userID: 0,
            isEphemeral: false, processID: process.map { _ in 42 }, process: process, unit: unit, containerID: nil)
    }

    static func listener(
        _ port: Int, _ proto: TransportProtocol, process: String?, unit: String?
    ) throws -> ListenerFacts {
        try listener(port, "0.0.0.0", proto, process: process, unit: unit)
    }

    static func unit(_ name: String, _ summary: String) -> SystemdServiceFacts {
        SystemdServiceFacts(unit: name, summary: summary, program: nil, processCount: 1)
    }
}

extension MachineView {
    subscript(key: String) -> Sighting? { sightings.first { $0.key == key } }

    func titles(_ group: Sighting.Group) -> [String] { sightings.filter { $0.group == group }.map(\.title) }
}

extension Sighting {
    func value(_ field: String) -> JSONValue? {
        if case .value(let value)? = self.field(field)?.value { value } else { nil }
    }
}
