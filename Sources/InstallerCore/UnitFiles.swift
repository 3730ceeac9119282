import HostSystem
import Kernel

/// The units of the payload: what enables them, and their text for a prefix that systemd does not search.
struct UnitFiles {
    /// What runs on an installed machine, in the order of starting.
    static let running = [
        "circuit-breaker.socket", "circuit-breaker-api.socket", "circuit-breaker-renew.path",
        "circuit-breaker-renew.timer", "circuit-breaker.service",
    ]
    static let programs = ["circuit-breaker-installer", "circuit-breaker", "cb"]

    let items: [Payload.Item]
    let layout: Layout

    static func isUnit(_ path: String, in layout: Layout) -> Bool {
        path.hasPrefix(layout.units + "/") && path.parent == layout.units
    }

    /// The links that `systemctl enable` would make, by the units' own [Install] sections, and the short name of the
    /// installer.
    func links() throws -> [(path: String, target: String)] {
        var links = [("\(layout.programs)/installer", "circuit-breaker-installer")]
        for unit in Self.running {
            guard let item = items.first(where: { $0.destination == "\(layout.units)/\(unit)" }) else {
                throw AppError(.notFound, "The unit \(unit) is missing in the archive. Unpack it again.")
            }
            let text = String(decoding: try LiveMachine().read(item.source), as: UTF8.self)
            for (key, suffix) in [("WantedBy=", "wants"), ("RequiredBy=", "requires")] {
                let lines = text.split(whereSeparator: \.isNewline).filter { $0.hasPrefix(key) }
                for target in lines.flatMap({ $0.dropFirst(key.count).split(separator: " ") }) {
                    links.append(("\(Layout.administratorUnits)/\(target).\(suffix)/\(unit)", item.destination))
                }
            }
        }
        return links.sorted { $0.0 < $1.0 }
    }

    /// Puts the folder in front of the programs in `Exec…=` lines; nil where systemd finds them by itself.
    static func rewrite(for layout: Layout) -> (@Sendable ([UInt8]) -> [UInt8])? {
        guard !layout.isKnownToSystemd else { return nil }
        let folder = layout.programs
        return { bytes in
            let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            let changed = lines.map { line -> String in
                guard line.hasPrefix("Exec"), let cut = line.firstIndex(of: "=") else { return String(line) }
                let command = line[line.index(after: cut)...]
                let marks = command.prefix { "-+!@:".contains($0) }
                let rest = command.dropFirst(marks.count)
                let name = rest.prefix { $0 != " " }
                guard programs.contains(String(name)) else { return String(line) }
                return "\(line[...cut])\(marks)\(folder)/\(rest)"
            }
            return Array(changed.joined(separator: "\n").utf8)
        }
    }
}
