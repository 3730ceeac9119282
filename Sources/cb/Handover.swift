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

    /// The program of one of these names beside this one, which is of the same version, or else the first on the PATH.
    static func find(_ names: [String], on machine: LiveMachine) -> String? {
        var buffer = [CChar](repeating: 0, count: 4096)
        if readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 {
            let own = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            let beside: [String] = names.map { "\(folder)/\($0)" }
            if let found = beside.first(where: { (path: String) in access(path, X_OK) == 0 }) { return found }
        }
        return names.first.flatMap { machine.find($0) }
    }
}
