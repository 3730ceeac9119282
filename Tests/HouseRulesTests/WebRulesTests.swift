import Kernel
import Testing

/// The part of the page rules that needs no Node; `tools/check-web.mjs` holds the rest.
@Suite("House rules: pages")
struct WebRulesTests {
    static let web = "share/circuit-breaker/web"

    static var modules: [TextFile] { Repository.here.files(under: web, ending: ".js") }

    @Test("the daemon takes the themes and fonts that the pages have, and no other")
    func looks() throws {
        let text = try #require(Self.modules.first { $0.path.hasSuffix("lib/theme.js") }).text
        let lists = text.split(separator: "];").filter {
            $0.contains("export const THEMES") || $0.contains("export const FONTS")
        }
        let known = lists.map { $0.matches(of: /\{ id: "([a-z-]+)"/).map { String($0.output.1) } }

        #expect(known == [Array(Look.themes.dropFirst()), Look.fonts])
    }

    @Test("no page module makes markup or code from text")
    func markup() {
        let banned = [".innerHTML", ".outerHTML", "insertAdjacentHTML", "document.write(", "new Function("]
        let findings = Self.modules.flatMap { module in
            module.lines.enumerated().flatMap { index, line in
                banned.filter { line.contains($0) && !line.drop { $0 == " " }.hasPrefix("//") }.map {
                    Finding(module.path, index + 1, $0)
                }
            }
        }

        expectNone(
            findings, rule: "no page module makes markup or code from text",
            because: "a host name from the network would become a script",
            wayOut: "build nodes with h() from lib/dom.js: it makes text nodes")
    }

    @Test("no feature of the pages imports another")
    func walls() {
        let findings = Self.modules.flatMap { module -> [Finding] in
            let parts = module.path.dropFirst(Self.web.count + 1).split(separator: "/")
            guard parts.first == "features", parts.count > 2 else { return [] }
            return module.lines.enumerated().filter { _, line in
                line.contains("import") && (line.contains(/["']\.\.\/[^.]/) || line.contains("../../features/"))
            }.map { Finding(module.path, $0.offset + 1, String($0.element)) }
        }

        expectNone(
            findings, rule: "a feature imports lib/ and ui/ only",
            because: "features come and go one at a time",
            wayOut: "go through an event of lib/live.js or a URL; move what is shared to lib/ or ui/")
    }

    @Test("the API is asked by lib/api.js alone")
    func oneDoor() {
        let others = ["XMLHttpRequest", "sendBeacon", "EventSource", "fetch(\"/api", "fetch(`/api"]
        // boot.js asks ahead while modules come, and lib/api.js takes what it got.
        let doors = ["/lib/api.js", "/web/boot.js", ".test.js"]
        let findings = Self.modules.filter { module in !doors.contains { module.path.hasSuffix($0) } }
            .flatMap { module in
                module.lines.enumerated().flatMap { index, line in
                    others.filter { line.contains($0) && !line.drop { $0 == " " }.hasPrefix("//") }.map {
                        Finding(module.path, index + 1, $0)
                    }
                }
            }

        expectNone(
            findings, rule: "the API is asked by lib/api.js alone",
            because: "it asks for a fresh proof where the API wants one, and sends the question once more",
            wayOut: "use api or send of lib/api.js")
    }

    @Test("a page module has at most 500 lines")
    func length() {
        expectNone(
            Self.modules.filter { $0.lineCount > 500 }.map { Finding($0.path, nil, "\($0.lineCount) lines") },
            rule: "a page module has at most 500 lines",
            because: "a longer file holds two subjects", wayOut: "move the pure part to a .model.js with its test")
    }
}
