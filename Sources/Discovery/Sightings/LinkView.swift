import JSONKit
import NetAddress
import Probes

/// The interfaces of the machine that are worth documenting, with their addresses and the networks those lie in.
///
/// Left out: loopback, the cables of containers, bridges nobody uses, devices without a carrier of addresses; of the
/// addresses those that are link-local, temporary or of the machine alone.
struct LinkView {
    let machine: MachineIdentity
    let interfaces: [InterfaceFacts]
    /// Bridges that only join containers and guests.
    let internalBridges: Set<String>
    private let routes: [RouteFacts]
    private let keys: [String: String]

    private static let limit = 200

    init(_ report: MachineReport, machine: MachineIdentity) {
        self.machine = machine
        let all = report.interfaces.items.sorted { $0.index < $1.index }
        routes = report.routes.items
        let used = Set(report.workloads.items.flatMap(\.addresses))
        let carriers = BridgeCarriers(all, routes: report.routes.items)
        internalBridges = Set(all.filter { $0.kind == .bridge && !carriers.carries($0.name) }.map(\.name))
        let inner = internalBridges
        interfaces = Array(
            all.filter { Self.counts($0, isInternal: inner.contains($0.name), used: used) }.prefix(Self.limit))
        keys = Self.keys(interfaces, machine: machine)
    }

    private static func counts(_ interface: InterfaceFacts, isInternal: Bool, used: Set<IPAddress>) -> Bool {
        let shared = interface.addresses.filter(\.isShared)
        switch interface.kind {
        case .loopback: return false
        case .physical, .wireless, .bond, .vlan, .wireguard: return true
        case .bridge:
            guard isInternal else { return true }
            return shared.contains { own in used.contains { own.block?.contains($0) ?? false } }
        // Inside a container the cable is the network card; outside it has a master or no address.
        case .veth: return interface.master == nil && !shared.isEmpty
        case .tun, .tunnel, .macvlan, .virtual: return !shared.isEmpty
        }
    }

    /// By the address burnt into the card, which keeps its key when the kernel names it otherwise; else by name.
    private static func keys(_ interfaces: [InterfaceFacts], machine: MachineIdentity) -> [String: String] {
        let macs = interfaces.compactMap(\.stableMAC)
        let repeated = Set(macs.filter { mac in macs.count { $0 == mac } > 1 })
        let pairs = interfaces.map { interface in
            let sign = interface.stableMAC.flatMap { repeated.contains($0) ? nil : $0.description } ?? interface.name
            return (interface.name, "interface:\(machine.prefix):\(sign)")
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }

    func key(_ name: String?) -> String? { name.flatMap { keys[$0] } }
}

/// Which bridges lead out of the machine.
private struct BridgeCarriers {
    private let ports: [String: [InterfaceFacts]]
    private let routed: Set<String>

    init(_ interfaces: [InterfaceFacts], routes: [RouteFacts]) {
        ports = Dictionary(grouping: interfaces.filter { $0.master != nil }, by: { $0.master ?? "" })
        routed = Set(routes.filter { $0.gateway != nil }.compactMap(\.interface))
    }

    func carries(_ bridge: String) -> Bool {
        if routed.contains(bridge) { return true }
        return (ports[bridge] ?? []).contains { [.physical, .wireless, .bond, .vlan].contains($0.kind) }
    }
}

extension InterfaceAddress {
    /// Others may know it: neither link-local nor changing by itself.
    var isShared: Bool {
        (scope == .global || scope == .site) && !isTemporary && address.isUnicast && !address.isLinkLocal
    }
}

extension InterfaceFacts {
    /// The maker's address of a real card.
    var stableMAC: MACAddress? {
        guard kind == .physical || kind == .wireless else { return nil }
        return [permanentMAC, mac].compactMap { $0 }.first { $0.namesDevice }
    }

    fileprivate var inventoryType: String {
        switch kind {
        case .physical, .veth: "ethernet"
        case .wireless: "wifi"
        case .bridge: "bridge"
        case .bond: "bond"
        case .vlan: "vlan"
        case .wireguard: "wireguard"
        case .tun, .tunnel: "tunnel"
        case .macvlan, .virtual: "virtual"
        case .loopback: "loopback"
        }
    }

    fileprivate var linkType: String {
        switch kind {
        case .wireless: "wifi"
        case .wireguard: "wireguard"
        case .tun, .tunnel: "vpn"
        default: "ethernet"
        }
    }
}

// MARK: - Addresses

extension LinkView {
    /// With their interfaces, in the kernel's order.
    var shared: [(interface: InterfaceFacts, address: InterfaceAddress)] {
        interfaces.flatMap { interface in interface.addresses.filter(\.isShared).map { (interface, $0) } }
    }

