import ArgumentParser
import AuditProof
import ControlClient
import Glibc
import JSONKit
import Kernel

struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Check the history of changes.",
        subcommands: [Verify.self, VerifyChain.self])

    struct Verify: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify", abstract: "Check an export of the history: no daemon and no database are needed.",
            discussion: """
                FILE is what the page History or `admin/audit-log/export?format=jsonl` gives, without a filter; `-` reads \
                standard input. The first row that does not hold is named. Exit code 1 when one does not, or when rows \
                are missing at either end.
                """)

        @Argument(help: "The export.", completion: .file())
        var file: String

        @Option(
            help: ArgumentHelp("Compare with the anchors in this file too (audit.anchor_file).", valueName: "file"),
            completion: .file())
        var anchors: String?

        @Option(
            help: ArgumentHelp(
                "The public key that must have signed, as the page History shows it.", valueName: "hex"))
        var key: String?

        @OptionGroup var output: OutputOptions

        func validate() throws {
            if let key, key.count != 64 || !key.allSatisfy(\.isHexDigit) {
                throw ValidationError("A key has 64 hexadecimal digits.")
            }
        }

        func run() throws {
            var check = ExportCheck(anchors: try readAnchors(), publicKey: key?.lowercased())
            try FileLines.each(of: file) { line in
                check.take(line: line)
                return !check.isBroken
            }
            let verdict = check.verdict()
            output.json ? Console.data(Self.json(verdict)) : show(verdict)
            guard verdict.flaw == nil else { throw ExitCode(ExitStatus.failed.rawValue) }
        }

        private func readAnchors() throws -> [ChainStatement] {
            guard let anchors else { return [] }
            var found: [ChainStatement] = []
            var number = 0
            try FileLines.each(of: anchors) { line in
                number += 1
                guard !line.isEmpty else { return true }
                guard let value = try? JSONParser.parse(line), let anchor = ChainStatement(line: value),
                    anchor.kind == .anchor
                else { throw Failure(.usage, "Line \(number) of \(anchors) is no anchor.") }
                guard !anchor.isSigned || anchor.isGenuine, key == nil || anchor.publicKey == key?.lowercased() else {
                    throw Failure(.failed, "The anchor in line \(number) of \(anchors) was not signed by the key.")
                }
                found.append(anchor)
                return true
            }
            return found
        }

        private func show(_ verdict: ExportCheck.Verdict) {
            if let flaw = verdict.flaw {
                Console.data("broken   row \(flaw.id): \(Phrase.printable(flaw.reason))")
            }
            if let checkpoint = verdict.checkpoint {
                Console.data(
                    "from     row \(checkpoint.link.id + 1): \(checkpoint.removed) older rows were removed, the last on "
                        + RFC3339.text(checkpoint.at.milliseconds))
            }
            Console.data("rows     \(verdict.rows) hold")
            Console.data("head     row \(verdict.head.id) \(verdict.head.hash)")
            if let publicKey = (verdict.anchor ?? verdict.checkpoint)?.publicKey, !publicKey.isEmpty {
                Console.data("signed   with the key \(ChainKey.fingerprint(of: publicKey))")
            }
            if anchors != nil { Console.data("anchors  \(verdict.anchorsMet) fit") }
            for remark in verdict.remarks { Console.hint(Phrase.lowered(remark)) }
            if key == nil, verdict.flaw == nil {
                Console.hint("compare the key with the one on the page History, or give it with --key")
            }
        }

        private static func json(_ verdict: ExportCheck.Verdict) -> JSONValue {
            let broken: JSONValue =
                verdict.flaw.map { ["id": .integer($0.id), "reason": .string($0.reason)] } ?? .null
            let publicKey = (verdict.anchor ?? verdict.checkpoint)?.publicKey ?? ""
            return [
                "ok": .bool(verdict.flaw == nil), "rows": .integer(Int64(verdict.rows)), "first_broken": broken,
                "head": .string(verdict.head.hash), "head_id": .integer(verdict.head.id),
                "removed": .integer(verdict.checkpoint?.removed ?? 0),
                "public_key": publicKey.isEmpty ? .null : .string(publicKey),
                "fingerprint": publicKey.isEmpty ? .null : .string(ChainKey.fingerprint(of: publicKey)),
                "anchors": .integer(Int64(verdict.anchorsMet)),
                "remarks": .array(verdict.remarks.map(JSONValue.string)),
            ]
        }
    }

    struct VerifyChain: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "verify-chain", abstract: "Let the daemon check the history in its database.",
            discussion: "Exit code 1 when a row does not hold.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var client = try connection.client()
            client.timeLimit = .seconds(600)
            let answer = try await client.send(.get("admin/audit-log/verify-chain")).json()
            let object = answer.objectValue
            let isSound = object?["ok"]?.boolValue ?? false
            if output.json {
                Console.data(answer)
            } else {
                if let flaw = object?["first_broken"]?.objectValue {
                    let reason = Phrase.printable(flaw["reason"]?.stringValue ?? "")
                    Console.data("broken   row \(flaw["id"]?.integerValue ?? 0): \(reason)")
                }
                Console.data("rows     \(object?["rows"]?.integerValue ?? 0) hold")
                Console.data("head     \(object?["head"]?.stringValue ?? "")")
            }
            guard isSound else { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }
}

/// A file line by line, with one line and one piece in memory.
enum FileLines {
    /// Longer than any row: a file without line breaks must not fill the memory.
    private static let longest = 64 << 20
    private static let piece = 1 << 18

    /// The body answers whether it wants more. `-` is standard input.
    static func each(of path: String, _ body: (ArraySlice<UInt8>) throws -> Bool) throws {
        let descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw Failure(.usage, "The file \(path) cannot be read: \(String(cString: strerror(errno))).")
        }
        defer { if descriptor != STDIN_FILENO { close(descriptor) } }
        var rest: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: piece)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw Failure(.failed, "The file \(path) cannot be read: \(String(cString: strerror(errno))).")
            }
            if count == 0 { break }
            rest += buffer[..<count]
            var start = rest.startIndex
            while let end = rest[start...].firstIndex(of: UInt8(ascii: "\n")) {
                guard try body(rest[start..<end]) else { return }
                start = end + 1
            }
            rest.removeSubrange(..<start)
            guard rest.count <= longest else { throw Failure(.failed, "The file \(path) has a line that is too long.") }
        }
        if !rest.isEmpty { _ = try body(rest[...]) }
    }
}
