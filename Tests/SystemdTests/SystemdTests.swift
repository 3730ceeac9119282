import Glibc
import Logging
import ServiceLifecycle
import Synchronization
import Testing

@testable import Systemd

/// A datagram socket in the abstract namespace, as systemd's notify socket is one.
final class NotifySocket: Sendable {
    let name: String
    private let descriptor: Int32

    init(path: String? = nil) {
        name = path ?? "@cb-test-\(getpid())-\(UInt64.random(in: 0 ... .max))"
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(name.utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            buffer.copyBytes(from: bytes)
            if bytes.first == UInt8(ascii: "@") { buffer[0] = 0 }
        }
        let length = socklen_t(2 + bytes.count)
        let result = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        #expect(result == 0)
    }

    deinit {
        close(descriptor)
        if name.hasPrefix("/") { unlink(name) }
    }

    /// Blocks for the next message.
    func next() -> [String] {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, 0)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    func environment(_ more: [String: String] = [:]) -> SystemdEnvironment {
        SystemdEnvironment(more.merging(["NOTIFY_SOCKET": name]) { $1 })
    }
}

@Suite("ReadinessNotifier")
struct ReadinessNotifierTests {
    @Test("each state is one message in systemd's words")
    func words() throws {
        let socket = NotifySocket()
        let notifier = ReadinessNotifier(socket.environment())

        notifier.ready("serving on 8443\nand more")
        #expect(socket.next() == ["READY=1", "STATUS=serving on 8443 and more"])
        notifier.reloading()
        let reloading = socket.next()
        #expect(reloading.first == "RELOADING=1")
        let stamp = try #require(reloading.last?.split(separator: "=").last.flatMap { Int64($0) })
        #expect(stamp > 0)
        notifier.status("migrating")
        #expect(socket.next() == ["STATUS=migrating"])
        notifier.extendTimeout(.seconds(5))
        #expect(socket.next() == ["EXTEND_TIMEOUT_USEC=5000000"])
        notifier.stopping()
        #expect(socket.next() == ["STOPPING=1"])
    }

    @Test("a socket in the file system is reached as well")
    func path() {
        let socket = NotifySocket(path: "/tmp/cb-notify-\(getpid())-\(UInt32.random(in: 0 ... .max))")
        ReadinessNotifier(socket.environment()).watchdog()

        #expect(socket.next() == ["WATCHDOG=1"])
    }

