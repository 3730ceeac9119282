import JSONKit
import NetAddress
import Probes

/// What listens on the machine, one service for each unit, program or container, with its ports; then the units that
/// run without listening and are not part of every system.
///
/// Left out: clients' sockets, name resolution, sockets of the machine for itself that nobody knows by name.
struct ServiceView {
    let sightings: [Sighting]
    let omissions: [String]

    private static let limit = 200

    init(_ report: MachineReport, machine: MachineIdentity, guests: GuestView) {
        var groups: [String: ListeningGroup] = [:]
        let units = report.services.items
        let owners = ListenerOwners(machine: machine, guests: guests, units: units)
        for listener in report.listeners.items where !ListenerNoise.contains(listener) {
            let owner = owners.owner(of: listener)
            groups[owner.key, default: ListeningGroup(owner)].add(listener)
        }
        owners.published().forEach { owner, port in groups[owner.key, default: ListeningGroup(owner)].ports.insert(port)
        }
        let running = units.filter { !BaseUnits.contains($0.unit) }.map { owners.owner(ofUnit: $0.unit) }
        for owner in running where groups[owner.key] == nil { groups[owner.key] = ListeningGroup(owner) }
        let worthy = groups.values.filter { !$0.ports.isEmpty || $0.owner.isUnit }.sorted()
        sightings = worthy.prefix(Self.limit).map { $0.sighting(machine: machine) }
        omissions = worthy.count > Self.limit ? ["\(worthy.count - Self.limit) more services are not listed."] : []
    }
}

/// Who answers on a port.
private struct ServiceOwner {
    let key: String
    let name: String
    /// The machine or a guest.
    let host: String
    var summary: String?
    var image: String?
    var containerID: String?
    var isUnit = false
    var isGuessed = false
}

/// Finds who a socket belongs to from what the kernel lets us see.
private struct ListenerOwners {
    let machine: MachineIdentity
    let guests: GuestView
    let units: [SystemdServiceFacts]

    /// Programs that hold a socket for somebody else.
    private static let proxies: Set<String> = [
        "docker-proxy", "rootlessport", "rootlesskit", "conmon", "pasta", "slirp4netns",
    ]
    private static let openers: Set<String> = ["systemd", "init", "xinetd", "inetd"]

    func owner(of listener: ListenerFacts) -> ServiceOwner {
        if let guest = listener.containerID.flatMap(guests.guest(withID:)) { return owner(ofGuest: guest) }
        let process = listener.process.map { String($0.prefix { $0 != ":" && $0 != " " }) }
        let isProxy = process.map { Self.proxies.contains($0) } ?? false
        if isProxy || process == nil, let guest = guests.guest(publishing: listener.port, listener.proto) {
            return owner(ofGuest: guest)
        }
        if let process, !process.isEmpty, !isProxy, !Self.openers.contains(process) {
            if let unit = listener.unit { return owner(ofUnit: unit) }
            return ServiceOwner(key: "service:\(machine.prefix):program:\(process)", name: process, host: machine.key)
        }
        return owner(ofPort: listener)
    }

    /// The program is hidden: a unit that runs and usually has that port, or the port's own name.
    private func owner(ofPort listener: ListenerFacts) -> ServiceOwner {
        let entry = WellKnownPorts.entry(listener.port, listener.proto)
        let likely = units.filter { unit in (entry?.units ?? []).contains { Self.isUnit(unit.unit, named: $0) } }
        if likely.count == 1, let unit = likely.first {
            var owner = owner(ofUnit: unit.unit)
            owner.isGuessed = true
            return owner
        }
        let name = entry?.name ?? "Port \(listener.port)/\(listener.proto)"
        return ServiceOwner(
            key: "service:\(machine.prefix):port:\(listener.port)/\(listener.proto)", name: name, host: machine.key)
    }

    /// `postgresql@15-main.service` is a `postgresql`, `sshd.service` is no `ssh`.
    private static func isUnit(_ unit: String, named start: String) -> Bool {
        guard unit.hasPrefix(start) else { return false }
        return unit.dropFirst(start.count).first.map { !$0.isLetter } ?? true
    }

    func owner(ofUnit unit: String) -> ServiceOwner {
        var owner = ServiceOwner(
            key: "service:\(machine.prefix):unit:\(unit)", name: Self.plain(unit), host: machine.key)
        owner.summary = units.first { $0.unit == unit }?.summary
        owner.isUnit = true
        return owner
    }

    private func owner(ofGuest guest: WorkloadFacts) -> ServiceOwner {
        var owner = ServiceOwner(
            key: "service:\(guests.key(guest))", name: GuestView.title(guest), host: guests.key(guest))
        owner.image = guest.image
        owner.containerID = guest.kind == .container ? String(guest.id.prefix(12)) : nil
        return owner
    }

