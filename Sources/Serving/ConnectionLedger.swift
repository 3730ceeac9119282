import NIOConcurrencyHelpers
import NIOCore

/// Counts open connections, in total and per address, and can close those that are left at the end of a stop.
final class ConnectionLedger: Sendable {
    private struct Book {
        var open: [ObjectIdentifier: any Channel] = [:]
        var perAddress: [String: Int] = [:]
    }

    private let book = NIOLockedValueBox(Book())
    private let limits: Limits
    private let isExempt: @Sendable (String) -> Bool

    /// `isExempt` names addresses that stand for many clients, such as a trusted proxy.
    init(limits: Limits, isExempt: @escaping @Sendable (String) -> Bool) {
        self.limits = limits
        self.isExempt = isExempt
    }

    /// False when the connection is one too many; the caller closes it then.
    func admit(_ channel: any Channel) -> Bool {
        let address = ConnectionInfo.plain(channel.remoteAddress?.ipAddress ?? "")
        let isCounted = !address.isEmpty && !isExempt(address)
        let isAdmitted = book.withLockedValue { book in
            guard book.open.count < limits.connections else { return false }
            if isCounted {
                guard book.perAddress[address, default: 0] < limits.connectionsPerAddress else { return false }
                book.perAddress[address, default: 0] += 1
            }
            book.open[ObjectIdentifier(channel)] = channel
            return true
        }
        guard isAdmitted else { return false }
        channel.closeFuture.whenComplete { _ in self.remove(channel, isCounted ? address : nil) }
        return true
    }

    var count: Int { book.withLockedValue { $0.open.count } }

    func closeAll() {
        for channel in book.withLockedValue({ Array($0.open.values) }) {
            channel.close(promise: nil)
        }
    }

    private func remove(_ channel: any Channel, _ address: String?) {
        book.withLockedValue { book in
            book.open[ObjectIdentifier(channel)] = nil
            guard let address, let count = book.perAddress[address] else { return }
            book.perAddress[address] = count > 1 ? count - 1 : nil
        }
    }
}
