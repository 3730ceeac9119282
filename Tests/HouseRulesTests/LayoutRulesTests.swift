import Foundation
import Testing

@Suite("House rules: layout")
struct LayoutRulesTests {
    static let programs: Set = ["circuit-breaker", "cb", "installer"]
    static let contexts = ["Access", "SecretVault", "Inventory", "Topology", "Discovery", "Operations"]

    @Test("every target has a README of 5 to 80 lines")
    func readmes() {
        let repository = Repository.here
        let targets = Set(repository.sources.map(\.module)).subtracting(Self.programs).sorted()
        let findings = targets.compactMap { target -> Finding? in
            let path = "Sources/\(target)/README.md"
            guard let readme = repository.files.first(where: { $0.path == path }) else {
                return Finding(path, nil, "is missing")
            }
            return (5...80).contains(readme.lineCount) ? nil : Finding(path, nil, "\(readme.lineCount) lines")
        }

        expectNone(
            findings, rule: "every target has a README of 5 to 80 lines",
            because: "someone who stands in the folder must learn what it is for and who may import it",
            wayOut: "write purpose, importers, entry types and invariants")
    }

    @Test("a feature folder holds its routes, or its target's README names it")
    func features() {
        let repository = Repository.here
        let findings = Self.contexts.flatMap { context in
            let readme = repository.files.first { $0.path == "Sources/\(context)/README.md" }?.text ?? ""
            return repository.folders(in: "Sources/\(context)").compactMap { feature -> Finding? in
                let folder = "Sources/\(context)/\(feature)"
                let names = repository.files.filter { $0.path.hasPrefix(folder + "/") }.map(\.name)
                let isNamed = readme.contains("`\(feature)/`") || readme.contains("`\(feature)`")
                let isComplete = isNamed || names.contains { $0.hasSuffix("Routes.swift") }
                return isComplete ? nil : Finding(folder)
            }
        }

        expectNone(
            findings, rule: "a feature folder holds its routes, or its target's README names it",
            because: "features are folders: whoever finds one finds all of it",
            wayOut: "put the routes beside the use case, or say in the target's README what `Folder/` is for")
    }

    @Test("a test target exists for every target")
    func testTargets() {
        let repository = Repository.here
        let untested = Self.programs.union(["Schema", "CLibPQ", "CLibYAML", "COpenSSL", "CSystemd", "CZlib", "CZstd"])
        let findings = Set(repository.sources.map(\.module)).subtracting(untested).sorted()
            .filter { !repository.exists("Tests/\($0)Tests") }
            .map { Finding("Sources/\($0)") }

        expectNone(
            findings, rule: "every target has its tests", because: "untested code is believed, not known",
            wayOut: "make Tests/<Target>Tests and name it in Package.swift")
    }

    @Test("no placeholder is left beside real files")
    func placeholders() {
        let repository = Repository.here
        let findings = (repository.sources + repository.tests).filter { source in
            guard source.name == "Placeholder.swift" else { return false }
            let folder = source.path.split(separator: "/").dropLast().joined(separator: "/")
            return repository.files(under: folder, ending: ".swift").count > 1
        }

        expectNone(
            findings.map { Finding($0.path) }, rule: "no placeholder beside real files",
            because: "it says nothing", wayOut: "delete it")
    }
}
