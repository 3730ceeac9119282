import Testing

/// A piece of code that is forbidden outside its rooms: targets, or single files by path.
struct Ban: Sendable, CustomTestStringConvertible {
    let code: String
    var rooms: Set<String> = []
    let reason: String
    let wayOut: String

    var testDescription: String { code }
}

@Suite("House rules: what is not written here")
struct TextRulesTests {
    static let bans = [
        Ban(
            code: "try!", reason: "a crash is no answer to a person",
            wayOut: "throw, or handle the error where it can be named"),
        Ban(
            code: "fatalError(", reason: "a crash is no answer to a person",
            wayOut: "throw; for a programmer's error use precondition with a sentence"),
        Ban(code: "as!", reason: "a wrong cast ends the daemon", wayOut: "use as? and throw"),
        Ban(
            code: "Date()", rooms: ["Sources/Kernel/WallClock.swift"],
            reason: "code that asks the clock itself cannot be tested", wayOut: "take a WallClock"),
        Ban(
            // There it is waited for at once: what tidies up after a cancellation may not be cancelled itself.
            code: "Task {", rooms: ["Sources/Backups/Targets/S3Target.swift"],
            reason: "a task without an owner outlives its request and swallows its error",
            wayOut: "use a task group, or a Service run by DaemonApp"),
        Ban(
            code: "Task.detached", reason: "a task without an owner outlives its request and swallows its error",
            wayOut: "use a task group, or a Service run by DaemonApp"),
        Ban(
            code: "print(", rooms: ["circuit-breaker"], reason: "the daemon speaks to the journal",
            wayOut: "use the logger with a constant message and metadata"),
        Ban(
            code: "ProcessInfo.processInfo.environment", rooms: ["DaemonConfig"],
            reason: "the environment is read once, so that `config check` tells the truth",
            wayOut: "add an option to the table of DaemonConfig"),
        Ban(
            code: "getenv(", rooms: ["DaemonConfig"],
            reason: "the environment is read once, so that `config check` tells the truth",
            wayOut: "add an option to the table of DaemonConfig"),
        Ban(
            code: "SQL(stringLiteral:", rooms: ["Persistence", "Schema"],
            reason: "pasted text is how injections are written", wayOut: "interpolate values, they are bound"),
        Ban(
            code: "public ", reason: "nothing outside of this package consumes it",
            wayOut: "use package for another target, otherwise nothing"),
    ]

    @Test("forbidden code stays out", arguments: bans)
    func staysOut(_ ban: Ban) {
        let findings = Repository.here.sources
            .filter { !ban.rooms.contains($0.module) && !ban.rooms.contains($0.path) }
            .flatMap { source in
                source.code.enumerated().filter { holds($0.element, ban.code) }
                    .map { Finding(source.path, $0.offset + 1, ban.code) }
            }

        let rooms = ban.rooms.isEmpty ? "anywhere" : "outside of \(ban.rooms.sorted().joined(separator: ", "))"
        expectNone(findings, rule: "no \(ban.code) \(rooms)", because: ban.reason, wayOut: ban.wayOut)
    }

    @Test("routes open no transactions")
    func routesAreThin() {
        let findings = Repository.here.sources.filter { $0.name.hasSuffix("Routes.swift") }.flatMap { source in
            (source.lines(with: ".write {") + source.lines(with: "SELECT ")).map { Finding(source.path, $0) }
        }

        expectNone(
            findings, rule: "routes open no transactions",
            because: "a use case must be callable without HTTP, and its transaction is its braces",
            wayOut: "move this to the use case beside it; see ARCHITECTURE.md")
    }

    @Test("an unsafe promise is proven by the sentence above it")
    func unsafePromises() {
        let promises = ["@unchecked Sendable", "nonisolated(unsafe)", "unsafeBitCast"]
        let findings = Repository.here.sources.flatMap { source in
            promises.flatMap { promise in
                source.lines(with: promise).filter { !isExplained($0, in: source) }.map {
                    Finding(source.path, $0, promise)
                }
            }
        }

        expectNone(
            findings, rule: "every \(promises.joined(separator: ", ")) has a comment directly above",
            because: "the compiler stops checking there, so a reader must be able to",
            wayOut: "write the sentence that proves it, or use Mutex or an actor")
    }

    @Test("a TODO names its issue")
    func openEnds() {
        let findings = Repository.here.sources.flatMap { source in
            source.file.lines.enumerated()
                .filter { $0.element.contains("// TODO") || $0.element.contains("// FIXME") }
                .filter { !$0.element.contains("#") }
                .map { Finding(source.path, $0.offset + 1) }
        }

        expectNone(
            findings, rule: "a TODO names its issue", because: "one without a number is never done",
            wayOut: "write `TODO(#12): …`, or do it now")
    }

    @Test("type names say what a thing is")
    func typeNames() {
        let empty = ["Manager", "Helper", "Helpers", "Util", "Utils", "Impl"]
        let findings = Repository.here.sources.flatMap { source in
            source.code.enumerated().compactMap { index, line -> Finding? in
                let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init)
                let keywords: Set = ["struct", "class", "enum", "actor", "protocol"]
                guard let keyword = words.firstIndex(where: keywords.contains), keyword + 1 < words.count else {
                    return nil
                }
                let name = words[keyword + 1]
                return empty.contains { name.hasSuffix($0) } ? Finding(source.path, index + 1, name) : nil
            }
        }

        expectNone(
            findings, rule: "no type is called \(empty.joined(separator: ", "))",
            because: "such a name fits everything, so everything lands in it",
            wayOut: "name what it holds or what it promises")
    }

    /// A word of code: `rawText(` does not hold `Text(`, and `myDate()` does not hold `Date()`.
    private func holds(_ line: Substring, _ code: String) -> Bool {
        line.ranges(of: code).contains { range in
            guard range.lowerBound > line.startIndex else { return true }
            let before = line[line.index(before: range.lowerBound)]
            return !(before.isLetter || before.isNumber || before == "_" || before == ".")
        }
    }

    private func isExplained(_ line: Int, in source: SwiftFile) -> Bool {
        let above = source.file.lines[..<(line - 1)].reversed().prefix(4)
        return source.file.lines[line - 1].contains("//")
            || above.contains { $0.drop { $0 == " " }.hasPrefix("//") }
    }
}
