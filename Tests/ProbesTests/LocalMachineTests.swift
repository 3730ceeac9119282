import Foundation
import Kernel
import Testing

@testable import Probes

@Suite("LocalMachine")
struct LocalMachineTests {
    @Test("the machine of the test is read")
    func realMachine() async throws {
        let clock = ContinuousClock()
        var report: MachineReport?
        let duration = try await clock.measure { report = try await LocalMachine().read() }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(report), as: UTF8.self), duration)
    }
}
