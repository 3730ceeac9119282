import ArgumentParser
import ControlClient
import DaemonConfig
import JSONKit
import Kernel

struct VaultRecoverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "vault-recover",
        abstract: "Give a vault whose key is lost a new one, and list what must be entered again.",
        discussion: """
            Only for a vault without a key, or whose key is lost; over a working vault it refuses. Run it as root or as \
            the daemon's user, over the Unix socket, and it needs no token: it reads a one-time code from the data \
            directory. The key is written there and never printed. Nothing sealed is deleted: if the old key turns up, \
            `cb vault rekey-from FILE` opens it.
            """)

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let client = try connection.client()
        let place = try await client.send(.post("vault/recovery/proof")).json().objectValue?["file"]?.stringValue
        let proof = ControlRequest.post("vault/recovery", ["proof": .string(try code(at: place))])
        let page = VaultPage(try await client.send(proof.confidential).json())
        if output.json {
            Console.data(page.json)
        } else {
            Console.data(page.locked.map(Phrase.printable).joined(separator: "\n"))
        }
        let count = Int(page.json.objectValue?["locked_total"]?.integerValue ?? 0)
        Console.talk("the vault has a new key, \(page.key ?? ""), and the daemon uses it")
        Console.talk(count == 0 ? "no secret was lost" : "enter these \(count) secrets again")
        Console.hint("keep a copy of the new key: Settings, Vault")
    }

    private func code(at place: String?) throws -> String {
        // Only that one file is read, whatever the daemon at the other end says.
        guard let place, place.hasSuffix("/vault-proof") else {
            throw Failure(.failed, "The daemon did not say where its code lies.")
        }
        switch ConfigurationFiles.disk.read(place) {
        case .success(let bytes): return String(decoding: bytes, as: UTF8.self).trimmingBlanks
        case .failure(let reason):
            throw Failure(
                .refused, "The code in the data directory could not be read: \(place) \(reason.sentence)",
                hints: ["run this on the daemon's machine, as root or as the user circuit-breaker"])
        }
    }
}
