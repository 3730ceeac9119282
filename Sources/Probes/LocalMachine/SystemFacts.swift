import Kernel

/// What the machine is: made by whom, with which processor, running what.
package struct SystemFacts: Codable, Equatable, Sendable {
    /// 32 hexadecimal digits made from the machine id with our application id, so that the id itself stays private
    /// (the idea of `sd_id128_get_machine_app_specific`). Stable over restarts and renames.
    package var machineKey: String?
    package var hostname: String?
    package var vendor: String?
    package var product: String?
    package var productVersion: String?
    package var serial: String?
    /// The SMBIOS system UUID; the kernel shows it to root only.
    package var uuid: String?
    package var chassis: String?
    package var boardVendor: String?
    package var boardName: String?
    package var boardSerial: String?
    package var biosVersion: String?
    package var processor: ProcessorFacts?
    package var memoryBytes: Int64?
    package var osName: String?
    package var osVersion: String?
    package var kernel: String?
    package var architecture: String?
    package var bootedAt: Instant?
    package var virtualisation: Virtualisation?

    package init() {}

    enum CodingKeys: String, CodingKey {
        case machineKey = "machine_key"
        case hostname, vendor, product
        case productVersion = "product_version"
        case serial, uuid, chassis
        case boardVendor = "board_vendor"
        case boardName = "board_name"
        case boardSerial = "board_serial"
        case biosVersion = "bios_version"
        case processor
        case memoryBytes = "memory_bytes"
        case osName = "os_name"
        case osVersion = "os_version"
        case kernel, architecture
        case bootedAt = "booted_at"
        case virtualisation
    }
}

package struct ProcessorFacts: Codable, Equatable, Sendable {
    package var model: String?
    package var sockets: Int
    package var cores: Int
    package var threads: Int
}

/// Whether the machine is a guest. Unknown hypervisors are `guest`; no sign of one is nil.
package struct Virtualisation: Codable, Equatable, Sendable {
    package enum Kind: String, Codable, Sendable {
        case virtualMachine = "vm"
        case container
    }

    package var kind: Kind
    /// Such as `kvm`, `vmware`, `docker` or `lxc`.
    package var technology: String
}

package struct DiskFacts: Codable, Equatable, Sendable {
    package enum Transport: String, Codable, Sendable {
        case nvme, sata, sas, usb, virtio, mmc, raid, other
    }

    package var name: String
    package var sizeBytes: Int64
    package var model: String?
    package var serial: String?
    package var isRotational: Bool
    package var isRemovable: Bool
    package var transport: Transport

    enum CodingKeys: String, CodingKey {
        case name
        case sizeBytes = "size_bytes"
        case model, serial
        case isRotational = "rotational"
        case isRemovable = "removable"
        case transport
    }
}

package struct FileSystemFacts: Codable, Equatable, Sendable {
    package var mountPoint: String
    package var source: String
    package var type: String
    package var isNetwork: Bool
    package var isReadOnly: Bool
    /// Nil for network file systems: asking a server that is gone would block the reader.
    package var sizeBytes: Int64?
    package var freeBytes: Int64?

    enum CodingKeys: String, CodingKey {
        case mountPoint = "mount_point"
        case source, type
        case isNetwork = "network"
        case isReadOnly = "read_only"
        case sizeBytes = "size_bytes"
        case freeBytes = "free_bytes"
    }
}
