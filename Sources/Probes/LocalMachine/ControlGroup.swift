/// The control group of a process, and what its path says: the systemd unit, the container, the guest.
struct ControlGroup: Equatable {
    let path: String

    init(path: String) {
        self.path = path
    }

    /// Reads `/proc/PID/cgroup`. The unified line (`0::/…`) counts if it says something, else systemd's own hierarchy.
    init(procFile: String) {
        var unified = ""
        var named = ""
        var longest = ""
        for line in procFile.split(separator: "\n").prefix(40) {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            if parts[0] == "0", parts[1].isEmpty { unified = String(parts[2]) }
            if parts[1] == "name=systemd" { named = String(parts[2]) }
            if parts[2].utf8.count > longest.utf8.count { longest = String(parts[2]) }
        }
        path = [unified, named, longest].first { $0.utf8.count > 1 } ?? "/"
    }

    private var parts: [Substring] { path.split(separator: "/") }

    /// The innermost service, nil for sessions and the kernel. Services of a user's own manager count as well.
    var service: String? {
        guard workload == nil else { return nil }
        let unit = parts.last { $0.hasSuffix(".service") }
        return unit.map { Self.unescaped(String($0)) }.flatMap { $0.hasPrefix("user@") ? nil : $0 }
    }

    struct Workload: Hashable {
        var kind: WorkloadFacts.Kind
        var engine: String
        var id: String
    }

    /// The container or guest whose group this is or lies in.
    var workload: Workload? {
        var previous: Substring = ""
        for part in parts {
            defer { previous = part }
            if let found = Self.scope(part) ?? Self.folder(part, below: previous) { return found }
        }
        return nil
    }

    private static let scopePrefixes = [
        ("docker-", "docker"), ("libpod-", "podman"), ("cri-containerd-", "containerd"), ("crio-", "crio"),
        ("nerdctl-", "containerd"),
    ]

    private static func scope(_ part: Substring) -> Workload? {
        for (prefix, engine) in scopePrefixes where part.hasPrefix(prefix) {
            let id = part.dropFirst(prefix.count).prefix { $0 != "." }
            if isContainerID(id) { return Workload(kind: .container, engine: engine, id: String(id)) }
        }
        if part.hasPrefix("lxc.payload.") {
            return Workload(kind: .container, engine: "lxc", id: String(part.dropFirst(12)))
        }
        if part.hasPrefix("systemd-nspawn@"), part.hasSuffix(".service") {
            let name = unescaped(String(part.dropFirst(15).dropLast(8)))
            return Workload(kind: .container, engine: "nspawn", id: name)
        }
        guard part.hasPrefix("machine-"), part.hasSuffix(".scope") else { return nil }
        return machine(unescaped(String(part.dropFirst(8).dropLast(6))))
    }

    /// `systemd-machined` calls a libvirt guest `qemu-3-NAME` and an LXC one `lxc-3-NAME`.
    private static func machine(_ name: String) -> Workload {
        let parts = name.split(separator: "-", maxSplits: 2)
        guard parts.count == 3, Int(parts[1]) != nil, parts[0] == "qemu" || parts[0] == "lxc" else {
            return Workload(kind: .container, engine: "nspawn", id: name)
        }
        return Workload(
            kind: parts[0] == "qemu" ? .virtualMachine : .container, engine: String(parts[0]), id: String(parts[2]))
    }

    private static func folder(_ part: Substring, below parent: Substring) -> Workload? {
        switch parent {
        case "docker" where isContainerID(part): Workload(kind: .container, engine: "docker", id: String(part))
        case "lxc", "lxc.payload": Workload(kind: .container, engine: "lxc", id: String(part))
        case "qemu.slice" where part.hasSuffix(".scope"):
            Workload(kind: .virtualMachine, engine: "qemu", id: String(part.dropLast(6)))
        case _ where parent.hasPrefix("kubepods") || parent.hasPrefix("pod"):
            isContainerID(part) ? Workload(kind: .container, engine: "containerd", id: String(part)) : nil
        default: nil
        }
    }

    private static func isContainerID(_ text: Substring) -> Bool {
        text.utf8.count == 64 && text.utf8.allSatisfy { Character(UnicodeScalar($0)).isHexDigit }
    }

    /// systemd writes unusual characters of a unit's name as `\x2d`.
    static func unescaped(_ text: String) -> String {
        var result: [UInt8] = []
        let bytes = Array(text.utf8)
        var index = 0
        while index < bytes.count {
            if index + 3 < bytes.count, bytes[index] == UInt8(ascii: "\\"), bytes[index + 1] == UInt8(ascii: "x"),
                let code = UInt8(String(decoding: bytes[(index + 2)...(index + 3)], as: UTF8.self), radix: 16)
            {
                result.append(code)
                index += 4
            } else {
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
