import Foundation
import NetAddress
import Testing

@testable import Probes

@Suite("Sockets, services and workloads")
struct ProcessReaderTests {
    private static let containerID = String(repeating: "ab12", count: 16)

    private func tables(_ tree: MachineTree) -> ProcessTable {
        ProcessTable(files: tree.files, deadline: Deadline(after: .seconds(10)))
    }

    @Test("listeners carry their process, unit or container, and connections are none")
    func listeners() throws {
        let tree = try MachineTree([
            "/proc/net/tcp": """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 00000000:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 111 1 0 100 0 0 10 0
               1: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 222 1 0 100 0 0 10 0
               2: 0514000A:0016 0914000A:C001 01 00000000:00000000 00:00000000 00000000     0        0 333 1 0 100 0 0 10 0
               3: broken
               4: ZZ00007F:1F90 00000000:0000 0A 0:0 0:0 0 999 0 222 1 0
            """,
            "/proc/net/udp6": """
              sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
             10: 000000000000000000000000E9140000:14E9 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000   104        0 444 2 0 0
             11: 00000000000000000000000000000000:9C40 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000   104        0 0 2 0 0
            """,
        ])
        try tree.process(700, "sshd", cgroup: "/system.slice/ssh.service", inodes: [111, 333])
        try tree.process(701, "sshd-child", cgroup: "/system.slice/ssh.service", inodes: [111])
        try tree.process(800, "nginx", cgroup: "/system.slice/docker-\(Self.containerID).scope", inodes: [222])

        let listeners = ListenerReader(files: tree.files, processes: tables(tree)).read().items

        #expect(listeners.map { "\($0.proto)/\($0.port)" } == ["tcp/22", "tcp/8080", "udp/5353", "udp/40000"])
        #expect(listeners[0].process == "sshd" && listeners[0].unit == "ssh.service" && listeners[0].processID == 700)
        #expect(listeners[1].containerID == Self.containerID && listeners[1].address.description == "127.0.0.1")
        #expect(listeners[3].isEphemeral && !listeners[2].isEphemeral && listeners[3].process == nil)
    }

    @Test("altered lines of a socket table never crash the parser")
    func socketFuzz() {
        let line = "  0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000   999        0 222 1 0"
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = Array(("head\n" + line).utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            let entries = SocketTable.listening(String(decoding: bytes, as: UTF8.self), proto: .tcp)
            #expect(entries.count <= 2)
        }
    }

    @Test(
        "a control group says who a process belongs to",
        arguments: [
            ("/system.slice/ssh.service", "ssh.service", nil, nil),
            ("/system.slice/system-getty.slice/getty@tty1.service", "getty@tty1.service", nil, nil),
            ("/system.slice/foo\\x2dbar.service/inner", "foo-bar.service", nil, nil),
            ("/user.slice/user-1000.slice/user@1000.service", nil, nil, nil),
            ("/user.slice/user-1000.slice/user@1000.service/app.slice/sync.service", "sync.service", nil, nil),
            ("/docker/\(containerID)", nil, "docker", containerID),
            ("/machine.slice/libpod-\(containerID).scope/container", nil, "podman", containerID),
            ("/lxc.payload.web/system.slice/cron.service", nil, "lxc", "web"),
            ("/lxc/101/ns/init.scope", nil, "lxc", "101"),
            ("/machine.slice/machine-qemu\\x2d3\\x2dweb\\x2d1.scope", nil, "qemu", "web-1"),
            ("/qemu.slice/100.scope", nil, "qemu", "100"),
            ("/machine.slice/systemd-nspawn@build.service/payload", nil, "nspawn", "build"),
            ("/kubepods.slice/kubepods-pod1.slice/cri-containerd-\(containerID).scope", nil, "containerd", containerID),
            ("/system.slice/docker-short.scope", nil, nil, nil), ("/", nil, nil, nil), ("", nil, nil, nil),
        ] as [(String, String?, String?, String?)])
    func controlGroups(path: String, service: String?, engine: String?, id: String?) {
        let group = ControlGroup(path: path)

        #expect(group.service == service)
        #expect(group.workload?.engine == engine)
        #expect(group.workload?.id == id)
    }

    @Test("a hybrid hierarchy is read from systemd's own line")
    func hybrid() {
        let text = "12:pids:/system.slice/cron.service\n1:name=systemd:/system.slice/cron.service\n0::/\nbroken\n"

        #expect(ControlGroup(procFile: text).service == "cron.service")
    }