    var ownAddresses: [IPAddress] {
        let outer = shared.filter { !internalBridges.contains($0.interface.name) }.map(\.address.address)
        return outer.filter { $0.family == .v4 }.sorted() + outer.filter { $0.family == .v6 }.sorted()
    }

    /// Where packets to the world leave, the cheapest first, IPv4 before IPv6.
    var defaultRoutes: [RouteFacts] {
        routes.filter { $0.isDefault && $0.gateway != nil }.sorted {
            ($0.destination.family == .v4 ? 0 : 1, $0.metric ?? 0, $0.gateway?.sortKey ?? "")
                < ($1.destination.family == .v4 ? 0 : 1, $1.metric ?? 0, $1.gateway?.sortKey ?? "")
        }
    }

    private var primaryInterface: InterfaceFacts? {
        let name = defaultRoutes.first?.interface
        return interfaces.first { $0.name == name } ?? interfaces.first { $0.addresses.contains(where: \.isShared) }
    }

    var primaryAddress: IPAddress? {
        let own = (primaryInterface?.addresses ?? []).filter(\.isShared).map(\.address)
        return own.first { $0.family == .v4 } ?? own.first ?? ownAddresses.first
    }

    var primaryMAC: MACAddress? {
        primaryInterface?.stableMAC ?? stableMACs.first ?? primaryInterface?.mac.flatMap { $0.isZero ? nil : $0 }
    }

    var stableMACs: [MACAddress] { interfaces.compactMap(\.stableMAC) }

    /// Every hardware address of the machine: a neighbour with one of them is itself.
    static func everyMAC(_ report: MachineReport) -> Set<MACAddress> {
        Set(report.interfaces.items.flatMap { [$0.mac, $0.permanentMAC].compactMap { $0 } })
    }

    /// The network an address of an interface lies in; nil for an address that stands alone.
    func block(of own: InterfaceAddress, on interface: InterfaceFacts) -> CIDRBlock? {
        if own.prefix < own.address.family.width, let block = own.block, block.prefix > 0 { return block }
        let onLink = routes.filter {
            $0.isOnLink && $0.interface == interface.name && !$0.isDefault && $0.destination.contains(own.address)
                && $0.destination.prefix < own.address.family.width
        }
        return onLink.map(\.destination).max { $0.prefix < $1.prefix }
    }

    /// The network of that interface in which an address lies.
    func network(around address: IPAddress, on name: String) -> String? {
        guard let interface = interfaces.first(where: { $0.name == name }) else { return nil }
        let blocks = interface.addresses.filter(\.isShared).compactMap { block(of: $0, on: interface) }
        return blocks.filter { $0.contains(address) }.max { $0.prefix < $1.prefix }.map { networkKey($0, interface) }
    }

    /// The same private prefix of containers exists on every machine, so its key names the machine.
    func networkKey(_ block: CIDRBlock, _ interface: InterfaceFacts) -> String {
        internalBridges.contains(interface.name)
            ? "network:\(machine.prefix):\(interface.name):\(block)" : "network:\(block)"
    }

    func linkType(of name: String) -> String? { interfaces.first { $0.name == name }?.linkType }
}

// MARK: - Sightings

extension LinkView {
    var interfaceSightings: [Sighting] { interfaces.map(sighting) }

    private func sighting(_ interface: InterfaceFacts) -> Sighting {
        var sighting = Sighting(
            keys[interface.name] ?? interface.name, .interfaces, as: "interface", title: interface.name,
            evidence: "rtnetlink")
        sighting.guess("name", interface.name)
        sighting.refer("holder_id", to: machine.key)
        sighting.add("type", .string(interface.inventoryType), .guess)
        if let mac = interface.stableMAC {
            sighting.fact("mac", mac.description)
        } else if let mac = interface.mac, !mac.isZero {
            sighting.guess("mac", mac.description)
        }
        sighting.fact("speed_mbps", interface.speedMbps)
        if let mtu = interface.mtu, (68...65_536).contains(mtu) { sighting.fact("mtu", mtu) }
        sighting.fact("enabled", interface.isEnabled)
        sighting.refer("vlan_id", to: interface.vlan.map(Self.vlanKey))
        let block = interface.addresses.filter(\.isShared).compactMap { self.block(of: $0, on: interface) }.first
        sighting.refer("network_id", to: block.map { networkKey($0, interface) })
        sighting.refer("parent_id", to: key(interface.master) ?? key(interface.parent))
        if let mac = interface.stableMAC {
            sighting.identities.append(
                .fields(["holder_id": .sighting(machine.key), "mac": .value(.string(mac.description))]))
        }
        sighting.identities.append(
            .fields(["holder_id": .sighting(machine.key), "name": .value(.string(interface.name))]))
        return sighting
    }

