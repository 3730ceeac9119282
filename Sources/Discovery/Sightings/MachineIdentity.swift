import JSONKit
import NetAddress
import Probes

/// How this machine is named in keys and to people.
struct MachineIdentity {
    let key: String
    /// Starts the keys of what belongs to the machine and has no stable sign of its own.
    let prefix: String
    let hostname: String
    private let system: SystemFacts

    init(_ report: MachineReport) {
        system = report.system.value ?? SystemFacts()
        hostname = (system.hostname ?? "").isEmpty ? "this machine" : system.hostname ?? ""
        prefix = system.machineKey.map { String($0.prefix(16)) } ?? "host-\(hostname.lowercased())"
        key = "machine:\(prefix)"
    }

    func sighting(_ report: MachineReport, links: LinkView, guests: GuestView) -> Sighting {
        var sighting = Sighting(
            key, .machine, as: "hardware", "compute_unit", title: hostname, evidence: "/sys, /proc, /etc/os-release")
        sighting.guess("name", hostname)
        sighting.guess("role", MachineRole.guess(system, hasGuests: guests.hasVirtualMachines))
        sighting.fact("vendor", VendorName.plain(system.vendor ?? system.boardVendor))
        sighting.fact("model", model)
        sighting.fact("serial_number", system.serial)
        sighting.fact("hostname", system.hostname)
        addresses(to: &sighting, links: links)
        sighting.fact("cpu", VendorName.processor(system.processor?.model))
        sighting.fact("cpu_cores", system.processor?.cores)
        sighting.fact("cpu_threads", system.processor?.threads)
        if let memory = system.memoryBytes, memory > 0 {
            // People write what they bought; firmware and graphics keep some of it.
            sighting.add("memory_mb", .integer(memory >> 20), .fact, tolerance: 0.12)
        }
        sighting.fact("os", system.osName)
        sighting.fact("os_version", system.osVersion)
        sighting.fact("firmware_version", system.biosVersion)
        sighting.identities = identities(links)
        return sighting
    }

    private func addresses(to sighting: inout Sighting, links: LinkView) {
        let own = links.ownAddresses
        if let primary = links.primaryAddress {
            let others = own.filter { $0 != primary }.map { JSONValue.string($0.description) }
            sighting.add("ip_address", .string(primary.description), .fact, or: others)
        }
        if let primary = links.primaryMAC {
            let others = links.stableMACs.filter { $0 != primary }.map { JSONValue.string($0.description) }
            sighting.add(
                "mac", .string(primary.description), primary.namesDevice ? .fact : .guess, or: others)
        }
    }

    private func identities(_ links: LinkView) -> [Identity] {
        var signs: [Identity] = []
        if let serial = system.serial { signs.append(.fields(["serial_number": .value(.string(serial))])) }
        // A guest is known to its host by the system UUID.
        if let uuid = system.uuid { signs.append(.fields(["guest_id": .value(.string(uuid))])) }
        signs += links.stableMACs.map { .mac($0) }
        signs += links.ownAddresses.map { .address($0) }
        if let hostname = system.hostname { signs.append(.hostname(hostname)) }
        return signs
    }

    /// Lenovo writes its order code where others write the name.
    private var model: String? {
        let isLenovo = system.vendor?.lowercased().hasPrefix("lenovo") ?? false
        if isLenovo, let name = system.productVersion { return name }
        return system.product ?? system.boardName
    }

    /// What the page shows of the machine above the list, in this order.
    var facts: [(name: String, value: JSONValue)] {
        func text(_ value: String?) -> JSONValue { value.map { .string($0) } ?? .null }
        let os = [system.osName, system.osVersion].compactMap { $0 }.joined(separator: " ")
        let runsIn = system.virtualisation.map { "\($0.technology)\($0.kind == .container ? " (container)" : "")" }
        return [
            ("hostname", text(system.hostname)), ("vendor", text(VendorName.plain(system.vendor))),
            ("model", text(model)), ("serial", text(system.serial)),
            ("cpu", text(VendorName.processor(system.processor?.model))),
            ("cores", system.processor.map { .integer(Int64($0.cores)) } ?? .null),
            ("memory_mb", system.memoryBytes.map { .integer($0 >> 20) } ?? .null),
            ("operating_system", os.isEmpty ? .null : .string(os)), ("kernel", text(system.kernel)),
            ("architecture", text(system.architecture)), ("virtualization", text(runsIn)),
        ]
    }
}

enum MachineRole {
    private static let byChassis: [String: String] = [
        "server": "server", "rack mount": "server", "blade": "server", "multi-system": "server",
        "laptop": "laptop", "notebook": "laptop", "sub notebook": "laptop", "portable": "laptop",
        "convertible": "laptop", "tablet": "tablet", "detachable": "tablet", "handheld": "tablet",
        "mini PC": "mini_pc", "stick PC": "mini_pc", "embedded PC": "sbc", "IoT gateway": "iot_device",
        "desktop": "desktop", "low-profile desktop": "desktop", "mini tower": "desktop", "tower": "desktop",
        "all in one": "desktop", "space-saving": "desktop", "lunch box": "desktop", "pizza box": "desktop",
    ]

    static func guess(_ system: SystemFacts, hasGuests: Bool) -> String {
        if hasGuests { return "hypervisor" }
        if system.virtualisation != nil { return "server" }
        if system.product?.hasPrefix("Raspberry Pi") ?? false { return "sbc" }
        return system.chassis.flatMap { byChassis[$0] } ?? "server"
    }
}
