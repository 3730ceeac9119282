import HostSystem
import Kernel

extension Machine {
    /// Finds a program also where administrators' tools lie, which an ordinary PATH leaves out.
    func tool(_ name: String) -> String? {
        if let path = find(name) { return path }
        // A folder that cannot be looked into holds nothing that could be run.
        return ["/usr/sbin/", "/sbin/"].map { $0 + name }.first { (try? status(of: $0)) ?? nil != nil }
    }

    /// Runs a tool, as another person where asked, and gives back how it ended.
    func attempt(
        _ program: String, _ arguments: [String], input: [UInt8] = [], as account: TrustAccount? = nil
    ) async throws -> CommandResult {
        guard let path = tool(program) else {
            throw AppError(.unavailable, "The program \(program) is not installed on this machine.")
        }
        guard let account, !account.isCurrent else {
            return try await run(MachineCommand(path, arguments, input: input, timeLimit: .seconds(120)))
        }
        return try await run(try changingUser(to: account, path, arguments, input))
    }

    /// The same, but anything other than success is an error that quotes the tool.
    @discardableResult
    func succeed(
        _ program: String, _ arguments: [String], input: [UInt8] = [], as account: TrustAccount? = nil
    ) async throws -> CommandResult {
        let result = try await attempt(program, arguments, input: input, as: account)
        guard result.status == 0 else { throw failure(of: program, result) }
        return result
    }

    func failure(of program: String, _ result: CommandResult) -> AppError {
        let said = result.complaint.isEmpty ? result.output : result.complaint
        let text = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline)
            .map { $0.trimmingPrefix { $0 == " " } }.filter { !$0.isEmpty }.suffix(3).joined(separator: " / ")
        return AppError(
            .fault, "\(program) ended with \(result.status)\(text.isEmpty ? "." : ": \(text)")")
    }

    private func changingUser(
        to account: TrustAccount, _ path: String, _ arguments: [String], _ input: [UInt8]
    ) throws -> MachineCommand {
        if let runuser = tool("runuser") {
            return MachineCommand(
                runuser, ["-u", account.name, "--", path] + arguments, input: input, timeLimit: .seconds(120))
        }
        guard let switcher = tool("su") else {
            throw AppError(
                .unavailable,
                "Neither runuser nor su is installed, so nothing can be done as \(account.name). "
                    + "Install the package util-linux.")
        }
        let words = ([path] + arguments).map(\.quotedForShell).joined(separator: " ")
        return MachineCommand(
            switcher, ["-s", "/bin/sh", "-c", "exec \(words)", account.name], input: input, timeLimit: .seconds(120))
    }
}

extension String {
    fileprivate var quotedForShell: String {
        "'" + split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#) + "'"
    }

    /// `/a/b/c` as `/a`, `/a/b` and `/a/b/c`.
    var withParents: [String] {
        let parts = split(separator: "/")
        return parts.indices.map { "/" + parts[...$0].joined(separator: "/") }
    }
}
