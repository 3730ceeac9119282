import Testing

@Suite("House rules: size")
struct SizeRulesTests {
    @Test("a source has at most 500 lines, a test 700")
    func fileLength() {
        let sources = Repository.here.sources.filter { $0.file.lineCount > 500 }
        let tests = Repository.here.tests.filter { $0.file.lineCount > 700 }

        expectNone(
            (sources + tests).map { Finding($0.path, nil, "\($0.file.lineCount) lines") },
            rule: "a source has at most 500 lines, a test 700",
            because: "a longer file holds two subjects, and nobody finds the second one",
            wayOut: "move what changes for another reason into its own file")
    }

    @Test("a function has at most 60 lines")
    func functionLength() {
        let findings = Repository.here.sources.flatMap { source in
            source.functions.filter { $0.length > 60 && !isFlat($0, in: source) }.map {
                Finding(source.path, $0.line, "\($0.name) has \($0.length) lines")
            }
        }

        expectNone(
            findings, rule: "a function has at most 60 lines, unless it is one flat switch or one literal",
            because: "what does not fit on a screen is not read whole",
            wayOut: "name its steps and call them")
    }

    /// One statement that spans the body: a switch whose cases are short, or a literal such as SQL or a table of rows.
    private func isFlat(_ function: SwiftText.Function, in source: SwiftFile) -> Bool {
        let body = source.code[function.line..<(function.line + function.length - 2)]
        let margin = body.map { $0.prefix { $0 == " " }.count }.filter { $0 > 0 }.min() ?? 0
        let statements = body.filter { line in
            let indent = line.prefix { $0 == " " }.count
            guard indent == margin, let first = line.dropFirst(indent).first else { return false }
            return !")]}\"".contains(first)
        }
        let cases = statements.filter { $0.contains("case ") || $0.contains("default:") }
        return statements.count - cases.count <= 2
    }
}
