import Probes

/// The newest reading of the machine, in memory. However many ask at once, the machine is read once.
package actor NewestReport {
    package struct Reading: Sendable {
        package let report: MachineReport
        package let view: MachineView
    }

    private let read: @Sendable () async throws -> MachineReport
    private let vendors: @Sendable (MachineReport) async -> [String: String]
    private var newest: Reading?
    private var waiting: [CheckedContinuation<Reading, any Error>] = []
    private var isReading = false

    package init(
        read: @escaping @Sendable () async throws -> MachineReport,
        vendors: @escaping @Sendable (MachineReport) async -> [String: String] = { _ in [:] }
    ) {
        self.read = read
        self.vendors = vendors
    }

    /// What was read last; reads if nothing was yet.
    package func current() async throws -> Reading {
        if let newest { return newest }
        return try await refresh()
    }

    package func refresh() async throws -> Reading {
        if isReading { return try await withCheckedThrowingContinuation { waiting.append($0) } }
        isReading = true
        let result: Result<Reading, any Error>
        do {
            result = .success(await hold(try await read()))
        } catch {
            result = .failure(error)
        }
        isReading = false
        let all = waiting
        waiting = []
        all.forEach { $0.resume(with: result) }
        return try result.get()
    }

    /// Takes a report that somebody else read.
    @discardableResult
    package func hold(_ report: MachineReport) async -> Reading {
        let reading = Reading(report: report, view: MachineView(report, vendors: await vendors(report)))
        // A slower reading that began earlier does not replace a newer one.
        if let newest, newest.report.readAt > report.readAt { return newest }
        newest = reading
        return reading
    }
}
