import Glibc
import HostSystem

/// Becomes another program: its output, its signals and its exit code are ours from then on.
enum Handover {
    static func run(_ program: String, _ arguments: [String]) throws -> Never {
        var pointers = ([program] + arguments).map { strdup($0) }
        pointers.append(nil)
        execv(program, pointers)
        // Only a failure comes back.
        let reason = String(cString: strerror(errno))
        for pointer in pointers { free(pointer) }
        throw Failure(.failed, "\(program) cannot be started: \(reason).")
    }
}
