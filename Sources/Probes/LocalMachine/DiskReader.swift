/// Lists the disks of `/sys/block`: what has a device behind it, and software RAID. Loop devices, memory disks,
/// device-mapper volumes and optical drives hold no data of their own.
struct DiskReader {
    let files: MachineFiles

    func read() -> ReportSection<[DiskFacts]> {
        guard let names = files.names("/sys/block", limit: 4096) else {
            return ReportSection(reason: "/sys/block cannot be read.")
        }
        return ReportSection(names.compactMap(disk))
    }

    private func disk(_ name: String) -> DiskFacts? {
        let folder = "/sys/block/\(name)"
        let isRAID = files.exists("\(folder)/md")
        // SCSI type 5 is an optical drive.
        guard isRAID || files.exists("\(folder)/device"), files.value("\(folder)/device/type") != "5",
            let sectors = files.number("\(folder)/size"), sectors > 0
        else { return nil }
        // `size` counts sectors of 512 bytes whatever the disk's own sector is.
        let (size, overflow) = sectors.multipliedReportingOverflow(by: 512)
        guard !overflow else { return nil }
        let vendor = PlainText.firmware(files.value("\(folder)/device/vendor"))
        let model = PlainText.firmware(files.value("\(folder)/device/model"))
        // PCI numbers and the "ATA" of the SCSI layer name no maker.
        let maker = vendor.flatMap { $0.hasPrefix("0x") || $0 == "ATA" ? nil : $0 }
        return DiskFacts(
            name: name, sizeBytes: size,
            model: model.map { model in maker.map { model.hasPrefix($0) ? model : "\($0) \(model)" } ?? model },
            serial: serial(folder), isRotational: files.value("\(folder)/queue/rotational") == "1",
            isRemovable: files.value("\(folder)/removable") == "1",
            transport: isRAID ? .raid : transport(folder))
    }

    private func serial(_ folder: String) -> String? {
        let plain = files.value("\(folder)/device/serial") ?? files.value("\(folder)/serial")
        if let plain = PlainText.firmware(plain) { return plain }
        // The unit serial number page of SCSI: four bytes of header, then text.
        guard let page = files.bytes("\(folder)/device/vpd_pg80", limit: 256), page.count > 4, page[1] == 0x80 else {
            return nil
        }
        return PlainText.firmware(String(decoding: page[4...], as: UTF8.self))
    }

    private func transport(_ folder: String) -> DiskFacts.Transport {
        let path = files.linkTarget(folder) ?? ""
        let signs: [(String, DiskFacts.Transport)] = [
            ("/nvme", .nvme), ("/usb", .usb), ("/ata", .sata), ("/virtio", .virtio), ("/mmc", .mmc),
            ("/end_device-", .sas),
        ]
        return signs.first { path.contains($0.0) }?.1 ?? .other
    }
}

/// Lists mounted file systems that hold somebody's data.
struct FileSystemReader {
    let files: MachineFiles

    private static let local: Set<String> = [
        "ext2", "ext3", "ext4", "xfs", "btrfs", "zfs", "vfat", "exfat", "ntfs", "ntfs3", "fuseblk", "f2fs", "bcachefs",
        "jfs", "reiserfs", "nilfs2", "ufs", "hfsplus", "apfs",
    ]
    private static let remote: Set<String> = [
        "nfs", "nfs4", "cifs", "smb3", "ceph", "glusterfs", "fuse.glusterfs", "fuse.sshfs", "fuse.s3fs", "fuse.rclone",
        "9p", "virtiofs", "lustre", "beegfs", "afs", "gpfs", "ocfs2", "gfs2",
    ]

    func read() -> ReportSection<[FileSystemFacts]> {
        guard let text = files.text("/proc/self/mountinfo", limit: 4 * 1024 * 1024) else {
            return ReportSection(reason: "The list of mounts cannot be read.")
        }
        var byDevice: [String: FileSystemFacts] = [:]
        for line in text.split(separator: "\n").prefix(20_000) {
            guard let (device, facts) = parse(line) else { continue }
            // A file system mounted in several places is shown once, where its path is shortest.
            if let known = byDevice[device], known.mountPoint.utf8.count <= facts.mountPoint.utf8.count { continue }
            byDevice[device] = facts
        }
        let sorted = byDevice.values.sorted { $0.mountPoint < $1.mountPoint }
        return ReportSection(sorted.map(measured))
    }

    /// `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw`: after the hyphen come type, source, options.
    private func parse(_ line: Substring) -> (device: String, facts: FileSystemFacts)? {
        let fields = line.split(separator: " ")
        guard let hyphen = fields.dropFirst(6).firstIndex(of: "-"), fields.count >= hyphen + 3 else { return nil }
        let type = String(fields[hyphen + 1])
        let isNetwork = Self.remote.contains(type)
        guard isNetwork || Self.local.contains(type) else { return nil }
        let source = Self.unescaped(fields[hyphen + 2])
        // btrfs and zfs give each mount its own device number; their source says what is the same.
        let device = type == "btrfs" || type == "zfs" || isNetwork ? source : String(fields[2])
        // The options of the file system, the last field. Those of the mount (field 6) say `ro` for all of them when a
        // sandbox made this process's view read-only.
        let options = (fields.count > hyphen + 3 ? fields[hyphen + 3] : fields[5]).split(separator: ",")
        return (
            device,
            FileSystemFacts(
                mountPoint: Self.unescaped(fields[4]), source: source, type: type, isNetwork: isNetwork,
                isReadOnly: options.contains("ro"))
        )
    }

    private func measured(_ facts: FileSystemFacts) -> FileSystemFacts {
        guard !facts.isNetwork, let usage = files.usage(facts.mountPoint) else { return facts }
        var facts = facts
        facts.sizeBytes = usage.size
        facts.freeBytes = usage.free
        return facts
    }

    /// The kernel writes space, tab, newline and backslash as `\040` and the like.
    static func unescaped(_ text: some StringProtocol) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "\\"), index + 3 < bytes.count,
                let code = UInt8(String(decoding: bytes[(index + 1)...(index + 3)], as: UTF8.self), radix: 8)
            {
                result.append(code)
                index += 4
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return PlainText.clean(String(decoding: result, as: UTF8.self)) ?? ""
    }
}