    @Test("without systemd, or when nobody listens, nothing happens")
    func alone() {
        #expect(!ReadinessNotifier(SystemdEnvironment([:])).isHeard)
        ReadinessNotifier(SystemdEnvironment([:])).ready("x")
        ReadinessNotifier(SystemdEnvironment(["NOTIFY_SOCKET": "/nowhere/notify"])).ready("x")
        ReadinessNotifier(SystemdEnvironment(["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)])).ready("x")
    }
}

@Suite("Watchdog")
struct WatchdogTests {
    @Test("it is fed while the daemon serves, and not when it does not")
    func feeds() async throws {
        let socket = NotifySocket()
        let answers = Mutex([true, false, true])
        let (asked, announce) = AsyncStream<Void>.makeStream()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let watchdog = Watchdog(socket.environment(["WATCHDOG_USEC": "2000"]), logger: logger) {
            announce.yield()
            return answers.withLock { $0.isEmpty ? false : $0.removeFirst() }
        }
        let group = ServiceGroup(
            configuration: .init(
                services: [
                    .init(service: watchdog), .init(service: StopNotice(ReadinessNotifier(socket.environment()))),
                ],
                logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            tasks.addTask {
                var count = 0
                for await _ in asked {
                    count += 1
                    if count == 5 { break }
                }
                await group.triggerGracefulShutdown()
            }
            try await tasks.waitForAll()
        }
        #expect([socket.next(), socket.next(), socket.next()] == [["WATCHDOG=1"], ["WATCHDOG=1"], ["STOPPING=1"]])
    }
}

@Suite("SystemdEnvironment")
struct SystemdEnvironmentTests {
    @Test("inherited sockets keep their names, for the process they are meant for")
    func sockets() {
        let variables = ["LISTEN_PID": "42", "LISTEN_FDS": "3", "LISTEN_FDNAMES": "https:redirect"]

        #expect(
            SystemdEnvironment(variables, processID: 42).inheritedSockets == [
                InheritedSocket(name: "https", descriptor: 3), InheritedSocket(name: "redirect", descriptor: 4),
                InheritedSocket(name: "", descriptor: 5),
            ])
        #expect(SystemdEnvironment(variables, processID: 43).inheritedSockets.isEmpty)
        #expect(SystemdEnvironment(["LISTEN_PID": "42", "LISTEN_FDS": "-1"], processID: 42).inheritedSockets.isEmpty)
    }

    @Test("only a listening stream socket can be claimed")
    func claims() {
        let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(stream) }
        let inherited = InheritedSocket(name: "https", descriptor: stream)

        #expect(!inherited.claim())
        #expect(listen(stream, 1) == 0)
        #expect(inherited.claim())
        #expect(fcntl(stream, F_GETFD) & FD_CLOEXEC != 0)
        #expect(!InheritedSocket(name: "x", descriptor: 9_999).claim())
    }

    @Test("the watchdog is for the process it names")
    func watchdog() {
        let variables = ["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "42"]

        #expect(SystemdEnvironment(variables, processID: 42).watchdogInterval == .seconds(30))
        #expect(SystemdEnvironment(variables, processID: 43).watchdogInterval == nil)
        #expect(SystemdEnvironment(["WATCHDOG_USEC": "0"]).watchdogInterval == nil)
    }

    @Test("the journal is recognised by the very stream")
    func journal() throws {
        var status = stat()
        let file = open("/dev/null", O_WRONLY)
        defer { close(file) }
        #expect(fstat(file, &status) == 0)
        let stream = "\(status.st_dev):\(status.st_ino)"

        #expect(SystemdEnvironment(["JOURNAL_STREAM": stream], stderr: file).isStderrJournal)
        #expect(!SystemdEnvironment(["JOURNAL_STREAM": "1:2"], stderr: file).isStderrJournal)
        #expect(!SystemdEnvironment([:], stderr: file).isStderrJournal)
    }
}

@Suite("Log handlers")
struct LogHandlerTests {
    @Test("the journal gets the text for people, the constant text, and a field per value")
    func journal() {
        let sent = Mutex<[JournalLogHandler.Field]>([])
        var logger = Logger(label: "serving") { label in
            JournalLogHandler(label: label) { fields in sent.withLock { $0 = fields } }
        }
        logger[metadataKey: "request_id"] = "r-1"
        logger.warning("port refused", metadata: ["remote.address": "10.0.0.7", "note": "two words"])
        let fields = Dictionary(sent.withLock { $0 }.map { ($0.name, $0.value) }) { $1 }

        #expect(fields["MESSAGE"] == "port refused note=\"two words\" remote.address=10.0.0.7 request_id=r-1")
        #expect(fields["CB_EVENT"] == "port refused")
        #expect(fields["PRIORITY"] == "4")
        #expect(fields["REQUEST_ID"] == "r-1")
        #expect(fields["CB_REMOTE_ADDRESS"] == "10.0.0.7")
        #expect(fields["SYSLOG_IDENTIFIER"] == "circuit-breaker")
        #expect(fields["CB_LOGGER"] == "serving")
    }

    @Test("a plain line has time, level, text and values, and cannot be broken from outside")
    func plain() throws {
        let written = Mutex("")
        let logger = Logger(label: "x") { _ in PlainLogHandler { line in written.withLock { $0 += line } } }
        logger.error("refused", metadata: ["name": "evil\n2026 fake line \u{1b}[2J"])
        let line = written.withLock { $0 }

        #expect(line.hasSuffix("Z error refused name=\"evil\\u{a}2026 fake line \\u{1b}[2J\"\n"))
        #expect(line.split(separator: "\n").count == 1)
        #expect(line.prefix(10).split(separator: "-").count == 3)
    }

    @Test("a JSON line is one object, whatever the values hold")
    func jsonLine() {
        let written = Mutex("")
        let logger = Logger(label: "x") { label in
            JSONLogHandler(label: label) { line in written.withLock { $0 += line } }
        }
        logger.error("refused", metadata: ["name": "a\n\"b\""])
        let line = written.withLock { $0 }

        #expect(line.hasPrefix(#"{"time":"20"#))
        #expect(
            line.hasSuffix(
                #"Z","level":"error","message":"refused","logger":"x","fields":{"name":"a\n\"b\""}}"# + "\n"))
        #expect(line.split(separator: "\n").count == 1)
    }

    @Test("levels below the bound are not written")
    func level() {
        let written = Mutex("")
        let logger = Logger(label: "x") { _ in PlainLogHandler { line in written.withLock { $0 += line } } }
        logger.debug("x")

        #expect(written.withLock { $0.isEmpty })
    }

    @Test("field names are the journal's")
    func fieldNames() {
        #expect(JournalLogHandler.fieldName("a-b.c é") == "CB_A_B_C___")
        #expect(JournalLogHandler.fieldName(String(repeating: "x", count: 99)).count == 64)
        #expect(Logger.Level.allCases.map(JournalLogHandler.priority) == [7, 7, 6, 5, 4, 3, 2])
    }

    @Test("sending to a journal that is not there does no harm")
    func noJournal() {
        JournalLogHandler.sendToJournal([("MESSAGE", "a test\nof two lines"), ("PRIORITY", "7")])
    }
}
