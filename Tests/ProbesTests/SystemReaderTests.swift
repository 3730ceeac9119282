import Foundation
import Kernel
import Testing

@testable import Probes

@Suite("System, disks and file systems")
struct SystemReaderTests {
    private static let server = [
        "/etc/machine-id": "3d1219c7c4c5404aaa1f6d2a48adfda4\n",
        "/etc/os-release": "NAME=\"Debian GNU/Linux\"\n# a comment\nVERSION='12 (bookworm)'\nBROKEN\n",
        "/proc/sys/kernel/hostname": "nas\n", "/proc/sys/kernel/osrelease": "6.1.0-42-amd64\n",
        "/proc/meminfo": "MemTotal:       32768000 kB\nMemFree: 1 kB\n",
        "/proc/stat": "cpu  1 2 3\nbtime 1790000000\n",
        "/proc/cpuinfo": "processor\t: 0\nmodel name\t: Intel(R)  Xeon(R) CPU E5-2620\nflags : fpu vme\n",
        "/sys/class/dmi/id/sys_vendor": "Dell Inc.\n", "/sys/class/dmi/id/product_name": "PowerEdge R720\n",
        "/sys/class/dmi/id/product_serial": "  7XJ2K42\n", "/sys/class/dmi/id/chassis_type": "23\n",
        "/sys/class/dmi/id/board_vendor": "To Be Filled By O.E.M.\n",
    ]

