import NetAddress
import Probes

/// Makers of the devices around the machine. The list is read again only for prefixes that were never looked up.
actor VendorBook {
    private let vendors: HardwareVendors
    private var known: [String: String] = VendorBook.common
    private var asked: Set<String> = []

    /// A guest with a random address each hour must not grow this for ever.
    private static let most = 5_000

    init(_ vendors: HardwareVendors) {
        self.vendors = vendors
    }

    func names(for report: MachineReport) async -> [String: String] {
        let macs = report.neighbours.items.map(\.mac).filter { !$0.isLocallyAdministered && !$0.isMulticast }
        let new = Set(macs.map(\.oui)).subtracting(known.keys).subtracting(asked)
        guard !new.isEmpty, asked.count < Self.most else { return known }
        asked.formUnion(new)
        // Without a name the address says enough.
        let found = (try? await vendors.names(of: new)) ?? [:]
        known.merge(found) { own, _ in own }
        return known
    }

    /// For machines without the list of udev: what stands in many homes.
    private static let common: [String: String] = {
        let prefixes: [(String, [String])] = [
            ("Raspberry Pi", ["b8:27:eb", "dc:a6:32", "e4:5f:01", "d8:3a:dd", "28:cd:c1", "2c:cf:67"]),
            ("AVM", ["3c:a6:2f", "38:10:d5", "c0:25:06", "44:4e:6d", "08:96:d7", "5c:49:79", "7c:ff:4d", "e0:28:6d"]),
            ("Ubiquiti", ["24:a4:3c", "fc:ec:da", "78:8a:20", "74:83:c2", "80:2a:a8", "68:d7:9a", "f0:9f:c2"]),
            ("MikroTik", ["4c:5e:0c", "64:d1:54", "6c:3b:6b", "74:4d:28", "b8:69:f4", "cc:2d:e0", "e4:8d:8c"]),
            ("TP-Link", ["50:c7:bf", "ec:08:6b", "14:cc:20", "98:da:c4"]),
            ("Synology", ["00:11:32", "90:09:d0"]), ("QNAP", ["24:5e:be", "00:08:9b"]),
            ("Supermicro", ["ac:1f:6b", "00:25:90", "0c:c4:7a", "3c:ec:ef"]),
            ("Espressif", ["24:0a:c4", "30:ae:a4", "84:f3:eb", "a4:cf:12", "5c:cf:7f", "60:01:94", "18:fe:34"]),
            ("Philips Hue", ["00:17:88", "ec:b5:fa"]), ("Sonos", ["00:0e:58", "5c:aa:fd", "94:9f:3e", "b8:e9:37"]),
            ("Proxmox", ["bc:24:11"]), ("VMware", ["00:50:56", "00:0c:29"]), ("VirtualBox", ["08:00:27"]),
            ("Xen", ["00:16:3e"]), ("Hyper-V", ["00:15:5d"]),
        ]
        return Dictionary(
            prefixes.flatMap { name, list in list.map { ($0, name) } }, uniquingKeysWith: { first, _ in first })
    }()
}
