import JSONKit
import NetAddress
import Probes

/// The devices around the machine: its gateways and its neighbours, one for each hardware address.
struct DeviceView {
    let sightings: [Sighting]
    let memberships: [Sighting]
    let omissions: [String]
    /// The device behind each gateway's address.
    let gatewayKeys: [IPAddress: String]

    /// A page of more is not read by anybody; a sweep of a whole network is another tool.
    static let limit = 256

    init(_ report: MachineReport, links: LinkView, vendors: [String: String]) {
        let gateways = links.defaultRoutes.compactMap { route in
            route.gateway.map { DevicePlace(address: $0, interface: route.interface ?? "") }
        }
        let own = LinkView.everyMAC(report)
        let known = Set(links.interfaces.map(\.name)).subtracting(links.internalBridges)
        var found: [MACAddress: Device] = [:]
        for fact in report.neighbours.items where known.contains(fact.interface) && !own.contains(fact.mac) {
            guard fact.address.isUnicast, !fact.mac.isMulticast, !fact.mac.isZero else { continue }
            found[fact.mac, default: Device(mac: fact.mac, interface: fact.interface)]
                .add(fact, isGateway: gateways.contains { $0.address == fact.address })
        }
        var devices = Array(found.values)
        for place in gateways where !devices.contains(where: { $0.addresses.contains(place.address) }) {
            // Never spoken to yet, or on a link without hardware addresses.
            guard !place.address.isLinkLocal, known.contains(place.interface) else { continue }
            devices.append(Device(gateway: place.address, interface: place.interface))
        }
        let sorted = devices.filter { $0.isGateway || $0.isRouter || $0.primary != nil }.sorted()
        let shown = sorted.prefix(Self.limit)
        omissions =
            sorted.count > shown.count ? ["\(sorted.count - shown.count) more neighbours are not listed."] : []
        let places = gateways.map(\.address)
        sightings = shown.map { $0.sighting(vendors: vendors, gateways: places) }
        memberships = shown.flatMap { $0.memberships(links) }
        gatewayKeys = Dictionary(
            shown.flatMap { device in device.addresses.map { ($0, device.key) } },
            uniquingKeysWith: { first, _ in first })
    }
}

private struct DevicePlace {
    let address: IPAddress
    let interface: String
}

private struct Device: Comparable {
    let mac: MACAddress?
    let interface: String
    private(set) var addresses: Set<IPAddress> = []
    private(set) var isGateway = false
    private(set) var isRouter = false

    init(mac: MACAddress, interface: String) {
        self.mac = mac
        self.interface = interface
    }

    init(gateway: IPAddress, interface: String) {
        mac = nil
        self.interface = interface
        addresses = [gateway]
        isGateway = true
    }

    /// A random or shared address names nobody: then it is whoever has that address.
    var key: String {
        if let mac, mac.namesDevice { return "device:\(mac)" }
        return "device:\(primary?.description ?? mac?.description ?? interface)"
    }

    mutating func add(_ fact: NeighbourFacts, isGateway: Bool) {
        addresses.insert(fact.address)
        self.isGateway = self.isGateway || isGateway
        isRouter = isRouter || fact.isRouter
    }

    /// The address to write down; a link-local one means nothing beyond the cable.
    var primary: IPAddress? {
        addresses.filter { !$0.isLinkLocal }.min { ($0.family == .v4 ? 0 : 1, $0) < ($1.family == .v4 ? 0 : 1, $1) }
    }

    static func < (left: Device, right: Device) -> Bool {
        if left.isGateway != right.isGateway { return left.isGateway }
        let ends = (left.primary?.sortKey ?? "z", right.primary?.sortKey ?? "z")
        return ends.0 == ends.1 ? left.key < right.key : ends.0 < ends.1
    }

    func sighting(vendors: [String: String], gateways: [IPAddress]) -> Sighting {
        let vendor = mac.flatMap { $0.isLocallyAdministered ? nil : VendorName.plain(vendors[$0.oui]) }
        let address = gateways.first { addresses.contains($0) && !$0.isLinkLocal } ?? primary
        let place = address?.description ?? mac?.description ?? ""
        let word = isGateway ? "Gateway" : vendor ?? (isRouter ? "Router" : nil)
        let name = [word, place].compactMap { $0 }.joined(separator: " ")
        var sighting = Sighting(
            key, isGateway ? .gateway : .neighbours, as: "hardware", "compute_unit", "external_node", title: name,
            evidence: isGateway ? "routes and neighbours (rtnetlink)" : "neighbours (rtnetlink)")
        sighting.guess("name", name)
        if isGateway || isRouter { sighting.guess("role", "router") }
        if let address {
            let others = addresses.filter { $0 != address }.sorted().map { JSONValue.string($0.description) }
            sighting.add("ip_address", .string(address.description), .fact, or: others)
        }
        if let mac { sighting.add("mac", .string(mac.description), mac.namesDevice ? .fact : .guess) }
        sighting.guess("vendor", vendor)
        if let mac, mac.namesDevice { sighting.identities.append(.mac(mac)) }
        sighting.identities += addresses.filter { !$0.isLinkLocal }.sorted().map { .address($0) }
        return sighting
    }

    func memberships(_ links: LinkView) -> [Sighting] {
        let networks = addresses.sorted().compactMap { links.network(around: $0, on: interface) }
        return Set(networks).sorted().map { network in
            .membership(
                of: key, in: network, title: "\(primary?.description ?? key) in \(network.dropFirst(8))",
                link: links.linkType(of: interface))
        }
    }
}

extension MACAddress {
    /// Given to one device by its maker, and not one that several routers share (VRRP, HSRP, GLBP).
    var namesDevice: Bool {
        let shared: [UInt64] = [0x00_005E_0001, 0x00_005E_0002, 0x00_000C_07AC, 0x00_07B4_0001, 0x00_07B4_0002]
        return identifiesDevice && !shared.contains(bits >> 8)
    }
}
