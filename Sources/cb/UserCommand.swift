import ArgumentParser
import ControlClient
import JSONKit
import Kernel

struct UserCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "user", abstract: "Look after the people who have an account.",
        discussion: """
            PERSON is an e-mail address or the number of an account. Passwords are asked for at the terminal without an \
            echo, or read from standard input; they are never arguments. A token needs the permissions users.view and \
            users.manage, and danger.act for `role` and `reset-password`; it gives nobody more than it may itself.
            """,
        subcommands: [
            List.self, Add.self, Deactivate.self, Activate.self, ResetPassword.self, SetRole.self,
        ],
        defaultSubcommand: List.self)

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "List everybody with an account.")

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let people = try await connection.client().everything("users")
            guard !output.json else { return Console.data(.array(people)) }
            Console.data(Person.table(people.compactMap(Person.init)))
        }
    }

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "add", abstract: "Add a person, with a password for the first sign-in.",
            discussion: "The person is asked for another password at the first sign-in, unless --keep-password.")

        @Argument(help: "The e-mail address to sign in with.")
        var email: String

        @Option(help: "What others call the person; otherwise what stands before the @.")
        var name: String?

        @Option(help: "What the person may do.")
        var role = Role.viewer

        @Flag(help: "Let the person keep the password that you give.")
        var keepPassword = false

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            let password = try SecretInput.chosen("Password")
            let name = name ?? String(email.prefix { $0 != "@" })
            let made = try await client.send(
                .post(
                    "users",
                    [
                        "email": .string(email), "display_name": .string(name), "role": .string(role.rawValue),
                        "password": .string(password.reveal()), "force_password_change": .bool(!keepPassword),
                    ]
                ).confidential)
            try Person.show(made, output)
            Console.talk(
                "\(email) is added" + (keepPassword ? "" : "; another password is asked for at the first sign-in"))
        }
    }

    struct Deactivate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "deactivate", abstract: "Let a person in no more; sessions, sockets and tokens end at once.",
            discussion: "What the person documented stays. `cb user activate` takes it back.")

        @OptionGroup var person: PersonArgument
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            let person = try await person.find(client)
            try Person.show(try await client.send(person.patch(["active": false])), output)
            Console.talk("\(person.email) is deactivated and signed out everywhere")
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "activate", abstract: "Let a deactivated person in again.")

        @OptionGroup var person: PersonArgument
        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            let person = try await person.find(client)
            try Person.show(try await client.send(person.patch(["active": true])), output)
            Console.talk("\(person.email) is active")
        }
    }

    struct SetRole: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "role", abstract: "Give a person another role; open sessions end at once.")

        @OptionGroup var person: PersonArgument

        @Argument(help: "The new role.")
        var role: Role

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            let person = try await person.find(client)
            try Person.show(try await client.send(person.patch(["role": .string(role.rawValue)])), output)
            Console.talk("\(person.email) is \(role.rawValue)" + (person.role == role.rawValue ? " already" : ""))
        }
    }
}

extension Role: ExpressibleByArgument {}

struct PersonArgument: ParsableArguments {
    @Argument(help: ArgumentHelp("E-mail address or number of the account.", valueName: "person"))
    var person: String

    func find(_ client: ControlClient) async throws -> Person {
        let found = try await client.everything("users").compactMap(Person.init).filter {
            $0.email.lowercased() == person.lowercased() || String($0.id) == person
        }
        guard let one = found.first, found.count == 1 else {
            throw Failure(
                .failed, "There is no account \(Phrase.printable(person)).", hints: ["`cb user list` shows all"])
        }
        return one
    }
}

/// An account as the daemon shows it.
struct Person {
    let json: JSONValue
    let id: Int64
    let email: String

    init?(_ json: JSONValue) {
        guard let object = json.objectValue, let id = object["id"]?.integerValue,
            let email = object["email"]?.stringValue
        else { return nil }
        (self.json, self.id, self.email) = (json, id, email)
    }

    var role: String { json.shown("role") }

    private var state: String {
        if json.objectValue?["active"]?.boolValue == false { return "deactivated" }
        if json.objectValue?["locked_until"]?.stringValue != nil { return "locked" }
        return json.objectValue?["force_password_change"]?.boolValue == true ? "new password" : "active"
    }

    func patch(_ body: JSONValue) -> ControlRequest { ControlRequest(.patch, "users/\(id)", body: body) }

    static func table(_ people: [Person]) -> String {
        var table = TextTable(["ID", "ROLE", "STATE", "E-MAIL", "NAME", "LAST SIGN-IN"])
        for one in people {
            table.add([
                String(one.id), one.role, one.state, one.email, one.json.shown("display_name"),
                one.json.shown("last_sign_in_at"),
            ])
        }
        return table.text
    }

    /// What the daemon answers after a change.
    static func show(_ answer: ControlAnswer, _ output: OutputOptions) throws {
        let json = try answer.json()
        if output.json {
            Console.data(json)
        } else if let person = Person(json) {
            Console.data(table([person]))
        }
    }
}
