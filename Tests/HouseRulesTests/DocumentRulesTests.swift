import Foundation
import Testing

@Suite("House rules: documents")
struct DocumentRulesTests {
    @Test("relative links in Markdown resolve")
    func links() {
        let repository = Repository.here
        let findings = repository.documents.flatMap { document in
            document.lines.enumerated().flatMap { index, line in
                targets(in: line).filter { !resolves($0, from: document, in: repository) }.map {
                    Finding(document.path, index + 1, $0)
                }
            }
        }

        expectNone(
            findings, rule: "relative links in Markdown resolve",
            because: "a reader who follows one must arrive", wayOut: "name the file's new place, or drop the link")
    }

    @Test("a decision record has its own number, a status and the four parts")
    func decisions() {
        let records = Repository.here.files(under: "docs/adr", ending: ".md").filter { $0.name != "README.md" }
        var seen: [Substring: String] = [:]
        var findings: [Finding] = []
        for record in records {
            let number = record.name.prefix(4)
            if number.count != 4 || !number.allSatisfy(\.isNumber) {
                findings.append(Finding(record.path, nil, "the name does not begin with four digits"))
            }
            if let other = seen.updateValue(record.name, forKey: number) {
                findings.append(Finding(record.path, nil, "has the number of \(other)"))
            }
            let statuses = ["Status: accepted", "Status: proposed", "Status: superseded by "]
            if !statuses.contains(where: record.text.contains) {
                findings.append(Finding(record.path, nil, "has no status"))
            }
            for part in ["## Context", "## Decision", "## Consequences", "## Refused alternatives"]
            where !record.text.contains("\n\(part)\n") {
                findings.append(Finding(record.path, nil, "has no '\(part)'"))
            }
        }

        expectNone(
            findings, rule: "a decision record has its own number, a status and the four parts",
            because: "people ask why years later", wayOut: "copy the form of docs/adr/0001")
    }

    @Test("the documents a newcomer reads first stay short")
    func lengths() {
        let limits = ["README.md": 120, "ARCHITECTURE.md": 250]
        let findings = Repository.here.documents.compactMap { document -> Finding? in
            guard let limit = limits[document.path], document.lineCount > limit else { return nil }
            return Finding(document.path, nil, "\(document.lineCount) lines, at most \(limit)")
        }

        expectNone(
            findings, rule: "the documents a newcomer reads first stay short",
            because: "a long one is not read", wayOut: "move the detail to docs/ and link to it")
    }

    private func targets(in line: Substring) -> [String] {
        line.matches(of: /\]\(([^)\s]+)\)/).map { String($0.output.1) }
    }

    private func resolves(_ target: String, from document: TextFile, in repository: Repository) -> Bool {
        if target.contains("://") || target.hasPrefix("mailto:") || target.hasPrefix("#") { return true }
        let path = target.split(separator: "#").first.map(String.init) ?? ""
        let folder = document.path.split(separator: "/").dropLast()
        var place = path.hasPrefix("/") ? [] : Array(folder)
        for step in path.split(separator: "/") {
            switch step {
            case ".": break
            case "..": _ = place.popLast()
            default: place.append(step)
            }
        }
        return repository.exists(place.joined(separator: "/"))
    }
}
