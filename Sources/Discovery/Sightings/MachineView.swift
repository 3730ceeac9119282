import NetAddress
import Probes

/// Everything a report says, as sightings: the machine first, then what it has, what is around it, what runs on it.
/// Pure: the same report gives the same sightings in the same order.
package struct MachineView: Sendable, Equatable {
    package let sightings: [Sighting]
    /// What was left out because there was too much of it.
    package let omissions: [String]

    /// `vendors` names the maker of a hardware address by its first three bytes (`00:1b:21`).
    package init(_ report: MachineReport, vendors: [String: String] = [:]) {
        let machine = MachineIdentity(report)
        let links = LinkView(report, machine: machine)
        let devices = DeviceView(report, links: links, vendors: vendors)
        let guests = GuestView(report, machine: machine, links: links)
        let services = ServiceView(report, machine: machine, guests: guests)
        let storage = StorageView(report, machine: machine)
        var all = [machine.sighting(report, links: links, guests: guests)]
        all += links.interfaceSightings + links.addressSightings
        all += links.vlanSightings + links.networkSightings(gateways: devices.gatewayKeys)
        all += devices.sightings + services.sightings + guests.sightings + storage.sightings
        all += links.memberships + devices.memberships + guests.memberships
        var seen: Set<String> = []
        sightings = all.filter { seen.insert($0.key).inserted }
        omissions = devices.omissions + services.omissions + guests.omissions
    }
}

extension Sighting {
    /// That one thing is in a network; it follows its two ends.
    static func membership(of member: String, in network: String, title: String, link: String?) -> Sighting {
        var sighting = Sighting(
            "member:\(member)>\(network)", .memberships, as: "network_membership", title: title, evidence: "addresses")
        sighting.refer("member_id", to: member)
        sighting.refer("network_id", to: network)
        sighting.guess("link_type", link)
        sighting.identities = [.fields(["member_id": .sighting(member), "network_id": .sighting(network)])]
        sighting.isFollower = true
        return sighting
    }
}
