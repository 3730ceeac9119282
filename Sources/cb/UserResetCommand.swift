import ArgumentParser
import ControlClient
import JSONKit
import Kernel

extension UserCommand {
    struct ResetPassword: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "reset-password", abstract: "Give a person a new password; sessions end at once.",
            discussion: """
                With a token, the person is asked for another password at the next sign-in. Without one, or with \
                --vault-key, the key of the vault proves that you may: it is asked for first, then the new password. \
                Wrong keys are slowed down, and each attempt is in the audit trail. Whoever has a second factor is \
                asked for it as before. From standard input both are read as one line each, the key first.
                """)

        @OptionGroup var person: PersonArgument

        @Flag(help: "Prove by the vault's key that you may, even if a token is at hand.")
        var vaultKey = false

        @OptionGroup var connection: ConnectionOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let client = try connection.client()
            guard client.token != nil, !vaultKey else { return try await reset(withKeyOver: client) }
            let person = try await person.find(client)
            let password = try SecretInput.chosen("New password")
            let answer = try await client.send(
                .post("users/\(person.id)/password", ["password": .string(password.reveal())]).confidential)
            try Person.show(answer, output)
            Console.talk("\(person.email) has a new password; another one is asked for at the next sign-in")
        }

        private func reset(withKeyOver client: ControlClient) async throws {
            let email = person.person
            guard email.contains("@") else {
                throw Failure(.usage, "With the vault's key a person is named by the e-mail address.")
            }
            if !vaultKey { Console.talk("no token is at hand, so the vault's key is asked for") }
            let key = try SecretInput.existing("Vault key")
            let password = try SecretInput.chosen("New password")
            var client = client
            client.token = nil
            _ = try await client.send(
                .post(
                    "auth/reset/vault-key",
                    [
                        "email": .string(email), "vault_key": .string(key.reveal()),
                        "password": .string(password.reveal()),
                    ]
                ).confidential)
            if output.json { Console.data(["email": .string(email), "by": "vault_key"]) }
            Console.talk("\(email) has the new password and is signed out everywhere")
        }
    }
}
