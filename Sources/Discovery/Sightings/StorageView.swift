import JSONKit
import Probes

/// Disks and the file systems on them. How full they are is left to telemetry: it would differ at every look.
struct StorageView {
    let sightings: [Sighting]

    private static let limit = 200
    /// Smaller file systems start the machine or hold its firmware.
    private static let smallest: Int64 = 2 << 30

    init(_ report: MachineReport, machine: MachineIdentity) {
        let disks = report.disks.items.filter { !$0.isRemovable && $0.sizeBytes >= Self.smallest }.prefix(Self.limit)
        let keys = Dictionary(
            disks.map { ($0.name, Self.key($0, machine)) }, uniquingKeysWith: { first, _ in first })
        let volumes = report.fileSystems.items.filter(Self.counts).prefix(Self.limit)
        sightings =
            disks.map { Self.disk($0, machine) } + volumes.map { Self.volume($0, machine, disks: keys) }
    }

    private static func key(_ disk: DiskFacts, _ machine: MachineIdentity) -> String {
        disk.serial.map { "disk:\($0)" } ?? "disk:\(machine.prefix):\(disk.name)"
    }

    private static func disk(_ disk: DiskFacts, _ machine: MachineIdentity) -> Sighting {
        let isPool = disk.transport == .raid
        let title = disk.model.map { "\($0) (\(disk.name))" } ?? disk.name
        var sighting = Sighting(
            key(disk, machine), .storage, as: "storage", title: title, evidence: "/sys/block")
        sighting.guess("name", title)
        sighting.add("type", .string(isPool ? "pool" : "disk"), .guess)
        sighting.refer("hardware_id", to: machine.key)
        sighting.add("capacity_bytes", .integer(disk.sizeBytes), .fact, tolerance: 0.02)
        // The kernel numbers disks as it finds them.
        sighting.guess("path", "/dev/\(disk.name)")
        sighting.guess("medium", medium(disk))
        sighting.fact("model", disk.model)
        sighting.fact("serial_number", disk.serial)
        let host = Observed.Value.sighting(machine.key)
        if let serial = disk.serial {
            sighting.identities.append(.fields(["serial_number": .value(.string(serial))]))
        } else {
            sighting.identities.append(.fields(["hardware_id": host, "path": .value(.string("/dev/\(disk.name)"))]))
        }
        return sighting
    }

    private static func medium(_ disk: DiskFacts) -> String? {
        switch disk.transport {
        case .nvme: "nvme"
        case .mmc, .usb: disk.isRotational ? "hdd" : "flash"
        case .sata, .sas: disk.isRotational ? "hdd" : "ssd"
        case .virtio, .raid, .other: nil
        }
    }

    private static func counts(_ system: FileSystemFacts) -> Bool {
        let hidden = [
            "/boot", "/efi", "/snap/", "/var/snap/", "/var/lib/docker/", "/var/lib/containers/", "/run/", "/etc/",
        ]
        if hidden.contains(where: { system.mountPoint.hasPrefix($0) }) { return false }
        if system.isNetwork { return true }
        return !system.isReadOnly && (system.sizeBytes ?? 0) >= smallest
    }

    private static func volume(
        _ system: FileSystemFacts, _ machine: MachineIdentity, disks: [String: String]
    ) -> Sighting {
        system.isNetwork ? share(system) : local(system, machine, disks: disks)
    }

    private static func local(
        _ system: FileSystemFacts, _ machine: MachineIdentity, disks: [String: String]
    ) -> Sighting {
        let title = system.mountPoint == "/" ? "System (/)" : system.mountPoint
        var sighting = Sighting(
            "filesystem:\(machine.prefix):\(system.mountPoint)", .storage, as: "storage", title: title,
            evidence: "/proc/self/mountinfo")
        sighting.guess("name", "\(title) on \(machine.hostname)")
        let isDataset = system.type == "zfs" || system.type == "btrfs"
        sighting.add("type", .string(isDataset ? "dataset" : "volume"), .guess)
        sighting.refer("hardware_id", to: machine.key)
        sighting.refer("parent_id", to: disk(of: system.source, in: disks))
        if let size = system.sizeBytes { sighting.add("capacity_bytes", .integer(size), .fact, tolerance: 0.05) }
        sighting.fact("path", system.mountPoint)
        sighting.fact("protocol", protocolName(system.type))
        let host = Observed.Value.sighting(machine.key)
        sighting.identities = [.fields(["hardware_id": host, "path": .value(.string(system.mountPoint))])]
        return sighting
    }

    /// Lies on another machine, whose name is the start of its source.
    private static func share(_ system: FileSystemFacts) -> Sighting {
        var sighting = Sighting(
            "share:\(system.source)", .storage, as: "storage", title: system.source, evidence: "/proc/self/mountinfo")
        sighting.guess("name", system.source)
        sighting.add("type", "share", .guess)
        sighting.fact("path", system.source)
        sighting.fact("protocol", protocolName(system.type))
        sighting.identities = [.fields(["path": .value(.string(system.source))])]
        return sighting
    }

    /// `/dev/nvme0n1p2` is a part of `nvme0n1`. What device-mapper puts in between is not followed.
    private static func disk(of source: String, in disks: [String: String]) -> String? {
        guard source.hasPrefix("/dev/") else { return nil }
        let name = source.dropFirst(5)
        let holder = disks.keys.filter { disk in
            guard name.hasPrefix(disk) else { return false }
            return name.dropFirst(disk.count).allSatisfy { $0.isNumber || $0 == "p" }
        }
        return holder.max { $0.count < $1.count }.flatMap { disks[$0] }
    }

    private static func protocolName(_ type: String) -> String {
        let names = [
            "nfs": "NFS", "nfs4": "NFS", "cifs": "SMB", "smb3": "SMB", "xfs": "XFS", "zfs": "ZFS", "btrfs": "Btrfs",
            "ceph": "CephFS", "fuse.sshfs": "SSHFS", "fuse.s3fs": "S3", "ntfs3": "NTFS", "ntfs": "NTFS",
        ]
        return names[type] ?? type
    }
}
