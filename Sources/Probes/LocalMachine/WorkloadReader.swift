/// Finds the containers and guests of the machine: by the control groups and command lines of their processes, and
/// from the engines' own sockets where the daemon may read them.
struct WorkloadReader {
    let files: MachineFiles
    let processes: ProcessTable
    let deadline: Deadline

    static let limit = 5000

    func read() -> ReportSection<[WorkloadFacts]> {
        var found: [String: WorkloadFacts] = [:]
        func merge(_ facts: WorkloadFacts) {
            guard found.count < Self.limit else { return }
            found["\(facts.kind.rawValue) \(facts.id)"] = facts
        }
        let guests = GuestReader(processes: processes).read()
        let guestNames = Set(guests.compactMap(\.name))
        for facts in fromGroups() where !guestNames.contains(facts.id) && !guests.contains(where: { $0.id == facts.id })
        {
            merge(facts)
        }
        guests.forEach(merge)
        for name in files.names("/var/lib/machines", limit: 500) ?? [] where !name.hasPrefix(".") {
            guard found["container \(name)"] == nil else { continue }
            var facts = WorkloadFacts(kind: .container, engine: "nspawn", id: name, name: name)
            facts.isRunning = false
            merge(facts)
        }
        var reasons: [String] = []
        for socket in ContainerSocket.known where files.exists(socket.path) && !deadline.hasPassed {
            do {
                try ContainerSocket(files: files, path: socket.path, engine: socket.engine).containers().forEach(merge)
            } catch {
                reasons.append("\(socket.path): \(error)")
            }
        }
        let sorted = found.values.sorted { ($0.engine, $0.name ?? $0.id, $0.id) < ($1.engine, $1.name ?? $1.id, $1.id) }
        return ReportSection(sorted, reason: reasons.isEmpty ? nil : reasons.joined(separator: " "))
    }

    /// Containers seen only by their control group have an id and no name; engines that name groups after the
    /// container give both in one.
    private func fromGroups() -> [WorkloadFacts] {
        let groups = Set(processes.entries.values.compactMap(\.cgroup.workload))
        return groups.map { group in
            let isNamed = group.engine == "lxc" || group.engine == "nspawn" || group.kind == .virtualMachine
            return WorkloadFacts(
                kind: group.kind, engine: group.engine, id: group.id, name: isNamed ? PlainText.clean(group.id) : nil)
        }
    }
}

/// Finds guests by the command lines of their hypervisor processes.
struct GuestReader {
    let processes: ProcessTable

    func read() -> [WorkloadFacts] {
        processes.entries.values.sorted { $0.pid < $1.pid }.compactMap { entry in
            if entry.name.hasPrefix("qemu-") || entry.name == "kvm" { return Self.qemu(processes.arguments(entry.pid)) }
            if entry.name == "firecracker" { return Self.firecracker(processes.arguments(entry.pid)) }
            return nil
        }
    }

    /// `-name guest=web,debug-threads=on -uuid … -m 2048 -smp 4,sockets=1`; Proxmox adds `-id 100`.
    static func qemu(_ arguments: [String]) -> WorkloadFacts? {
        func option(_ name: String) -> String? {
            let place = arguments.firstIndex { $0 == "-" + name || $0 == "--" + name }
            return place.flatMap { arguments.indices.contains($0 + 1) ? arguments[$0 + 1] : nil }
        }
        let fields = (option("name") ?? "").split(separator: ",")
        let guest = fields.first { $0.hasPrefix("guest=") }?.dropFirst(6) ?? fields.first { !$0.contains("=") }
        let name = guest.flatMap { PlainText.clean($0) }
        let uuid = option("uuid").flatMap { PlainText.clean($0) }?.lowercased()
        guard let id = uuid ?? name ?? option("id").flatMap({ PlainText.clean($0) }) else { return nil }
        var facts = WorkloadFacts(kind: .virtualMachine, engine: "qemu", id: id, name: name)
        facts.cpus = number(option("smp"), key: "cpus=").flatMap { $0 <= 4096 ? Int($0) : nil }
        facts.memoryBytes = memory(option("m"))
        return facts
    }

    private static func number(_ option: String?, key: String) -> Int64? {
        guard let first = option?.split(separator: ",").first else { return nil }
        return Int64(first.hasPrefix(key) ? first.dropFirst(key.count) : first)
    }

    /// Megabytes unless a unit is given: `2048`, `size=2048k`, `4G`.
    private static func memory(_ option: String?) -> Int64? {
        guard var text = option?.split(separator: ",").first else { return nil }
        if text.hasPrefix("size=") { text = text.dropFirst(5) }
        let factors: [Character: Int64] = [
            "k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20, "g": 1 << 30, "G": 1 << 30,
        ]
        let factor = text.last.flatMap { factors[$0] }
        let (bytes, overflow) = (Int64(factor == nil ? text : text.dropLast()) ?? 0)
            .multipliedReportingOverflow(by: factor ?? 1 << 20)
        return overflow || bytes <= 0 ? nil : bytes
    }

    static func firecracker(_ arguments: [String]) -> WorkloadFacts? {
        guard let place = arguments.firstIndex(of: "--id"), arguments.indices.contains(place + 1),
            let id = PlainText.clean(arguments[place + 1])
        else { return nil }
        return WorkloadFacts(kind: .virtualMachine, engine: "firecracker", id: id, name: id)
    }
}