    /// Ports that engines publish, also where the kernel forwards them and nobody listens.
    func published() -> [(ServiceOwner, String)] {
        guests.guests.flatMap { guest in
            guest.ports.compactMap { port in port.published.map { (owner(ofGuest: guest), "\($0)/\(port.proto)") } }
        }
    }

    private static func plain(_ unit: String) -> String {
        let bare = unit.hasSuffix(".service") ? String(unit.dropLast(8)) : unit
        return bare.split(separator: "@").joined(separator: " ")
    }
}

private struct ListeningGroup: Comparable {
    let owner: ServiceOwner
    /// `443/tcp`, `10.0.0.5:53/udp`.
    var ports: Set<String> = []
    private var open: Set<String> = []
    private var scheme: (name: String, port: PortNumber)?

    /// More than this is a program that opens ports for its own purposes.
    private static let most = 40

    init(_ owner: ServiceOwner) { self.owner = owner }

    mutating func add(_ listener: ListenerFacts) {
        let port = "\(listener.port)/\(listener.proto)"
        if listener.address.isUnspecified {
            ports.insert(port)
            open.insert(port)
        } else {
            let isV6 = listener.address.family == .v6
            ports.insert(isV6 ? "[\(listener.address)]:\(port)" : "\(listener.address):\(port)")
        }
        guard listener.proto == .tcp, !listener.address.isLoopback, scheme == nil || listener.port.rawValue == 443
        else {
            return
        }
        if let name = WellKnownPorts.entry(listener.port, .tcp)?.scheme { scheme = (name, listener.port) }
    }

    /// Without the single addresses of a port that is open on all of them.
    private var sortedPorts: [String] {
        let needed = ports.filter { port in
            guard let bare = port.split(separator: ":").last, bare.count < port.count else { return true }
            return !open.contains(String(bare))
        }
        func order(_ text: String) -> (Int, String) {
            let bare = text.split(separator: ":").last ?? ""
            return (Int(bare.split(separator: "/").first ?? "") ?? 0, text)
        }
        return needed.sorted { order($0) < order($1) }
    }

    static func < (left: ListeningGroup, right: ListeningGroup) -> Bool {
        (left.ports.isEmpty ? 1 : 0, left.owner.name.lowercased(), left.owner.key)
            < (right.ports.isEmpty ? 1 : 0, right.owner.name.lowercased(), right.owner.key)
    }

    static func == (left: ListeningGroup, right: ListeningGroup) -> Bool {
        left.owner.key == right.owner.key && left.ports == right.ports
    }

    func sighting(machine: MachineIdentity) -> Sighting {
        let evidence =
            ports.isEmpty
            ? "systemd" : owner.isGuessed ? "/proc/net; the program is hidden, the unit is likely" : "/proc/net, /proc"
        var sighting = Sighting(owner.key, .services, as: "service", title: owner.name, evidence: evidence)
        sighting.guess("name", owner.name)
        sighting.refer("runs_on_id", to: owner.host)
        if !ports.isEmpty {
            sighting.add("ports", .string(sortedPorts.prefix(Self.most).joined(separator: ", ")), .fact)
        }
        sighting.guess("description", owner.summary)
        if let scheme, machine.hostname != "this machine", machine.hostname.allSatisfy(Self.isInNames) {
            let isUsual = (scheme.name, scheme.port.rawValue) == ("http", 80) || scheme.port.rawValue == 443
            sighting.guess("url", "\(scheme.name)://\(machine.hostname)\(isUsual ? "" : ":\(scheme.port)")/")
        }
        sighting.guess("image", owner.image)
        sighting.guess("container_id", owner.containerID)
        let host = Observed.Value.sighting(owner.host)
        sighting.identities = [.fields(["runs_on_id": host, "name": .value(.string(owner.name))])]
        if !ports.isEmpty { sighting.identities.append(.port(on: owner.host, ports)) }
        return sighting
    }

    private static func isInNames(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber || character == "-" || character == ".")
    }
}

private enum ListenerNoise {
    static func contains(_ listener: ListenerFacts) -> Bool {
        if listener.isEphemeral || WellKnownPorts.isNoise(listener.port, listener.proto) { return true }
        if listener.address.isMulticast || listener.address.isLinkLocal { return true }
        let isKnown = WellKnownPorts.entry(listener.port, listener.proto) != nil
        if isKnown { return isStubResolver(listener) }
        // What only the machine itself can reach, and ports a program was handed by the kernel.
        return listener.address.isLoopback || listener.port.rawValue >= 32_768
            || (listener.process == nil && listener.proto == .udp)
    }

    private static func isStubResolver(_ listener: ListenerFacts) -> Bool {
        listener.port.rawValue == 53 && listener.address.isLoopback
    }
}
