import Crypto
import Glibc
import Kernel

/// Reads what the machine is from `/sys`, `/proc` and `/etc`.
struct SystemReader {
    let files: MachineFiles

    func read() -> ReportSection<SystemFacts> {
        var facts = SystemFacts()
        readIdentity(into: &facts)
        readFirmware(into: &facts)
        readOperatingSystem(into: &facts)
        facts.processor = processor()
        facts.memoryBytes = field("MemTotal:", of: "/proc/meminfo").map { $0 * 1024 }
        facts.bootedAt = field("btime ", of: "/proc/stat").map { Instant(milliseconds: $0 * 1000) }
        facts.virtualisation = VirtualisationReader(files: files, facts: facts).read()
        return ReportSection(facts, reason: facts.serial == nil ? hiddenFirmware : nil)
    }

    /// The kernel shows serial numbers and the system UUID to root only.
    private var hiddenFirmware: String? {
        files.exists("/sys/class/dmi/id/product_serial") && files.bytes("/sys/class/dmi/id/product_serial") == nil
            ? "Serial numbers are shown to root only." : nil
    }

    private func readIdentity(into facts: inout SystemFacts) {
        facts.hostname = files.value("/proc/sys/kernel/hostname").flatMap { $0 == "(none)" ? nil : $0 }
        let id = files.value("/etc/machine-id") ?? files.value("/var/lib/dbus/machine-id")
        facts.machineKey = id.flatMap(MachineKey.derive(from:))
    }

    private func readFirmware(into facts: inout SystemFacts) {
        func dmi(_ name: String) -> String? { PlainText.firmware(files.value("/sys/class/dmi/id/" + name)) }
        facts.vendor = dmi("sys_vendor")
        facts.product = dmi("product_name")
        facts.productVersion = dmi("product_version")
        facts.serial = dmi("product_serial") ?? dmi("chassis_serial")
        facts.uuid = dmi("product_uuid")?.lowercased()
        facts.chassis = files.number("/sys/class/dmi/id/chassis_type").flatMap { Self.chassisNames[Int($0)] }
        facts.boardVendor = dmi("board_vendor")
        facts.boardName = dmi("board_name")
        facts.boardSerial = dmi("board_serial")
        facts.biosVersion = dmi("bios_version")
        // Boards without SMBIOS, such as a Raspberry Pi, describe themselves in the device tree.
        func tree(_ name: String) -> String? { PlainText.firmware(files.value("/proc/device-tree/" + name)) }
        facts.product = facts.product ?? tree("model")
        facts.serial = facts.serial ?? tree("serial-number")
    }

    private func readOperatingSystem(into facts: inout SystemFacts) {
        let text = files.text("/etc/os-release") ?? files.text("/usr/lib/os-release") ?? ""
        let release = OSRelease.parse(text)
        facts.osName = release["NAME"]
        facts.osVersion = release["VERSION"] ?? release["VERSION_ID"] ?? release["BUILD_ID"]
        facts.kernel = files.value("/proc/sys/kernel/osrelease")
        facts.architecture = files.value("/proc/sys/kernel/arch") ?? Self.architecture
    }

    private static var architecture: String? {
        var name = utsname()
        guard uname(&name) == 0 else { return nil }
        return withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    }

    private func processor() -> ProcessorFacts? {
        let folder = "/sys/devices/system/cpu"
        let names = (files.names(folder, limit: 8192) ?? []).filter { name in
            name.hasPrefix("cpu") && name.dropFirst(3).allSatisfy(\.isNumber) && name.count > 3
        }
        var sockets: Set<String> = []
        var cores: Set<String> = []
        var threads = 0
        for name in names where files.value("\(folder)/\(name)/online") != "0" {
            threads += 1
            let socket = files.value("\(folder)/\(name)/topology/physical_package_id") ?? "0"
            let core = files.value("\(folder)/\(name)/topology/core_id") ?? name
            let die = files.value("\(folder)/\(name)/topology/die_id") ?? "0"
            sockets.insert(socket)
            cores.insert("\(socket).\(die).\(core)")
        }
        let info = files.text("/proc/cpuinfo", limit: 256 * 1024) ?? ""
        let model = Self.firstValue(of: ["model name", "Model", "Hardware", "cpu", "uarch"], in: info)
        if threads == 0 { threads = info.split(separator: "\n").count { $0.hasPrefix("processor") } }
        guard threads > 0 else { return nil }
        return ProcessorFacts(
            model: model, sockets: max(1, sockets.count), cores: cores.isEmpty ? threads : cores.count, threads: threads
        )
    }

    private static func firstValue(of keys: [String], in text: String) -> String? {
        for key in keys {
            for line in text.split(separator: "\n") where line.hasPrefix(key) {
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2, PlainText.clean(parts[0]) == key else { continue }
                return PlainText.clean(parts[1])
            }
        }
        return nil
    }

    /// The first number after a prefix at the start of a line.
    private func field(_ prefix: String, of path: String) -> Int64? {
        guard let text = files.text(path, limit: 1024 * 1024) else { return nil }
        let line = text.split(separator: "\n").first { $0.hasPrefix(prefix) }
        return line?.dropFirst(prefix.count).split(separator: " ").first.flatMap { Int64($0) }
    }

    /// SMBIOS 3.7, table 17. Values for "other" and "unknown" say nothing and are left out.
    private static let chassisNames: [Int: String] = [
        3: "desktop", 4: "low-profile desktop", 5: "pizza box", 6: "mini tower", 7: "tower", 8: "portable",
        9: "laptop", 10: "notebook", 11: "handheld", 12: "docking station", 13: "all in one", 14: "sub notebook",
        15: "space-saving", 16: "lunch box", 17: "server", 18: "expansion", 23: "rack mount", 24: "sealed-case PC",
        25: "multi-system", 28: "blade", 29: "blade enclosure", 30: "tablet", 31: "convertible", 32: "detachable",
        33: "IoT gateway", 34: "embedded PC", 35: "mini PC", 36: "stick PC",
    ]
}

/// Makes a stable name for this installation from the machine id without giving the id away: HMAC-SHA256 keyed by the
/// id over our application id, cut to 128 bits (`machine-id(5)` asks programs to do so).
enum MachineKey {
    private static let application = "circuit-breaker.self-knowledge.1"

    static func derive(from machineID: String) -> String? {
        let digits = machineID.lowercased().utf8.filter { $0 != UInt8(ascii: "-") }
        guard digits.count == 32, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            digits.contains(where: { $0 != UInt8(ascii: "0") })
        else { return nil }
        let code = HMAC<SHA256>.authenticationCode(for: Array(application.utf8), using: SymmetricKey(data: digits))
        return code.prefix(16).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The format of `os-release(5)`: shell assignments, one a line.
enum OSRelease {
    static func parse(_ text: String) -> [String: String] {
        var values: [String: String] = [:]
        for line in text.split(whereSeparator: \.isNewline).prefix(200) where !line.hasPrefix("#") {
            let parts = line.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[String(parts[0])] = PlainText.clean(unquoted(parts[1]))
        }
        return values
    }

    private static func unquoted(_ text: Substring) -> String {
        guard let quote = text.first, quote == "\"" || quote == "'", text.count >= 2, text.last == quote else {
            return String(text)
        }
        var result = ""
        var isEscaped = false
        for character in text.dropFirst().dropLast() {
            if character == "\\", quote == "\"", !isEscaped {
                isEscaped = true
            } else {
                result.append(character)
                isEscaped = false
            }
        }
        return result
    }
}
