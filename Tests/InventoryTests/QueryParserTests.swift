import Kernel
import Persistence
import TestSupport
import Testing

@testable import Inventory

@Suite("the query language")
struct QueryParserTests {
    @Test(
        "what is written is read",
        arguments: [
            ("", "-"), ("   ", "-"), ("nas", "nas*"), ("nas core", "(nas* & core*)"), ("\"rack 2\"", "[rack 2]"),
            ("\"rack 2", "rack 2*"), ("role:switch", "role{switch}"), ("ROLE:switch", "role{switch}"),
            ("role:switch vlan:20 -tag:retired \"rack 2\"", "(role{switch} & vlan{20} & !tag{retired} & [rack 2])"),
            ("a OR b c", "(a* | (b* & c*))"), ("a AND b", "(a* & b*)"), ("NOT a", "!a*"), ("NOT -a", "a*"),
            ("-(a OR b)", "!(a* | b*)"), ("(a)", "a*"), ("(a b) c", "((a* & b*) & c*)"),
            ("status:up,down", "status{up,down}"), ("vendor:\"TP, Link\",Dell", "vendor{'TP, Link',Dell}"),
            ("memory_mb:>=16", "memory_mb>={16}"), ("memory_mb:<4", "memory_mb<{4}"), ("vendor:=Dell", "vendor={Dell}"),
            ("rack:*", "rack{*}"), ("custom.Shelf no:x", "(custom shelf* & no{x})"),
            ("custom.Shelf:up", "custom.Shelf{up}"),
            ("status:up,", "status{up}"), ("(role:switch)", "role{switch}"), ("a-b", "a b*"), ("a - b", "(a* & b*)"),
            ("a>b", "a b*"), ("\"a>1\"", "[a 1]"), ("a>=", "a*"), ("1>2", "1 2*"), ("http://x/y", "http x y*"),
            ("00:1b:21", "00 1b 21*"), ("fd00::25", "fd00 25*"), ("de:ad:be", "de ad be*"),
            ("10.0.0.0/8", "10 0 0 0 8*"), ("*", "0"), ("\"\"", "0"), ("\"\" a", "a*"),
            ("or and not", "(or* & and* & not*)"),
            ("NEAR(a", "near a*"), ("ORbit", "orbit*"), ("a\"b", "a b*"), ("name:\"a \\\" b\"", "name{'a \" b'}"),
            ("url:https://nas.lan/", "url{https://nas.lan/}"), ("Zürich", "zurich*"),
        ])
    func reads(text: String, tree: String) throws {
        #expect(try QueryParser.parse(text).map(Self.text) ?? "-" == tree)
    }

    @Test(
        "what cannot be understood is refused with the place and a cure",
        arguments: [
            ("(a", 1, "not closed"), ("a (b", 3, "not closed"), ("()", 1, "empty"), ("a )", 3, "closes nothing"),
            ("nas power_watts>100", 5, "power_watts:>100"), ("a<=1", 1, "a:<=1"), ("-a=1", 2, "a:=1"),
            ("OR a", 1, "in front of OR"), ("a OR", 5, "has to follow"), ("a OR OR b", 6, "in front of OR"),
            ("a AND", 6, "has to follow"), ("AND", 1, "in front of AND"), ("NOT", 1, "leave out"),
            ("(a OR )", 7, "in front"),
            ("role:", 6, "Say a value"), ("role: switch", 6, "Say a value"), ("a role:,b", 8, "Say a value"),
            ("memory_mb:>1,2", 1, "one value"), ("a\0b", 2, "NUL"),
            (String(repeating: "a", count: 501), 501, "at most 500 characters"),
            (String(repeating: "a ", count: 33), 65, "at most 32"),
            ("x:" + String(repeating: "1,", count: 17), 35, "at most 16"),
            (String(repeating: "(", count: 9) + "a", 9, "at most 8"),
        ])
    func refuses(text: String, position: Int, words: String) {
        let problem = Self.problem(text)

        #expect(problem?.position == position, "\(text): \(problem?.reason ?? "taken")")
        #expect(problem?.reason.lowercased().contains(words.lowercased()) == true, "\(problem?.reason ?? "taken")")
    }

