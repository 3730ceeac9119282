import ArgumentParser
import Glibc
import HostSystem

struct UninstallCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall", abstract: "Take the installation away again; data and configuration stay.",
        discussion: "This is `circuit-breaker-installer --uninstall`, which prints its plan and asks first.")

    @Flag(help: "Take data, configuration and certificates away as well. Nothing brings them back.")
    var purge = false

    @Flag(help: "Do not ask.")
    var yes = false

    @Flag(help: "Only print the plan.")
    var dryRun = false

    @OptionGroup var output: OutputOptions

    func run() throws {
        let machine = LiveMachine()
        if try machine.status(of: "/var/lib/dpkg/info/circuit-breaker.list") != nil {
            throw Failure(
                .refused, "Circuit Breaker was installed as a Debian package, and apt takes it away.",
                hints: ["apt-get \(purge ? "purge" : "remove") circuit-breaker"])
        }
        guard let installer = Self.installer(machine) else {
            throw Failure(.failed, "The installer is not found, neither beside cb nor on the PATH.")
        }
        var arguments = ["--uninstall"]
        if purge { arguments.append("--purge") }
        if yes { arguments.append("--yes") }
        if dryRun { arguments.append("--dry-run") }
        if output.json { arguments.append("--json") }
        try Handover.run(installer, arguments)
    }

    /// The one beside this program is of the same version.
    private static func installer(_ machine: LiveMachine) -> String? {
        let names = ["circuit-breaker-installer", "installer"]
        var buffer = [CChar](repeating: 0, count: 4096)
        if readlink("/proc/self/exe", &buffer, buffer.count - 1) > 0 {
            let own = String(decoding: buffer.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
            let folder = own.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            let beside: [String] = names.map { "\(folder)/\($0)" }
            if let found = beside.first(where: { (path: String) in access(path, X_OK) == 0 }) { return found }
        }
        return machine.find("circuit-breaker-installer")
    }
}
