import Dispatch
import Glibc
import Kernel
import Synchronization

/// One run of a program in a process group of its own, with a clean environment. At the time limit the whole group is
/// killed; of its output the first megabyte is kept and the rest read and dropped, so that it never blocks.
struct ProgramRun: Sendable {
    let path: String
    let words: [String]
    let command: MachineCommand

    private static let mostOutput = 1 << 20
    /// Between making a pipe and marking its ends as private another start would hand them on.
    private static let turn = Mutex(())
    private static let environment = [
        "PATH=\(LiveMachine.searchPath.joined(separator: ":"))", "LC_ALL=C.UTF-8", "HOME=/root",
        "DEBIAN_FRONTEND=noninteractive",
    ]

    /// The work blocks, so it has a thread that is not one of Swift's few.
    func result() async throws -> CommandResult {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue(label: "program").async {
                continuation.resume(with: Result { try run() })
            }
        }
    }

    private func run() throws -> CommandResult {
        // A program that closes its input early must not end this one; EPIPE says it as well.
        var broken = sigset_t()
        sigemptyset(&broken)
        sigaddset(&broken, SIGPIPE)
        var before = sigset_t()
        pthread_sigmask(SIG_BLOCK, &broken, &before)
        defer {
            var now = timespec()
            sigtimedwait(&broken, nil, &now)
            pthread_sigmask(SIG_SETMASK, &before, nil)
        }
        var (pipes, process) = try Self.turn.withLock { _ in
            let pipes = try (0..<3).map { _ in try Pipe() }
            return (pipes, try start(pipes))
        }
        defer { for index in pipes.indices { pipes[index].close() } }
        pipes[0].closeReader()
        pipes[1].closeWriter()
        pipes[2].closeWriter()
        let deadline = ContinuousClock.now + command.timeLimit
        let (output, complaint, isInTime) = talk(&pipes, until: deadline)
        if !isInTime { kill(-process, SIGKILL) }
        let status = wait(for: process, until: isInTime ? deadline : nil)
        guard isInTime, let status else {
            throw AppError(
                .unavailable,
                "\(command.program) did not end within \(command.timeLimit.components.seconds) seconds and was stopped."
            )
        }
        return CommandResult(status: status, output: output, complaint: complaint)
    }

    private func start(_ pipes: [Pipe]) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_adddup2(&actions, pipes[0].reader, 0)
        posix_spawn_file_actions_adddup2(&actions, pipes[1].writer, 1)
        posix_spawn_file_actions_adddup2(&actions, pipes[2].writer, 2)
        var none = sigset_t()
        sigemptyset(&none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        var arguments = words.map { strdup($0) } + [nil]
        var variables = Self.environment.map { strdup($0) } + [nil]
        defer { for word in arguments + variables { free(word) } }
        var process: pid_t = 0
        let code = posix_spawn(&process, path, &actions, &attributes, &arguments, &variables)
        guard code == 0 else { throw OpenFile.failure("start", command.program, code: code) }
        return process
    }

    /// Feeds the input and gathers the output until both ends are closed. A grandchild that keeps them open (a daemon
    /// that was started) counts as not ended.
    private func talk(_ pipes: inout [Pipe], until deadline: ContinuousClock.Instant) -> ([UInt8], [UInt8], Bool) {
        var input = command.input[...]
        var gathered: [[UInt8]] = [[], []]
        if input.isEmpty { pipes[0].closeWriter() }
        while pipes[0].writer >= 0 || pipes[1].reader >= 0 || pipes[2].reader >= 0 {
            let rest = deadline - ContinuousClock.now
            guard rest > .zero else { return (gathered[0], gathered[1], false) }
            var waits = [
                pollfd(fd: pipes[0].writer, events: Int16(POLLOUT), revents: 0),
                pollfd(fd: pipes[1].reader, events: Int16(POLLIN), revents: 0),
                pollfd(fd: pipes[2].reader, events: Int16(POLLIN), revents: 0),
            ]
            let milliseconds = min(rest / .milliseconds(1), 60_000).rounded(.up)
            guard poll(&waits, 3, Int32(milliseconds)) > 0 else { continue }
            if waits[0].revents != 0 {
                let count = input.withUnsafeBytes { write(pipes[0].writer, $0.baseAddress, min($0.count, 4096)) }
                if count > 0 { input = input.dropFirst(count) }
                // A program that does not want its input closes it; what is left is not needed.
                if input.isEmpty || (count < 0 && errno != EINTR && errno != EAGAIN) { pipes[0].closeWriter() }
            }
            for index in 1...2 where waits[index].revents != 0 {
                if !receive(pipes[index].reader, into: &gathered[index - 1]) { pipes[index].closeReader() }
            }
        }
        return (gathered[0], gathered[1], true)
    }

    /// False at the end of the stream.
    private func receive(_ descriptor: Int32, into bytes: inout [UInt8]) -> Bool {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        let count = read(descriptor, &buffer, buffer.count)
        if count < 0 { return errno == EINTR || errno == EAGAIN }
        bytes += buffer.prefix(min(count, Self.mostOutput - bytes.count))
        return count > 0
    }

    /// Nil when it did not end in time; it is killed then. Without a deadline it waits for what is already dying.
    private func wait(for process: pid_t, until deadline: ContinuousClock.Instant?) -> Int32? {
        var state: Int32 = 0
        var isLate = false
        while true {
            let found = waitpid(process, &state, deadline == nil || isLate ? 0 : WNOHANG)
            if found == process { break }
            if found < 0, errno != EINTR { return nil }
            guard let deadline, !isLate else { continue }
            if ContinuousClock.now >= deadline {
                kill(-process, SIGKILL)
                isLate = true
            } else {
                usleep(2000)
            }
        }
        if isLate { return nil }
        let signal = state & 0x7f
        return signal == 0 ? (state >> 8) & 0xff : 128 + signal
    }
}

/// Both ends of a pipe; an end that was closed is -1.
private struct Pipe {
    private(set) var reader: Int32 = -1
    private(set) var writer: Int32 = -1

    init() throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw OpenFile.failure("make", "a pipe") }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reader, writer) = (ends[0], ends[1])
    }

    mutating func closeReader() {
        if reader >= 0 { Glibc.close(reader) }
        reader = -1
    }

    mutating func closeWriter() {
        if writer >= 0 { Glibc.close(writer) }
        writer = -1
    }

    mutating func close() {
        closeReader()
        closeWriter()
    }
}
