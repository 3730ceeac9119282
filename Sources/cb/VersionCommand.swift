import ArgumentParser
import ControlClient
import JSONKit

/// What this build of `cb` calls itself; a test holds it against the daemon's.
enum ClientVersion {
    static let current = "0.1.0"
}

struct VersionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the versions of cb and of the daemon.")

    @OptionGroup var connection: ConnectionOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        var client = try connection.client()
        client.timeLimit = .seconds(5)
        let version: String?
        do {
            version = try await client.send(.get("openapi.json")).json()
                .objectValue?["info"]?.objectValue?["version"]?.stringValue
        } catch {
            // What runs here is told all the same, and the exit code says that the other half is missing.
            show(nil)
            throw error
        }
        show(version)
        if let version, version != ClientVersion.current {
            Console.talk("cb and the daemon are of different versions")
            Console.hint("`cb restart` starts the installed version of the daemon")
        }
    }

    private func show(_ daemon: String?) {
        if output.json {
            Console.data(["cb": .string(ClientVersion.current), "daemon": daemon.map(JSONValue.string) ?? .null])
        } else {
            Console.data("cb \(ClientVersion.current)\ndaemon \(daemon ?? "not reachable")")
        }
    }
}
