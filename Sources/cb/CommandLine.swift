import ArgumentParser

@main
struct CommandLineTool: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cb", abstract: "Looks after a Circuit Breaker daemon from the command line.")
}
