import Kernel
import NIOPosix

/// The machine the daemon runs on.
///
/// Reading needs no privilege, starts no program and sends nothing to the network. It is bounded: at most 20,000
/// processes, 10,000 sockets a table, three seconds for `/proc`; what was left out is said in the section's reason.
package struct LocalMachine: Sendable {
    let files: MachineFiles
    let netlink: any NetlinkSource
    let clock: any WallClock

    package init(
        files: MachineFiles = MachineFiles(), netlink: any NetlinkSource = KernelNetlink(),
        clock: any WallClock = SystemClock()
    ) {
        self.files = files
        self.netlink = netlink
        self.clock = clock
    }

    /// Reads on a thread of its own pool, so that no event loop waits for `/proc`.
    package func read(on pool: NIOThreadPool = .singleton) async throws -> MachineReport {
        try await pool.runIfActive { readNow() }
    }

    /// Blocks for some milliseconds on an ordinary machine, some seconds at worst.
    package func readNow() -> MachineReport {
        let deadline = Deadline(after: .seconds(3))
        var report = MachineReport(readAt: clock.now)
        report.system = SystemReader(files: files).read()
        report.disks = DiskReader(files: files).read()
        report.fileSystems = FileSystemReader(files: files).read()
        NetworkReader(files: files, netlink: netlink).read(into: &report)
        let processes = ProcessTable(files: files, deadline: deadline)
        report.listeners = ListenerReader(files: files, processes: processes).read()
        report.services = ServiceReader(files: files, processes: processes).read()
        report.workloads = WorkloadReader(files: files, processes: processes, deadline: deadline).read()
        return report
    }
}
