import HostSystem
import Kernel

/// What systemd says of the product's units.
struct UnitStates: Sendable, Equatable {
    /// By unit, then by property.
    private let properties: [String: [String: String]]

    private static let asked = [
        "Id", "LoadState", "ActiveState", "NeedDaemonReload", "ActiveEnterTimestampMonotonic", "FragmentPath",
    ]

    static func read(_ units: [String], on machine: any Machine) async throws -> UnitStates {
        let result = try await machine.run(
            MachineCommand("systemctl", ["show", "--property=\(asked.joined(separator: ","))"] + units))
        guard result.status == 0 else {
            throw AppError(
                .unavailable, "systemd does not answer: \(result.complaintText). Is it running on this machine?")
        }
        var blocks: [String: [String: String]] = [:]
        var block: [String: String] = [:]
        let lines = String(decoding: result.output, as: UTF8.self).split(
            separator: "\n", omittingEmptySubsequences: false)
        for line in lines + [""] {
            if line.isEmpty {
                if let id = block["Id"] { blocks[id] = block }
                block = [:]
            } else if let cut = line.firstIndex(of: "=") {
                block[String(line[..<cut])] = String(line[line.index(after: cut)...])
            }
        }
        return UnitStates(properties: blocks)
    }

    func isActive(_ unit: String) -> Bool { properties[unit]?["ActiveState"] == "active" }

    /// Also while it is being started, and between two attempts.
    func isWanted(_ unit: String) -> Bool {
        ["active", "activating", "reloading"].contains(properties[unit]?["ActiveState"] ?? "")
    }

    func needsReload(_ unit: String) -> Bool {
        properties[unit]?["NeedDaemonReload"] == "yes" || properties[unit]?["LoadState"] == "not-found"
    }

    /// When it became active, in microseconds of the machine's monotonic clock.
    func activeSince(_ unit: String) -> Int64? {
        properties[unit]?["ActiveEnterTimestampMonotonic"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
    }
}