    @Test("running services have the description of their unit file")
    func services() throws {
        let tree = try MachineTree([
            "/lib/systemd/system/ssh.service":
                "[Unit]\nDescription=OpenBSD Secure Shell\n[Service]\nExecStart=-/usr/sbin/sshd -D\n",
            "/etc/systemd/system/ssh.service": "[Unit]\nDescription=Our shell\n",
            "/usr/lib/systemd/system/vpn@.service": "[Unit]\nDescription=VPN to %I\nExecStart=/usr/sbin/vpn %i\n",
        ])
        try tree.folder("/run/systemd/system")
        try tree.process(1, "systemd", cgroup: "/init.scope")
        try tree.process(20, "sshd", cgroup: "/system.slice/ssh.service")
        try tree.process(21, "sshd", cgroup: "/system.slice/ssh.service")
        try tree.process(30, "vpn", cgroup: "/system.slice/system-vpn.slice/vpn@office.service")
        try tree.process(40, "sync", cgroup: "/user.slice/user-1.slice/user@1.service/sync.service")

        let services = ServiceReader(files: tree.files, processes: tables(tree)).read().items

        #expect(services.map(\.unit) == ["ssh.service", "vpn@office.service"])
        #expect(services[0].summary == "Our shell" && services[0].processCount == 2)
        #expect(services[1].summary == "VPN to office" && services[1].program == "/usr/sbin/vpn")
    }

    @Test("guests are found by their hypervisor's command line")
    func guests() throws {
        let libvirt = try #require(
            GuestReader.qemu([
                "/usr/bin/qemu-system-x86_64", "-name", "guest=web,debug-threads=on", "-m", "size=4194304k", "-smp",
                "4,sockets=4",
                "-uuid", "5C0E1B9E-0000-4000-8000-000000000001",
            ]))
        let proxmox = try #require(
            GuestReader.qemu(["kvm", "-id", "100", "-name", "db,debug-threads=on", "-m", "2048"]))

        #expect(libvirt.name == "web" && libvirt.cpus == 4 && libvirt.memoryBytes == 4 << 30)
        #expect(libvirt.id == "5c0e1b9e-0000-4000-8000-000000000001")
        #expect(proxmox.name == "db" && proxmox.memoryBytes == 2 << 30)
        #expect(GuestReader.qemu(["qemu-img", "-name"]) == nil)
        #expect(GuestReader.qemu(["q", "-name", "x", "-m", "99999999999999999999G"])?.memoryBytes == nil)
    }

    @Test("a container engine's answer is read, chunked or not, and hostile answers are refused")
    func engineAnswer() throws {
        let json = """
            [{"Id":"abc","Names":["/web"],"Image":"nginx:1","State":"running","Labels":{"com.docker.compose.project":"site"},
              "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":99999}],
              "NetworkSettings":{"Networks":{"bridge":{"IPAddress":"172.17.0.2","GlobalIPv6Address":""}}}},
             {"Id":"def","State":"exited"}]
            """
        let chunk = String(json.utf8.count, radix: 16)
        let plain = try PlainHTTPAnswer(Array("HTTP/1.0 200 OK\r\nA: b\r\n\r\n\(json)".utf8))
        let chunked = try PlainHTTPAnswer(
            Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\(chunk)\r\n\(json)\r\n0\r\n\r\n".utf8))

        let facts = try ContainerSocket.decode(plain, engine: "docker")

        #expect(chunked.body == plain.body)
        #expect(facts.map(\.isRunning) == [true, false])
        #expect(facts[0].name == "web" && facts[0].project == "site" && facts[0].addresses.count == 1)
        #expect(facts[0].ports.map { $0.published?.rawValue } == [8080])
        for hostile in ["", "HTTP/1.1", "SSH-2.0-x\r\n\r\n", "HTTP/1.0 abc\r\n\r\n", "\r\n\r\n"] {
            #expect(throws: ContainerSocket.Failure.self) { try PlainHTTPAnswer(Array(hostile.utf8)) }
        }
        let endless = Array("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFF\r\nx".utf8)
        #expect(throws: ContainerSocket.Failure.notUnderstood) { try PlainHTTPAnswer(endless) }
        let nested = PlainHTTPAnswer.self
        #expect(throws: ContainerSocket.Failure.notUnderstood) {
            try ContainerSocket.decode(nested.init(Array("HTTP/1.0 200 OK\r\n\r\n{}".utf8)), engine: "docker")
        }
    }

    @Test("a thousand processes and twelve thousand sockets are read up to the stated limit")
    func manyProcesses() throws {
        let tree = try MachineTree()
        for pid in 1...1000 {
            try tree.process(pid, "worker", cgroup: "/system.slice/w\(pid).service", inodes: [pid + 10_000])
        }
        var text = "head\n"
        for number in 0..<12_000 {
            let port = String(number % 60_000 + 1, radix: 16)
            let padded = String(repeating: "0", count: 4 - port.count) + port
            text += "  1: 00000000:\(padded) 00000000:0000 0A 0:0 00:0 0     0        0 \(number + 10_000) 1 0\n"
        }
        try tree.write("/proc/net/tcp", text)

        let section = ListenerReader(files: tree.files, processes: tables(tree)).read()

        #expect(section.items.count == SocketTable.limit)
        #expect(section.items.count { $0.unit != nil } == 1000)
    }
}
