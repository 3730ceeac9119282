import HostSystem
import Kernel

/// `installer --untrust`: takes the local CA out of every store it was put into, and leaves the service alone.
package struct Untrust: Sendable {
    private let machine: any Machine

    package init(machine: any Machine) {
        self.machine = machine
    }

    /// The stores it was taken out of; empty when it was in none.
    package func run() async throws -> [String] { try await TrustStep.removeAll(on: machine) }
}
