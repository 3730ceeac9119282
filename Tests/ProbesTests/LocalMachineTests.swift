import Foundation
import Kernel
import Logging
import NIOPosix
import NetAddress
import ServiceLifecycle
import Testing

@testable import Probes

@Suite("LocalMachine")
struct LocalMachineTests {
    @Test("the machine of the test is read within its bounds, and the report survives JSON")
    func realMachine() async throws {
        let report = try await LocalMachine().read()

        let system = try #require(report.system.value)
        let loopback = try #require(report.interfaces.items.first { $0.kind == .loopback })
        #expect((system.processor?.threads ?? 0) > 0)
        #expect((system.memoryBytes ?? 0) > 1 << 20)
        #expect(system.kernel != nil)
        #expect(loopback.addresses.contains { $0.address.isLoopback })
        #expect(try JSONDecoder().decode(MachineReport.self, from: JSONEncoder().encode(report)) == report)
    }

    @Test("an empty tree gives reasons or nothing, and no made-up values")
    func emptyTree() throws {
        var source = try RecordedNetlink()
        source.tables = [:]
        let tree = try MachineTree()

        let report = LocalMachine(files: tree.files, netlink: source, clock: FixedClock()).readNow()

        #expect(report.disks.reason != nil && report.listeners.reason != nil && report.services.reason != nil)
        #expect(report.interfaces.reason == "The kernel did not answer in time.")
        #expect(report.system.value?.vendor == nil && report.system.value?.machineKey == nil)
        #expect(report.workloads.items.isEmpty)
    }

    @Test("our own listening socket is found with our process")
    func ownSocket() async throws {
        let socket = try LoopbackListener()

        let listeners = try await LocalMachine().read().listeners.items

        let found = try #require(listeners.first { $0.port.rawValue == socket.port && $0.proto == .tcp })
        #expect(found.address.isLoopback)
        #expect(found.processID == Int(getpid()))
    }

    @Test("a real network namespace is read: its bridge, cables, addresses, route and neighbour")
    func realNamespace() throws {
        let answer = try Namespace.run {
            try Namespace.ip(
                "link set lo up", "link add eth0 type bridge", "link add cable type veth peer name plug",
                "link set cable master eth0", "link set eth0 up", "link set cable up", "link set plug up",
                "addr add 10.77.0.1/24 dev eth0", "route add default via 10.77.0.254",
                "neigh add 10.77.0.254 lladdr 00:1b:21:00:00:fe dev eth0 nud permanent")
            return LocalMachine().readNow()
        }
        guard let report = answer else {
            print("SKIPPED: making a network namespace needs root and iproute2.")
            return
        }

        let bridge = try #require(report.interfaces.items.first { $0.name == "eth0" })
        let port = try #require(report.interfaces.items.first { $0.name == "cable" })
        #expect(bridge.kind == .bridge && port.kind == .veth && port.master == "eth0")
        #expect(bridge.addresses.contains { $0.address.description == "10.77.0.1" && $0.prefix == 24 })
        #expect(report.routes.items.contains { $0.isDefault && $0.gateway?.description == "10.77.0.254" })
        #expect(report.neighbours.items.map(\.mac.description) == ["00:1b:21:00:00:fe"])
    }
}

@Suite("Changes of the machine")
struct ChangeTests {
    @Test("a burst leads to one reading soon after its first change, and not again at once")
    func burst() {
        let start = ContinuousClock.now
        var coalescer = ChangeCoalescer(pace: .init(), at: start)

        for step in 0..<50 { coalescer.heard(.topology, at: start + .milliseconds(step * 10)) }
        let early = coalescer.takeDue(at: start + .milliseconds(900))
        let due = coalescer.takeDue(at: start + .milliseconds(1001))
        coalescer.heard(.topology, at: start + .milliseconds(1100))

        #expect(!early && due)
        #expect(coalescer.due == start + .milliseconds(6001))
    }

    @Test("a new neighbour waits longer, and silence ends in a slow reading")
    func pace() {
        let start = ContinuousClock.now
        var coalescer = ChangeCoalescer(pace: .init(), at: start)
        #expect(coalescer.due == start + .seconds(300))

        coalescer.heard(.neighbour, at: start)
        #expect(coalescer.due == start + .seconds(15))
        coalescer.heard(.topology, at: start)
        #expect(coalescer.due == start + .seconds(1))
    }

    @Test("a neighbour is news once, its later states are not")
    func neighbourNews() throws {
        let datagram = try RecordedNetlink.bytes(.neighbours)
        var filter = ChangeFilter()

        #expect(filter.change(in: datagram) == .neighbour)
        #expect(filter.change(in: datagram) == nil)
        #expect(filter.change(in: try RecordedNetlink.bytes(.links)) == .topology)
        #expect(filter.change(in: []) == .topology)
    }

    @Test("the kernel announces a new interface and its address, and an idle namespace announces nothing")
    func announcement() throws {
        let answer = try Namespace.run { () -> [ChangeCoalescer.Change?] in
            let socket = try NetlinkSocket(groups: ChangeFilter.groups)
            var filter = ChangeFilter()
            let silence = try socket.receive(timeoutMilliseconds: 0).map { filter.change(in: $0) } ?? nil
            try Namespace.ip("link add cable type veth peer name plug")
            let news = try socket.receive(timeoutMilliseconds: 2000).map { filter.change(in: $0) } ?? nil
            return [silence, news]
        }
        guard let answer else {
            print("SKIPPED: making a network namespace needs root and iproute2.")
            return
        }
        #expect(answer == [nil, .topology])
    }

    @Test("the watcher reads at start and again later, and stops when told")
    func watcher() async throws {
        let (reports, continuation) = AsyncStream.makeStream(of: MachineReport.self)
        var pace = ChangeCoalescer.Pace()
        pace.idle = .milliseconds(20)
        pace.rest = .zero
        let tree = try MachineTree()
        let machine = LocalMachine(files: tree.files, netlink: try RecordedNetlink(), clock: FixedClock())
        let watcher = LocalMachineWatcher(machine: machine, pace: pace, logger: Logger(label: "test")) {
            continuation.yield($0)
        }

        await withThrowingTaskGroup { group in
            group.addTask { try await watcher.run() }
            var iterator = reports.makeAsyncIterator()
            _ = await iterator.next()
            let second = await iterator.next()
            group.cancelAll()
            #expect(second?.interfaces.items.isEmpty == false)
        }
    }
}
