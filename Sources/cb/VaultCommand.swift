import ArgumentParser
import ControlClient
import DaemonConfig
import JSONKit
import Kernel

struct VaultCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault", abstract: "Look after the key that seals stored secrets.",
        discussion: "No command here prints a key.",
        subcommands: [Status.self, Rotate.self, RekeyFrom.self, Retire.self], defaultSubcommand: Status.self)

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status", abstract: "Say how the vault stands, and name every secret that is locked.",
            discussion: "Exit code 1 while something is locked.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let page = VaultPage(try await connection.client().send(.get("vault")).json())
            page.show(output)
            guard page.state == "unlocked" else { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }

    struct Rotate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rotate", abstract: "Change the key, and seal every secret anew.",
            discussion: """
                The daemon goes on meanwhile, and after a crash too. The former key stays in the data directory until \
                `cb vault retire`.
                """)

        @Flag(help: "Do not wait until every secret is sealed anew.")
        var noWait = false

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            var page = VaultPage(try await client.send(.post("vault/rotation")).json())
            Console.talk("the new key \(page.key ?? "") is in use")
            var said = -1
            while !noWait, page.isRotating || page.left > 0 {
                if page.left != said { Console.talk("\(page.left) secrets left") }
                said = page.left
                try await Task.sleep(for: .milliseconds(300))
                page = VaultPage(try await client.send(.get("vault")).json())
            }
            page.show(output)
            guard !noWait else { return }
            Console.talk("\(page.left) secrets left under earlier keys")
            Console.hint("keep a copy of the new key (Settings, Vault), then let the former go with `cb vault retire`")
        }
    }

    struct RekeyFrom: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "rekey-from", abstract: "Open what is locked with keys that you kept.",
            discussion: """
                FILE holds one or more keys, one a line, as the set-up wizard saves them. The vault's own key opens a \
                vault that has lost it; an earlier key opens what is still under it, and it is sealed anew.
                """)

        @Argument(help: "The file with the keys.", completion: .file())
        var file: String

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let bytes: [UInt8]
            switch ConfigurationFiles.disk.read(file) {
            case .success(let read): bytes = read
            case .failure(let reason): throw Failure(.usage, "The file \(file) \(reason.sentence)")
            }
            guard bytes.count <= 32_768, let text = String(validating: bytes, as: UTF8.self) else {
                throw Failure(.usage, "The file \(file) holds no keys.", hints: ["a key is 44 characters of Base64"])
            }
            let client = try connection.client()
            let request = ControlRequest.post("vault/rekey", ["keys": .string(text)]).confidential
            let page = VaultPage(try await client.send(request).json())
            page.show(output)
            guard page.state == "unlocked" else { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "retire", abstract: "Let earlier keys go, once no secret needs them.",
            discussion: "Backups made before still need them: keep copies as long as you keep those backups.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            VaultPage(try await connection.client().send(.post("vault/retirement")).json()).show(output)
        }
    }
}

/// The vault as a person and as a program reads it.
struct VaultPage {
    let json: JSONValue

    init(_ json: JSONValue) { self.json = json }

    var state: String { text("state") ?? "unknown" }
    var key: String? { text("key") }
    var left: Int { Int(json.objectValue?["left"]?.integerValue ?? 0) }
    var isRotating: Bool { json.objectValue?["rotation"]?.objectValue?["running"]?.boolValue ?? false }
    var locked: [String] {
        (json.objectValue?["locked"]?.arrayValue ?? []).compactMap { $0.objectValue?["name"]?.stringValue }
    }

    func show(_ output: OutputOptions) {
        output.json ? Console.data(json) : Console.data(lines.map(Phrase.printable).joined(separator: "\n"))
    }

    var lines: [String] {
        var lines = [line("state", state.replacing("_", with: " "))]
        if let key { lines.append(line("key", key)) }
        if let source = text("source") { lines.append(line("from", source.replacing("_", with: " "))) }
        if let trouble = text("trouble") { lines.append(line("trouble", trouble)) }
        for kind in (json.objectValue?["kinds"]?.arrayValue ?? []).compactMap(\.objectValue) {
            let total = kind["total"]?.integerValue ?? 0
            let locked = kind["locked"]?.integerValue ?? 0
            lines.append(
                line("secrets", "\(kind["what"]?.stringValue ?? "?"): \(total) stored, \(locked) locked"))
        }
        lines.append(line("left", "\(left) under earlier keys"))
        let total = Int(json.objectValue?["locked_total"]?.integerValue ?? 0)
        if total > 0 {
            lines.append(line("locked", "\(total):"))
            lines += locked.map { "  \($0)" }
            if total > locked.count { lines.append("  and \(total - locked.count) more") }
        }
        return lines
    }

    private func text(_ name: String) -> String? { json.objectValue?[name]?.stringValue }

    private func line(_ name: String, _ text: String) -> String {
        name + String(repeating: " ", count: max(1, 9 - name.count)) + text
    }
}
