import RegexBuilder
import Testing

/// `docs/development/known-failures.md` promises a test for each failure; here the promise is kept.
@Suite("House rules: known failures")
struct KnownFailureRulesTests {
    @Test("every known failure names tests, and every one of them exists")
    func tests() throws {
        let repository = Repository.here
        let page = try #require(repository.documents.first { $0.path == "docs/development/known-failures.md" })
        let rows = page.lines.enumerated().filter { $0.element.contains(/^\| \d+ \|/) }
        let findings = rows.flatMap { index, row -> [Finding] in
            let named = NamedTest.all(in: row)
            guard !named.isEmpty else { return [Finding(page.path, index + 1, "names no test")] }
            return named.filter { !$0.exists(in: repository) }.map {
                Finding(page.path, index + 1, "there is no \($0.place) “\($0.name)”")
            }
        }

        #expect(rows.count > 20)
        expectNone(
            findings, rule: "every known failure names tests that exist",
            because: "a promise that names nothing catches nothing",
            wayOut: "write `SuiteTests` \"name of the test\" or `test_file.py` \"its name without test_\"")
    }

    @Test("names are read and looked up as they are written")
    func reading() {
        let found = NamedTest.all(
            in: #"| 1 | x | `ATests` "b, c", "d"; `test_e.py` "f g": why; `code` and `h.test.js` "i" |"#)
        #expect(found.map(\.place) == ["ATests", "ATests", "test_e.py", "h.test.js"])
        #expect(found.map(\.name) == ["b, c", "d", "f g", "i"])
        let repository = Repository.here
        #expect(
            NamedTest(place: "KnownFailureRulesTests", name: "names are read and looked up as they are written").exists(
                in: repository))
        #expect(!NamedTest(place: "KnownFailureRulesTests", name: "nothing of this name").exists(in: repository))
        #expect(
            !NamedTest(place: "NoSuchTests", name: "names are read and looked up as they are written").exists(
                in: repository))
        #expect(NamedTest(place: "test_matrix.py", name: "route by caller").exists(in: repository))
        #expect(!NamedTest(place: "test_matrix.py", name: "route by").exists(in: repository))
    }
}

/// One test, as the page writes it.
private struct NamedTest {
    let place: String
    let name: String

    static func all(in row: Substring) -> [NamedTest] {
        row.matches(of: /`([A-Za-z_.]+)` ("[^"]+"(?:, "[^"]+")*)/).flatMap { match in
            match.output.2.matches(of: /"([^"]+)"/).map {
                NamedTest(place: String(match.output.1), name: String($0.output.1))
            }
        }
    }

    static func all(in row: String) -> [NamedTest] { all(in: row[...]) }

    func exists(in repository: Repository) -> Bool {
        if place.hasSuffix(".py") {
            let function = "def test_\(name.replacing(" ", with: "_"))("
            return repository.files.contains { $0.path == "Tests/EndToEnd/\(place)" && $0.text.contains(function) }
        }
        if place.hasSuffix(".js") {
            return repository.files.contains { $0.name == place && $0.text.contains("test(\"\(name)\"") }
        }
        return repository.tests.contains { test in
            test.file.text.contains("struct \(place) {") && test.file.text.contains(declaration)
        }
    }

    /// The attribute and the name stand on one line, or on two where both would be too long.
    private var declaration: Regex<Substring> {
        Regex {
            "@Test("
            ZeroOrMore(.whitespace)
            "\"\(name)\""
        }
    }
}
