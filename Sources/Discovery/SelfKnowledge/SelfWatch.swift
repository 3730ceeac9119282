import Logging
import Probes
import ServiceLifecycle

/// Reads the machine at start and whenever the kernel announces a change, and tells when the difference to what is
/// documented is another one.
struct SelfWatch: Service {
    let knowledge: SelfKnowledge
    let machine: LocalMachine
    let logger: Logger

    func run() async throws {
        try await LocalMachineWatcher(machine: machine, logger: logger) { [knowledge] report in
            try await knowledge.tell(knowledge.newest.hold(report))
        }.run()
    }
}
