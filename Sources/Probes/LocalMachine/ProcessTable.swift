/// The processes the kernel shows us: a name, a command line and the control group each belongs to.
struct ProcessTable {
    struct Entry {
        var pid: Int
        var name: String
        var cgroup: ControlGroup
    }

    /// Processes looked at; a machine with more is read in part and says so.
    static let limit = 20_000
    private static let descriptorLimit = 200_000

    private(set) var entries: [Int: Entry] = [:]
    private(set) var isTruncated = false
    let files: MachineFiles
    let deadline: Deadline

    init(files: MachineFiles, deadline: Deadline) {
        self.files = files
        self.deadline = deadline
        let pids = (files.names("/proc", limit: Self.limit + 1000) ?? []).compactMap { Int($0) }.sorted()
        for (count, pid) in pids.enumerated() {
            guard count < Self.limit, !deadline.hasPassed else {
                isTruncated = true
                return
            }
            guard let name = files.value("/proc/\(pid)/comm") else { continue }
            let groups = files.text("/proc/\(pid)/cgroup", limit: 16 * 1024) ?? ""
            entries[pid] = Entry(pid: pid, name: name, cgroup: ControlGroup(procFile: groups))
        }
    }

    /// The arguments of a process, at most 16 KiB of them.
    func arguments(_ pid: Int) -> [String] {
        let bytes = files.bytes("/proc/\(pid)/cmdline", limit: 16 * 1024) ?? []
        return bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Which process holds each of the sockets. Where several share one, the oldest counts: it opened the socket and
    /// handed it to its children. `hidden` counts processes of other users, whose descriptors we may not see.
    func owners(of inodes: Set<UInt64>) -> (owners: [UInt64: Entry], hidden: Int) {
        var owners: [UInt64: Entry] = [:]
        var hidden = 0
        var descriptors = 0
        for pid in entries.keys.sorted() {
            guard owners.count < inodes.count, descriptors < Self.descriptorLimit, !deadline.hasPassed else { break }
            guard let names = files.names("/proc/\(pid)/fd", limit: 20_000) else {
                hidden += 1
                continue
            }
            descriptors += names.count
            for name in names {
                guard let target = files.linkTarget("/proc/\(pid)/fd/\(name)"), target.hasPrefix("socket:["),
                    let inode = UInt64(target.dropFirst(8).dropLast()), inodes.contains(inode), owners[inode] == nil
                else { continue }
                owners[inode] = entries[pid]
            }
        }
        return (owners, hidden)
    }
}

/// The moment after which a reader stops and gives what it has.
struct Deadline {
    private let end: ContinuousClock.Instant

    init(after length: Duration) {
        end = .now + length
    }

    var hasPassed: Bool { .now >= end }
}
