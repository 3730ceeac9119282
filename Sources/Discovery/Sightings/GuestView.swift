import JSONKit
import NetAddress
import Probes

/// Virtual machines and containers of the machine. Stopped containers are left out: most were meant to end.
struct GuestView {
    let machine: MachineIdentity
    let guests: [WorkloadFacts]
    let omissions: [String]
    private let links: LinkView

    private static let limit = 500

    init(_ report: MachineReport, machine: MachineIdentity, links: LinkView) {
        self.machine = machine
        self.links = links
        let worthy = report.workloads.items.filter { $0.isRunning || $0.kind == .virtualMachine }
            .sorted { Self.order($0) < Self.order($1) }
        guests = Array(worthy.prefix(Self.limit))
        omissions =
            worthy.count > Self.limit ? ["\(worthy.count - Self.limit) more guests and containers are not listed."] : []
    }

    private static func order(_ guest: WorkloadFacts) -> (String, String, String, String) {
        (guest.kind == .virtualMachine ? "0" : "1", guest.engine, guest.name ?? "~", guest.id)
    }

    var hasVirtualMachines: Bool { guests.contains { $0.kind == .virtualMachine } }

    /// A container that is made anew has another id and the same name; a virtual machine keeps its id.
    func key(_ guest: WorkloadFacts) -> String {
        let sign = guest.kind == .virtualMachine ? guest.id : guest.name ?? guest.id
        return "guest:\(machine.prefix):\(guest.engine):\(sign)"
    }

    static func title(_ guest: WorkloadFacts) -> String { guest.name ?? "\(guest.engine) \(guest.id.prefix(12))" }

    func guest(withID id: String) -> WorkloadFacts? {
        guests.first { $0.id == id || (id.count >= 12 && $0.id.hasPrefix(id)) }
    }

    /// The container whose published port that is.
    func guest(publishing port: PortNumber, _ proto: TransportProtocol) -> WorkloadFacts? {
        guests.first { $0.ports.contains { $0.published == port && $0.proto == proto } }
    }

    var sightings: [Sighting] { guests.map(sighting) }

    private func sighting(_ guest: WorkloadFacts) -> Sighting {
        var sighting = Sighting(
            key(guest), .guests, as: "compute_unit", title: Self.title(guest),
            evidence: guest.image == nil ? "processes and control groups" : "the engine's socket")
        sighting.guess("name", Self.title(guest))
        sighting.add("type", .string(guest.kind.rawValue), .fact)
        sighting.refer("hardware_id", to: machine.key)
        sighting.guess("platform", Self.platform(guest.engine))
        sighting.fact("image", guest.image)
        if guest.kind == .virtualMachine {
            sighting.fact("guest_id", guest.id)
            sighting.fact("cpu_cores", guest.cpus)
        } else {
            sighting.guess("guest_id", String(guest.id.prefix(guest.name == nil ? 64 : 12)))
        }
        // Bridges of containers give another address at each start.
        sighting.guess("ip_address", guest.addresses.first { $0.isUnicast && !$0.isLinkLocal }?.description)
        if let memory = guest.memoryBytes, memory > 0 { sighting.fact("memory_mb", memory >> 20) }
        let host = Observed.Value.sighting(machine.key)
        if guest.kind == .virtualMachine {
            sighting.identities.append(.fields(["guest_id": .value(.string(guest.id))]))
        }
        sighting.identities.append(.fields(["hardware_id": host, "name": .value(.string(Self.title(guest)))]))
        return sighting
    }

    private static func platform(_ engine: String) -> String {
        let names = [
            "docker": "Docker", "podman": "Podman", "containerd": "containerd", "crio": "CRI-O", "lxc": "LXC",
            "nspawn": "systemd-nspawn", "qemu": "KVM", "firecracker": "Firecracker",
        ]
        return names[engine] ?? engine
    }

    /// Containers in the bridges of this machine.
    var memberships: [Sighting] {
        guests.flatMap { guest in
            guest.addresses.compactMap { address in
                let bridges = links.interfaces.filter { links.internalBridges.contains($0.name) }
                let network = bridges.compactMap { links.network(around: address, on: $0.name) }.first
                return network.map {
                    .membership(of: key(guest), in: $0, title: "\(Self.title(guest)) at \(address)", link: "other")
                }
            }
        }
    }
}
