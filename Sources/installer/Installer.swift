import ArgumentParser

@main
struct Installer: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "installer", abstract: "Lays out, repairs and takes back a Circuit Breaker installation.")
}
