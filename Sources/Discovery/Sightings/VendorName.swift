/// Names of makers as people write them. Firmware and the registry of hardware addresses give the whole firm:
/// `ASUSTeK COMPUTER INC.`, `AVM Audiovisuelles Marketing und Computersysteme GmbH`.
enum VendorName {
    private static let known: [(start: String, name: String)] = [
        ("asustek", "ASUS"), ("asrock", "ASRock"), ("avm ", "AVM"), ("dell", "Dell"), ("fujitsu", "Fujitsu"),
        ("gigabyte", "Gigabyte"), ("giga-byte", "Gigabyte"), ("hewlett packard enterprise", "HPE"), ("hpe", "HPE"),
        ("hewlett", "HP"), ("hp ", "HP"), ("intel", "Intel"), ("lenovo", "Lenovo"), ("micro-star", "MSI"),
        ("super micro", "Supermicro"), ("supermicro", "Supermicro"), ("raspberry", "Raspberry Pi"),
        ("routerboard", "MikroTik"), ("mikrotik", "MikroTik"), ("tp-link", "TP-Link"), ("ubiquiti", "Ubiquiti"),
        ("synology", "Synology"), ("qnap", "QNAP"), ("netgear", "Netgear"), ("cisco", "Cisco"), ("huawei", "Huawei"),
        ("juniper", "Juniper"), ("apple", "Apple"), ("samsung", "Samsung"), ("espressif", "Espressif"),
        ("american power conversion", "APC"), ("vmware", "VMware"), ("proxmox", "Proxmox"), ("d-link", "D-Link"),
        ("amazon", "Amazon"), ("google", "Google"), ("sonos", "Sonos"), ("microsoft", "Microsoft"), ("axis ", "Axis"),
        ("hon hai", "Foxconn"), ("azurewave", "AzureWave"), ("signify", "Philips Hue"), ("philips", "Philips"),
        ("brother", "Brother"), ("canon", "Canon"), ("seiko epson", "Epson"), ("realtek", "Realtek"),
    ]

    private static let forms: Set<String> = [
        "inc", "inc.", "incorporated", "corp", "corp.", "corporation", "co", "co.", "co.,ltd", "co.,ltd.", "company",
        "ltd", "ltd.", "limited", "llc", "gmbh", "ag", "kg", "s.a.", "s.p.a.", "b.v.", "bv", "ab", "oy", "pty", "plc",
        "trading", "technologies", "technology", "international", "foundation", "computer", "computers", "systems",
    ]

    static func plain(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        let folded = text.lowercased() + " "
        if let hit = known.first(where: { folded.hasPrefix($0.start) }) { return hit.name }
        var words = text.split { $0 == " " || $0 == "," }.map(String.init)
        while words.count > 1, let last = words.last, forms.contains(last.lowercased()) { words.removeLast() }
        return words.joined(separator: " ")
    }

    /// `Intel(R) Core(TM) i5-8500T CPU @ 2.10GHz` → `Intel Core i5-8500T`.
    static func processor(_ text: String?) -> String? {
        guard let text else { return nil }
        var plain = text.replacing("(R)", with: "").replacing("(r)", with: "").replacing("(TM)", with: "")
            .replacing("(tm)", with: "")
        if let at = plain.firstRange(of: " @ ") { plain = String(plain[..<at.lowerBound]) }
        let words = plain.split(separator: " ").filter { $0 != "CPU" && $0 != "Processor" }
        let isCores = { (word: Substring) in word.hasSuffix("-Core") && word.first?.isNumber == true }
        let joined = words.filter { !isCores($0) }.joined(separator: " ")
        return joined.isEmpty ? nil : joined
    }
}
