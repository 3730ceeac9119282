import Glibc
import HostSystem
import Kernel

/// A person with a home on the machine.
package struct TrustAccount: Sendable, Hashable {
    package let name: String
    package let id: UInt32
    package let home: String
    /// Whether this process already acts as that person.
    package let isCurrent: Bool

    package init(name: String, id: UInt32, home: String, isCurrent: Bool) {
        self.name = name
        self.id = id
        self.home = home
        self.isCurrent = isCurrent
    }

    /// Everybody who signs in here: ordinary numbers, a real shell, a home that is there. Root is only found by name.
    package static func everybody(on machine: any Machine, actingAs current: UInt32 = geteuid()) throws
        -> [TrustAccount]
    {
        try all(on: machine, current).filter { line in
            (1000..<60_000).contains(line.account.id) && line.mayLogIn
                && (try? machine.status(of: line.account.home))??.kind == .directory
        }.map(\.account)
    }

    /// The account of that name. Names a directory service knows are asked for with `getent`.
    package static func named(
        _ name: String, on machine: any Machine, actingAs current: UInt32 = geteuid()
    ) async throws -> TrustAccount {
        if let known = try all(on: machine, current).first(where: { $0.account.name == name }) { return known.account }
        if machine.isLive, let getent = machine.tool("getent") {
            let answer = try await machine.run(MachineCommand(getent, ["passwd", "--", name]))
            let text = String(decoding: answer.output, as: UTF8.self)
            if answer.status == 0, let line = Line(text.prefix { $0 != "\n" }, current), line.account.name == name {
                return line.account
            }
        }
        throw AppError(.notFound, "There is no user \(name) on this machine. `getent passwd` lists those there are.")
    }

    /// The account this process acts as; nil when the machine does not know its number.
    package static func current(on machine: any Machine, actingAs current: UInt32 = geteuid()) throws -> TrustAccount? {
        try all(on: machine, current).first { $0.account.id == current }?.account
    }

    private static func all(on machine: any Machine, _ current: UInt32) throws -> [Line] {
        guard try machine.exists("/etc/passwd") else { return [] }
        return String(decoding: try machine.read("/etc/passwd"), as: UTF8.self)
            .split(whereSeparator: \.isNewline).compactMap { Line($0, current) }
    }

    /// One line of `/etc/passwd`.
    private struct Line {
        let account: TrustAccount
        let mayLogIn: Bool

        init?(_ text: Substring, _ current: UInt32) {
            let fields = text.split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count == 7, !fields[0].isEmpty, let id = UInt32(fields[2]), fields[5].hasPrefix("/") else {
                return nil
            }
            account = TrustAccount(
                name: String(fields[0]), id: id, home: String(fields[5]), isCurrent: id == current)
            mayLogIn = !["nologin", "false", "sync"].contains(fields[6].split(separator: "/").last ?? "")
        }
    }
}