    var addressSightings: [Sighting] {
        shared.map { interface, own in
            let text = own.address.description
            var sighting = Sighting(
                "address:\(machine.prefix):\(text)", .addresses, as: "address", title: text, evidence: "rtnetlink")
            let network = block(of: own, on: interface).map { networkKey($0, interface) }
            sighting.fact("address", text)
            sighting.refer("holder_id", to: machine.key)
            sighting.refer("interface_id", to: keys[interface.name])
            sighting.refer("network_id", to: network)
            let leased = own.address.family == .v4 ? "dhcp" : "slaac"
            sighting.guess("assignment", own.isDynamic ? leased : "static")
            let address = Observed.Value.value(.string(text))
            sighting.identities = [.fields(["address": address, "holder_id": .sighting(machine.key)])]
            if let network {
                sighting.identities.append(.fields(["address": address, "network_id": .sighting(network)]))
            }
            return sighting
        }
    }

    private static func vlanKey(_ vlan: VLANID) -> String { "vlan:\(vlan)" }

    var vlanSightings: [Sighting] {
        Set(interfaces.compactMap(\.vlan)).sorted().map { vlan in
            var sighting = Sighting(
                Self.vlanKey(vlan), .networks, as: "vlan", title: "VLAN \(vlan)", evidence: "rtnetlink")
            sighting.guess("name", "VLAN \(vlan)")
            sighting.fact("number", vlan.rawValue)
            sighting.identities = [.fields(["number": .value(.integer(Int64(vlan.rawValue)))])]
            return sighting
        }
    }

    /// `gateways` are the keys of the devices behind the gateways' addresses.
    func networkSightings(gateways: [IPAddress: String]) -> [Sighting] {
        var found: [String: (block: CIDRBlock, sighting: Sighting)] = [:]
        for (interface, own) in shared {
            guard let block = block(of: own, on: interface) else { continue }
            let key = networkKey(block, interface)
            guard found[key] == nil else { continue }
            found[key] = (block, network(key, block, interface, isLeased: own.isDynamic, gateways: gateways))
        }
        return found.values.sorted { ($0.block, $0.sighting.key) < ($1.block, $1.sighting.key) }.map(\.sighting)
    }

    private func network(
        _ key: String, _ block: CIDRBlock, _ interface: InterfaceFacts, isLeased: Bool, gateways: [IPAddress: String]
    ) -> Sighting {
        let isInternal = internalBridges.contains(interface.name)
        let name = isInternal ? "\(interface.name) on \(machine.hostname)" : block.description
        var sighting = Sighting(key, .networks, as: "network", title: name, evidence: "rtnetlink")
        sighting.guess("name", name)
        sighting.fact("cidr", block.description)
        sighting.add("type", .string(networkType(block, interface, isInternal: isInternal)), .guess)
        sighting.refer("vlan_id", to: interface.vlan.map(Self.vlanKey))
        let gateway = defaultRoutes.first { route in
            route.interface == interface.name && route.gateway.map(block.contains) ?? false
        }?.gateway
        sighting.fact("gateway", gateway?.description)
        sighting.refer("gateway_hardware_id", to: gateway.flatMap { gateways[$0] })
        if isLeased, block.family == .v4 { sighting.guess("has_dhcp", true) }
        if isInternal { sighting.guess("driver", "bridge") }
        let prefix = Observed.Value.value(.string(block.description))
        // Prefixes of containers repeat from machine to machine: the name has to say the same.
        sighting.identities =
            isInternal
            ? [.fields(["cidr": prefix, "name": .value(.string(name))])]
            : [.fields(["cidr": prefix])]
        return sighting
    }

    private func networkType(_ block: CIDRBlock, _ interface: InterfaceFacts, isInternal: Bool) -> String {
        if isInternal { return "container" }
        switch interface.kind {
        case .wireguard, .tun, .tunnel: return "vpn"
        default: return block.family == .v4 && !block.base.isPrivate && !isDocumentation(block) ? "wan" : "lan"
        }
    }

    /// Shared (100.64/10), benchmark and documentation prefixes are nobody's uplink.
    private func isDocumentation(_ block: CIDRBlock) -> Bool {
        ["100.64.0.0/10", "192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "198.18.0.0/15"]
            .compactMap { CIDRBlock($0) }.contains { $0.contains(block) }
    }

    /// The machine in each of its networks.
    var memberships: [Sighting] {
        shared.compactMap { interface, own in
            guard let block = block(of: own, on: interface) else { return nil }
            return .membership(
                of: machine.key, in: networkKey(block, interface), title: "\(machine.hostname) in \(block)",
                link: interface.linkType)
        }
    }
}