    @Test("whatever is typed is read or refused, within its bounds")
    func fuzz() {
        var random = SplitMix(seed: 7)
        let pieces = [
            "(", ")", "\"", "\\", "-", "OR", "AND", "NOT", " ", ":", ",", "..", "<", ">=", "=", "*", "role:", "vlan:20",
            "tag:", "custom.", "custom.a b:", "10.0.0.0/8", "ü", "\u{202E}", "💩", "a", "\n", "\0", "//", "'", ";--",
            "%", "_",
            "status:up", "updated:7d", "e\u{301}",
        ]
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0..<40, using: &random)).compactMap { _ in
                pieces.randomElement(using: &random)
            }
            .joined()
            let length = text.unicodeScalars.count
            if let problem = Self.problem(text) {
                #expect((1...length + 1).contains(problem.position), "\(text)")
                #expect(problem.reason.hasSuffix("."), "\(problem.reason)")
            } else if let query = try? QueryParser.parse(text) {
                let (terms, depth) = Self.size(query)
                #expect(terms <= ObjectQuery.mostTerms && depth <= 4 * ObjectQuery.deepest, "\(text)")
                for kind in [Kind.hardware, .network, .computeUnit] {
                    var compiler = QueryCompiler(kind, dialect: .sqlite, now: .init(milliseconds: 0))
                    _ = compiler.compile(query)
                    let places = compiler.problems.values.map(\.position)
                    #expect(places.allSatisfy { (1...length + 1).contains($0) }, "\(text)")
                }
            }
        }
    }

    @Test("values are bound and never part of the text of a statement")
    func bound() throws {
        let hostile = "x') OR 1=1 --"
        let query = try #require(
            try QueryParser.parse(
                "vendor:\"\(hostile)\" name:=\"\(hostile)\" custom.\(hostile.prefix(1)):\"\(hostile)\" tag:\"\(hostile)\""
            ))

        for dialect in [Dialect.sqlite, .postgres] {
            let condition = try QueryCompiler.condition(
                query, on: .hardware, dialect: dialect, now: .init(milliseconds: 0))
            #expect(!condition.sql.render(dialect).text.contains("1=1"))
        }
    }

    private static func problem(_ text: String) -> QueryProblem? {
        do throws(QueryProblem) {
            _ = try QueryParser.parse(text)
            return nil
        } catch {
            return error
        }
    }

    private static func text(_ query: ObjectQuery) -> String {
        switch query {
        case .nothing: "0"
        case .text(let text):
            text.phrase.isWhole
                ? "[\(text.phrase.words.joined(separator: " "))]" : text.phrase.words.joined(separator: " ") + "*"
        case .term(let term):
            term.name + term.comparison.rawValue
                + "{\(term.values.map { $0.isQuoted ? "'\($0.text)'" : $0.text }.joined(separator: ","))}"
        case .not(let part): "!" + text(part)
        case .all(let parts): "(\(parts.map(text).joined(separator: " & ")))"
        case .any(let parts): "(\(parts.map(text).joined(separator: " | ")))"
        }
    }

    private static func size(_ query: ObjectQuery) -> (terms: Int, depth: Int) {
        switch query {
        case .nothing: return (0, 1)
        case .text: return (1, 1)
        case .term(let term): return (term.values.count, 1)
        case .not(let part):
            let (terms, depth) = size(part)
            return (terms, depth + 1)
        case .all(let parts), .any(let parts):
            let sizes = parts.map(size)
            return (sizes.map(\.terms).reduce(0, +), (sizes.map(\.depth).max() ?? 0) + 1)
        }
    }
}
