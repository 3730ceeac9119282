import NetAddress

/// A systemd service with at least one process.
package struct SystemdServiceFacts: Codable, Equatable, Sendable {
    package var unit: String
    package var summary: String?
    /// The program of the first `ExecStart=` line.
    package var program: String?
    package var processCount: Int

    enum CodingKeys: String, CodingKey {
        case unit, summary, program
        case processCount = "process_count"
    }
}

/// A container or a guest that runs on the machine.
package struct WorkloadFacts: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case container
        case virtualMachine = "vm"
    }

    package var kind: Kind
    /// `docker`, `podman`, `containerd`, `crio`, `lxc`, `nspawn`, `qemu`, `firecracker` …
    package var engine: String
    /// The engine's own id or the guest's UUID; else its name. Unique for one engine on one machine.
    package var id: String
    package var name: String?
    package var image: String?
    package var isRunning: Bool
    package var project: String?
    package var addresses: [IPAddress]
    package var ports: [PublishedPort]
    package var cpus: Int?
    package var memoryBytes: Int64?

    package init(kind: Kind, engine: String, id: String, name: String? = nil) {
        self.kind = kind
        self.engine = engine
        self.id = id
        self.name = name
        isRunning = true
        addresses = []
        ports = []
    }

    package struct PublishedPort: Codable, Equatable, Sendable, Hashable {
        package var proto: TransportProtocol
        package var published: PortNumber?
        package var target: PortNumber

        enum CodingKeys: String, CodingKey {
            case proto = "protocol"
            case published, target
        }
    }

    enum CodingKeys: String, CodingKey {
        case kind, engine, id, name, image
        case isRunning = "running"
        case project, addresses, ports, cpus
        case memoryBytes = "memory_bytes"
    }
}
