import ArgumentParser
import ControlClient
import JSONKit
import Kernel

struct TokenCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "token", abstract: "Look after the API tokens of programs.",
        discussion: """
            Needs a token with the permission tokens.manage, such as CB_API_TOKEN. A token can be given only what the \
            one in use may itself; for more than an editor may, it also needs danger.act.
            """,
        subcommands: [List.self, Create.self, Revoke.self], defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List the tokens: what they may do, when they end, when they were used.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let tokens = try await connection.client().everything("tokens")
            guard !output.json else { return Console.data(.array(tokens)) }
            var table = TextTable(["ID", "NAME", "ENDS", "LAST USED", "FROM", "MAY"])
            for token in tokens {
                let scopes = token.objectValue?["scopes"]?.arrayValue?.compactMap(\.stringValue) ?? []
                table.add(
                    ["id", "name", "expires_at", "last_used_at", "last_used_from"].map(token.shown)
                        + [scopes.joined(separator: " ")])
            }
            Console.data(table.text)
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create", abstract: "Make a token and print it, this once.",
            discussion: """
                Standard output has the token and nothing else, so that it can go into a file: \
                `cb token create backup --role viewer >token`. What it may do is a role or single permissions.
                """)

        @Argument(help: "What the token is called, in lists and in the audit trail.")
        var name: String

        @Option(help: "What it may do: all that this role may.")
        var role: Role?

        @Option(
            help: ArgumentHelp("Or one thing that it may do; may be given several times.", valueName: "permission"),
            completion: .list(Permission.allCases.filter { $0 != .ownAccount }.map(\.rawValue)))
        var scope: [String] = []

        @Option(
            help: ArgumentHelp(
                "When it ends: 90d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z. Otherwise it has no end.",
                valueName: "when"))
        var expires: String?

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func validate() throws {
            guard (role == nil) != scope.isEmpty else {
                throw ValidationError("Say what the token may do: either --role, or --scope once or several times.")
            }
            if let expires, Self.end(expires, at: SystemClock().now) == nil {
                throw ValidationError("--expires wants 90d, 12h, 2027-01-31 or 2027-01-31T12:00:00Z.")
            }
        }

        func run() async throws {
            var draft: JSONValue = ["name": .string(name)]
            if case .object(var members) = draft {
                members["role"] = role.map { .string($0.rawValue) }
                members["scopes"] = scope.isEmpty ? nil : .array(scope.map(JSONValue.string))
                members["expires_at"] =
                    expires.flatMap { Self.end($0, at: SystemClock().now) }.map {
                        .string(RFC3339.text($0.milliseconds))
                    } ?? .null
                draft = .object(members)
            }
            let made = try await connection.client().send(.post("tokens", draft).confidential).json()
            guard let text = made.objectValue?["token"]?.stringValue else {
                throw Failure(
                    .failed, "The daemon made a token and did not say it.", hints: ["revoke it: cb token list"])
            }
            Console.data(output.json ? made.text : text)
            Console.talk("the token “\(Phrase.printable(name))” is shown only now")
        }

        /// A length of time from now, or a moment.
        static func end(_ text: String, at now: Instant) -> Instant? {
            let lengths: [Character: Int64] = ["h": 3600, "d": 86_400]
            if let unit = text.last.flatMap({ lengths[$0] }) {
                guard let count = Int64(text.dropLast()), (1...100_000).contains(count) else { return nil }
                return now + .seconds(count * unit)
            }
            return RFC3339.milliseconds(text).map { Instant(milliseconds: $0) }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke", abstract: "End a token at once; what is open with it closes.")

        @Argument(help: ArgumentHelp("Name or number of the token.", valueName: "token"))
        var token: String

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            let found = try await client.everything("tokens").filter {
                $0.objectValue?["name"]?.stringValue == token || $0.shown("id") == token
            }
            guard let one = found.first, let id = one.objectValue?["id"]?.integerValue else {
                throw Failure(
                    .failed, "There is no token \(Phrase.printable(token)).", hints: ["`cb token list` shows all"])
            }
            guard found.count == 1 else {
                throw Failure(
                    .failed, "\(Phrase.printable(token)) is the name of one token and the number of another.",
                    hints: ["`cb token list` shows both; name this one by the other way"])
            }
            _ = try await client.send(ControlRequest(.delete, "tokens/\(id)"))
            if output.json { Console.data(one) }
            Console.talk("the token “\(Phrase.printable(one.shown("name")))” is revoked")
        }
    }
}
