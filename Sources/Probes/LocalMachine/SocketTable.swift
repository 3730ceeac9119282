import NetAddress

/// Parses `/proc/net/{tcp,tcp6,udp,udp6}`: one socket a line, numbers in hexadecimal.
enum SocketTable {
    struct Entry: Equatable {
        var proto: TransportProtocol
        var address: IPAddress
        var port: PortNumber
        var userID: Int
        var inode: UInt64
    }

    static let limit = 10_000

    /// The sockets that wait for others: TCP in LISTEN (0A), UDP bound and not connected (07).
    static func listening(_ text: String, proto: TransportProtocol) -> [Entry] {
        let wanted = proto == .tcp ? "0A" : "07"
        var entries: [Entry] = []
        for line in text.split(separator: "\n").dropFirst() {
            let fields = line.split(separator: " ", maxSplits: 10)
            guard fields.count >= 10, fields[3] == wanted, entries.count < limit,
                let local = endpoint(fields[1]), let port = PortNumber(rawValue: local.port),
                let remote = endpoint(fields[2]), remote.port == 0, let userID = Int(fields[7]),
                let inode = UInt64(fields[9])
            else { continue }
            entries.append(Entry(proto: proto, address: local.address, port: port, userID: userID, inode: inode))
        }
        return entries
    }

    /// `0100007F:1F90`: the address as words in the machine's byte order, the port as a number.
    static func endpoint(_ text: Substring) -> (address: IPAddress, port: UInt16)? {
        let parts = text.split(separator: ":")
        guard parts.count == 2, let port = UInt16(parts[1], radix: 16), parts[1].utf8.count == 4 else { return nil }
        let digits = Array(parts[0].utf8)
        guard digits.count == 8 || digits.count == 32 else { return nil }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: digits.count, by: 8) {
            let word = String(decoding: digits[start..<(start + 8)], as: UTF8.self)
            guard let value = UInt32(word, radix: 16) else { return nil }
            bytes += value.nativeBytes
        }
        return IPAddress(bytes: bytes).map { ($0, port) }
    }
}

/// Finds listening sockets and who holds them.
struct ListenerReader {
    let files: MachineFiles
    let processes: ProcessTable

    private static let tables: [(String, TransportProtocol)] = [
        ("tcp", .tcp), ("tcp6", .tcp), ("udp", .udp), ("udp6", .udp),
    ]
    /// About 25,000 lines; a busy server has more connections than we want to read at once.
    private static let tableLimit = 4 * 1024 * 1024

    func read() -> ReportSection<[ListenerFacts]> {
        var entries: [SocketTable.Entry] = []
        var isReadable = false
        var isCut = false
        for (name, proto) in Self.tables {
            guard let text = files.text("/proc/net/\(name)", limit: Self.tableLimit) else { continue }
            isReadable = true
            isCut = isCut || text.utf8.count >= Self.tableLimit
            entries += SocketTable.listening(text, proto: proto)
        }
        guard isReadable else { return ReportSection(reason: "The socket tables of /proc/net cannot be read.") }
        let (owners, hidden) = processes.owners(of: Set(entries.map(\.inode)).subtracting([0]))
        let ephemeral = ephemeralPorts
        let facts = entries.map { entry in
            let owner = owners[entry.inode]
            return ListenerFacts(
                proto: entry.proto, address: entry.address, port: entry.port, userID: entry.userID,
                isEphemeral: entry.proto == .udp && ephemeral.contains(Int(entry.port.rawValue)),
                processID: owner?.pid, process: owner?.name, unit: owner?.cgroup.service,
                containerID: owner?.cgroup.workload?.id)
        }
        return ReportSection(Self.unique(facts), reason: reason(hidden: hidden, facts: facts, isCut: isCut))
    }

    private func reason(hidden: Int, facts: [ListenerFacts], isCut: Bool) -> String? {
        if isCut || processes.isTruncated { return "There is more than was read." }
        let unknown = facts.count { $0.processID == nil }
        guard hidden > 0, unknown > 0 else { return nil }
        return "The programs behind \(unknown) sockets belong to other users and are hidden."
    }

    private var ephemeralPorts: ClosedRange<Int> {
        let numbers = (files.value("/proc/sys/net/ipv4/ip_local_port_range") ?? "").split(separator: " ").compactMap {
            Int($0)
        }
        guard numbers.count == 2, numbers[0] <= numbers[1] else { return 32768...60999 }
        return numbers[0]...numbers[1]
    }

    /// Sorted, and one line for what several sockets of one program share (SO_REUSEPORT).
    private static func unique(_ facts: [ListenerFacts]) -> [ListenerFacts] {
        var seen: Set<String> = []
        return facts.sorted { ($0.proto, $0.port, $0.address) < ($1.proto, $1.port, $1.address) }
            .filter { seen.insert("\($0.proto) \($0.port) \($0.address) \($0.process ?? "")").inserted }
    }
}
