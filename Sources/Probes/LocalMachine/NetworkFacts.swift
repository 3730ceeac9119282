import NetAddress

/// A network interface as the kernel describes it. Its kind comes from the driver, never from its name: a bridge may
/// be called `eth0` and a network card `br0`.
package struct InterfaceFacts: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable, CaseIterable {
        case physical, wireless, bridge, veth, vlan, bond, wireguard, tun, tunnel, macvlan, loopback, virtual
    }

    package var index: Int
    package var name: String
    package var kind: Kind
    /// The kernel's own word for a made interface, such as `bridge` or `vxlan`; nil for devices.
    package var driverKind: String?
    package var mac: MACAddress?
    /// The address burnt into the device, which stays when somebody sets another.
    package var permanentMAC: MACAddress?
    package var mtu: Int?
    package var isEnabled: Bool
    package var state: String
    package var speedMbps: Int?
    /// The bridge or bond the interface belongs to.
    package var master: String?
    /// The interface this one lies on, such as the parent of a VLAN.
    package var parent: String?
    package var vlan: VLANID?
    /// The other end is in another network namespace, as with a container's cable.
    package var hasForeignPeer: Bool
    package var addresses: [InterfaceAddress]

    enum CodingKeys: String, CodingKey {
        case index, name, kind
        case driverKind = "driver_kind"
        case mac
        case permanentMAC = "permanent_mac"
        case mtu
        case isEnabled = "enabled"
        case state
        case speedMbps = "speed_mbps"
        case master, parent, vlan
        case hasForeignPeer = "foreign_peer"
        case addresses
    }
}

package struct InterfaceAddress: Codable, Equatable, Sendable {
    package enum Scope: String, Codable, Sendable {
        case global, site, link, machine
    }

    package var address: IPAddress
    package var prefix: Int
    package var scope: Scope
    /// Leased or announced: it has a lifetime.
    package var isDynamic: Bool
    /// A privacy address that changes by itself (RFC 8981).
    package var isTemporary: Bool

    package var block: CIDRBlock? { CIDRBlock(address, prefix: prefix) }

    enum CodingKeys: String, CodingKey {
        case address, prefix, scope
        case isDynamic = "dynamic"
        case isTemporary = "temporary"
    }
}

package struct RouteFacts: Codable, Equatable, Sendable {
    /// `0.0.0.0/0` or `::/0` for the default route.
    package var destination: CIDRBlock
    package var gateway: IPAddress?
    package var interface: String?
    package var metric: Int?
    /// Who made it: `kernel`, `boot`, `static`, `dhcp`, `ra` or a number.
    package var origin: String

    package var isDefault: Bool { destination.prefix == 0 }
    package var isOnLink: Bool { gateway == nil && interface != nil }
}

package struct NeighbourFacts: Codable, Equatable, Sendable {
    package enum State: String, Codable, Sendable {
        case reachable, stale, delay, probe, permanent
    }

    package var address: IPAddress
    package var mac: MACAddress
    package var interface: String
    package var state: State
    /// An IPv6 neighbour that announced itself as a router.
    package var isRouter: Bool

    enum CodingKeys: String, CodingKey {
        case address, mac, interface, state
        case isRouter = "router"
    }
}

/// A socket that waits for others. The process is known only where the kernel lets us see it.
package struct ListenerFacts: Codable, Equatable, Sendable {
    package var proto: TransportProtocol
    /// `0.0.0.0` or `::` for every address of the machine.
    package var address: IPAddress
    package var port: PortNumber
    package var userID: Int
    /// A UDP port from the range the kernel hands to clients: most likely no service.
    package var isEphemeral: Bool
    package var processID: Int?
    package var process: String?
    package var unit: String?
    package var containerID: String?

    enum CodingKeys: String, CodingKey {
        case proto = "protocol"
        case address, port
        case userID = "user_id"
        case isEphemeral = "ephemeral"
        case processID = "process_id"
        case process, unit
        case containerID = "container_id"
    }
}