    @Test("a server is described by its firmware, kernel and release file")
    func server() throws {
        let tree = try MachineTree(Self.server)
        for thread in 0..<8 {
            try tree.write("/sys/devices/system/cpu/cpu\(thread)/topology/physical_package_id", "\(thread / 4)\n")
            try tree.write("/sys/devices/system/cpu/cpu\(thread)/topology/core_id", "\(thread % 4 / 2)\n")
        }
        try tree.folder("/sys/devices/system/cpu/cpufreq")

        let facts = try #require(SystemReader(files: tree.files).read().value)

        #expect(facts.hostname == "nas" && facts.vendor == "Dell Inc." && facts.product == "PowerEdge R720")
        #expect(facts.serial == "7XJ2K42" && facts.chassis == "rack mount" && facts.boardVendor == nil)
        #expect(
            facts.processor == ProcessorFacts(model: "Intel(R) Xeon(R) CPU E5-2620", sockets: 2, cores: 4, threads: 8))
        #expect(facts.memoryBytes == 33_554_432_000)
        #expect(facts.osName == "Debian GNU/Linux" && facts.osVersion == "12 (bookworm)")
        #expect(facts.bootedAt?.milliseconds == 1_790_000_000_000)
        #expect(facts.virtualisation == nil)
    }

    @Test("the machine key is stable, differs by machine and does not show the machine id")
    func machineKey() throws {
        let id = "3d1219c7c4c5404aaa1f6d2a48adfda4"
        let key = try #require(MachineKey.derive(from: id))

        #expect(key == MachineKey.derive(from: id.uppercased()))
        #expect(key.utf8.count == 32 && !key.contains(id.prefix(8)))
        #expect(key != MachineKey.derive(from: String(id.reversed())))
        #expect(MachineKey.derive(from: "uninitialized") == nil)
        #expect(MachineKey.derive(from: String(repeating: "0", count: 32)) == nil)
    }

    @Test(
        "guests are told from bare machines by positive signs",
        arguments: [
            ("/sys/class/dmi/id/sys_vendor", "QEMU", "qemu"), ("/sys/class/dmi/id/product_name", "VMware7,1", "vmware"),
            ("/sys/class/dmi/id/product_name", "Virtual Machine", "hyper-v"),
            ("/sys/class/dmi/id/sys_vendor", "Amazon EC2", "amazon"), ("/run/systemd/container", "lxc", "lxc"),
            ("/proc/cpuinfo", "flags\t: fpu hypervisor lahf_lm", "guest"), ("/.dockerenv", "", "docker"),
        ])
    func guests(path: String, text: String, technology: String) throws {
        let tree = try MachineTree([path: text + "\n"])

        #expect(SystemReader(files: tree.files).read().value?.virtualisation?.technology == technology)
    }

    @Test("disks are what has a device behind it; loop, memory and optical drives are not")
    func disks() throws {
        let tree = try MachineTree([
            "/sys/devices/pci0/ata1/sda/size": "7814037168\n",
            "/sys/devices/pci0/ata1/sda/device/model": "WDC WD40EFRX-68N\n",
            "/sys/devices/pci0/ata1/sda/device/vendor": "ATA     \n",
            "/sys/devices/pci0/ata1/sda/queue/rotational": "1\n",
            "/sys/devices/pci0/ata2/sr0/size": "2097151\n", "/sys/devices/pci0/ata2/sr0/device/type": "5\n",
            "/sys/block/nvme0n1/size": "1953525168\n", "/sys/block/nvme0n1/device/model": "Samsung SSD 980\n",
            "/sys/block/nvme0n1/device/serial": "S64DNX0\n", "/sys/block/loop0/size": "8\n",
            "/sys/block/ram0/size": "8\n",
            "/sys/block/md0/md/level": "raid1\n", "/sys/block/md0/size": "1000\n",
            "/sys/block/sdz/size": "0\n", "/sys/block/sdz/device/model": "Card Reader\n",
        ])
        try tree.link("/sys/block/sda", to: "../devices/pci0/ata1/sda")
        try tree.link("/sys/block/sr0", to: "../devices/pci0/ata2/sr0")
        try tree.write("/sys/devices/pci0/ata1/sda/device/vpd_pg80", bytes: [0, 0x80, 0, 8] + Array("WD-WCC4E".utf8))

        let disks = DiskReader(files: tree.files).read().items

        #expect(disks.map(\.name) == ["md0", "nvme0n1", "sda"])
        let spinning = try #require(disks.last)
        #expect(spinning.sizeBytes == 4_000_787_030_016 && spinning.isRotational && spinning.transport == .sata)
        #expect(spinning.model == "WDC WD40EFRX-68N" && spinning.serial == "WD-WCC4E")
        #expect(disks[1].serial == "S64DNX0" && disks[0].transport == .raid)
    }

    @Test("file systems are shown once, at their shortest path, and servers are never asked for their size")
    func fileSystems() throws {
        let tree = try MachineTree([
            "/proc/self/mountinfo": """
            25 1 8:1 / / ro,relatime shared:1 - ext4 /dev/sda1 rw
            26 25 0:21 / /proc rw - proc proc rw
            27 25 8:1 /srv /var/bind rw - ext4 /dev/sda1 rw
            28 25 8:17 / /srv/my\\040data ro,relatime shared:2 master:1 - xfs /dev/sdb1 ro,noquota
            29 25 0:50 / /mnt/nas rw - nfs4 10.0.20.9:/export rw
            30 25 0:51 / /run rw - tmpfs tmpfs rw
            broken line
            31 25 8:1 / /x rw - ext4
            """
        ])

        let list = FileSystemReader(files: tree.files).read().items

        #expect(list.map(\.mountPoint) == ["/", "/mnt/nas", "/srv/my data"])
        #expect(list[1].isNetwork && list[1].sizeBytes == nil && list[1].source == "10.0.20.9:/export")
        // The first is mounted read-only for this process, as ProtectSystem= does; the file system itself is not.
        #expect(list[2].isReadOnly && !list[0].isReadOnly && list[0].sizeBytes != nil)
    }

    @Test("altered files of the machine never crash a reader")
    func fuzz() throws {
        let texts = [
            "36 35 98:0 / /mnt\\040x rw,noatime master:1 - ext4 /dev/root rw,errors=continue\n",
            "NAME=\"a\\\"b\"\nID='x'\n",
            "0::/system.slice/docker-\(String(repeating: "a1", count: 32)).scope\n1:name=systemd:/lxc/x\n",
            "[Unit]\nDescription=x %i %I\nExecStart=@-/bin/x a\n",
        ]
        var random = SystemRandomNumberGenerator()
        let tree = try MachineTree()
        for round in 0..<3000 {
            var bytes = Array(texts[round % texts.count].utf8)
            for _ in 0..<Int.random(in: 1...5, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let text = String(decoding: bytes, as: UTF8.self)
            _ = OSRelease.parse(text)
            _ = UnitFile.parse(text, instance: "a\\x2d")
            let group = ControlGroup(procFile: text)
            _ = (group.service, group.workload)
            _ = GuestReader.qemu(["-name", text, "-m", text, "-smp", text])
            _ = PlainText.clean(text)
            guard round % 8 == 0 else { continue }
            try tree.write("/proc/self/mountinfo", bytes: bytes)
            #expect(FileSystemReader(files: tree.files).read().items.count <= 1)
        }
    }

    @Test("text from firmware is cleaned and cut")
    func cleaning() {
        #expect(PlainText.clean(" a\u{0}b\u{1b}[31m \n c ") == "a b [31m c")
        #expect(PlainText.clean("\u{0}\n") == nil)
        #expect(PlainText.clean(String(repeating: "x", count: 9999))?.count == 200)
        #expect(PlainText.firmware("Default string") == nil)
    }
}

@Suite("Makers of hardware addresses")
struct HardwareVendorTests {
    @Test("are named from udev's list, whole prefixes only; without the list nobody is named")
    func names() throws {
        let tree = try MachineTree([
            "/usr/lib/udev/hwdb.d/20-OUI.hwdb": """
            # This file is part of systemd.

            OUI:001B21*
             ID_OUI_FROM_DATABASE=Intel Corporate

            OUI:001B215*
             ID_OUI_FROM_DATABASE=Somebody else

            OUI:B827EB*
             ID_OUI_FROM_DATABASE=Raspberry Pi Foundation
            """
        ])

        let wanted: Set = ["00:1b:21", "b8:27:eb", "00:00:01"]
        let names = HardwareVendors(files: tree.files).namesNow(of: wanted)

        #expect(names == ["00:1b:21": "Intel Corporate", "b8:27:eb": "Raspberry Pi Foundation"])
        #expect(HardwareVendors(files: try MachineTree().files).namesNow(of: wanted).isEmpty)
    }
}
