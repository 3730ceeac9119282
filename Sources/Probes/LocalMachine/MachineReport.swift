import Kernel

/// Everything the daemon sees of the machine it runs on, without privileges and without asking anybody on the network.
///
/// It holds observations only: nothing in it was written by a person, and nothing in it says what should be.
package struct MachineReport: Codable, Equatable, Sendable {
    package var readAt: Instant
    package var system: ReportSection<SystemFacts>
    package var disks: ReportSection<[DiskFacts]>
    package var fileSystems: ReportSection<[FileSystemFacts]>
    package var interfaces: ReportSection<[InterfaceFacts]>
    package var routes: ReportSection<[RouteFacts]>
    package var neighbours: ReportSection<[NeighbourFacts]>
    package var listeners: ReportSection<[ListenerFacts]>
    package var services: ReportSection<[SystemdServiceFacts]>
    package var workloads: ReportSection<[WorkloadFacts]>

    package init(readAt: Instant) {
        self.readAt = readAt
        system = .init()
        disks = .init()
        fileSystems = .init()
        interfaces = .init()
        routes = .init()
        neighbours = .init()
        listeners = .init()
        services = .init()
        workloads = .init()
    }

    /// Whether both reports say the same of the machine, whenever they were read.
    package func hasSameFacts(as other: MachineReport) -> Bool {
        var other = other
        other.readAt = readAt
        return self == other
    }

    enum CodingKeys: String, CodingKey {
        case readAt = "read_at"
        case system, disks
        case fileSystems = "file_systems"
        case interfaces, routes, neighbours, listeners, services, workloads
    }
}

/// One part of a report. No value means it could not be read; a reason beside a value says what is missing from it.
package struct ReportSection<Value: Codable & Equatable & Sendable>: Codable, Equatable, Sendable {
    package var value: Value?
    package var reason: String?

    package init(_ value: Value? = nil, reason: String? = nil) {
        self.value = value
        self.reason = reason
    }
}

extension ReportSection where Value: RangeReplaceableCollection {
    /// The items read, none if the section could not be read.
    package var items: Value { value ?? Value() }
}
