import Foundation
import Testing

@testable import Topology

/// Files look like the page: what `ExportLook` repeats is read here from the page's own files.
@Suite("The look of exports and of the page")
struct ExportLookTests {
    private static func page(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let web = root.appending(path: "share/circuit-breaker/web/\(path)")
        return try String(contentsOf: web, encoding: .utf8)
    }

    /// The roles of a theme, as `tokens.css` sets them.
    private static func roles(_ theme: String) throws -> [String: String] {
        let css = try page("styles/tokens.css")
        let start = try #require(css.firstRange(of: "[data-theme=\"\(theme)\"] {"), "no theme \(theme)")
        let body = css[start.upperBound...].prefix { $0 != "}" }
        return Dictionary(
            uniqueKeysWithValues: body.matches(of: /--([a-z0-9-]+): (#[0-9a-f]{6});/).map {
                (String($0.1), String($0.2))
            })
    }

    private static let themes: [(ExportLook.Theme, String)] = [(.light, "daylight"), (.dark, "midnight")]

    @Test("every colour is that of the theme", arguments: [0, 1])
    func colours(_ number: Int) throws {
        let (theme, name) = Self.themes[number]
        let roles = try Self.roles(name)
        let look = ExportLook.of(theme)

        #expect(look.ground == roles["surface-0"])
        #expect(look.disc == roles["surface-1"])
        #expect(look.text == roles["text"])
        #expect(look.quiet == roles["text-quiet"])
        let palette = try Self.page("features/map/render.palette.js")
        for kind in ObjectKind.nodes {
            let found = palette.firstMatch(of: try Regex("\\b\(kind.rawValue): \"([a-z]+)\""))
            let hue = found?.output[1].substring.map(String.init) ?? "misc"
            #expect(look.hue(kind) == roles["hue-\(hue)"], "\(kind)")
        }
        for status in ["up", "degraded", "down", "unknown", "maintenance", "retired"] {
            let found = try #require(palette.firstMatch(of: try Regex("\\b\(status): role\\(\"([a-z-]+)\"\\)")))
            let role = try #require(found.output[1].substring.map(String.init))
            #expect(look.state(status) == roles[role], "\(status)")
        }
        #expect(look.state("no such state") == roles["unknown"])
    }

    @Test("every line is drawn as the page draws it", arguments: [0, 1])
    func lines(_ number: Int) throws {
        let (theme, name) = Self.themes[number]
        let roles = try Self.roles(name)
        let look = ExportLook.of(theme)
        let styles = try Self.page("features/map/edges.model.js")
        let palette = try Self.page("features/map/render.palette.js")
        let media = [
            "ethernet": "ethernet", "fibre": "fibre", "wifi": "wifi", "vpn": "vpn", "power": "power", "other": "coax",
        ]
        let types: [(String, EdgeType)] = [
            ("belongs", .hosts), ("network", .inNetwork), ("gateway", .gateway), ("peers", .peers), ("needs", .depends),
        ]
        let found = styles.matches(
            of: /name: "(\w+)", line: "(\w+)", arrow: (\w+), weight: ([\d.]+), tone: "(\w+)"/)
        #expect(found.count == media.count + types.count)
        for style in found {
            let (name, tone) = (String(style.1), String(style.5))
            let type = types.first { $0.0 == name }?.1 ?? .connection
            let line = look.line(
                .init(id: "", from: 0, to: 1, type: type, medium: type == .connection ? media[name] : nil))

            #expect(line.weight == Double(style.4), "\(name)")
            #expect(line.hasArrow == (style.3 == "true"), "\(name)")
            #expect(line.isDouble == (style.2 == "double"), "\(name)")
            #expect(line.dash.isEmpty == (style.2 == "solid" || style.2 == "double"), "\(name)")
            let (colour, opacity) = try Self.tone(tone, name, palette)
            #expect(line.colour == roles[colour], "\(name)")
            #expect(line.opacity == opacity, "\(name)")
        }
    }

    /// Role and opacity of a tone, as `edgeTone` says them.
    private static func tone(_ tone: String, _ name: String, _ palette: String) throws -> (String, Double) {
        let pattern =
            "case \"\(tone)\":\\s+return \\{ colour: palette\\.([a-z]+)(?:\\(\"(\\w+)\"\\))?, alpha: ([^}]+) \\}"
        let found = try #require(palette.firstMatch(of: try Regex(pattern)), "no tone \(tone)")
        let roles = ["quiet": "text-quiet", "degraded": "warn"]
        let word = found.output[1].substring.map(String.init) ?? ""
        let role = found.output[2].substring.map { "hue-\($0)" } ?? roles[word] ?? word
        let alpha = String(found.output[3].substring ?? "")
        // One tone has two: `name === "gateway" ? 0.6 : 0.32`.
        let numbers = alpha.matches(of: /\d\.\d+/).compactMap { Double($0.output) }
        let isSecond = numbers.count == 2 && name != "gateway"
        return (role, try #require(isSecond ? numbers.last : numbers.first))
    }

    @Test("every ring is drawn as the page draws it")
    func rings() throws {
        let sprites = try Self.page("features/map/render.sprites.js")
        let found = sprites.matches(of: /(\w+): \{ width: ([\d.]+), dashes: ([\d.]+), share: ([\d.]+) \}/)
        #expect(found.count == 5)
        for ring in found {
            let drawn = try #require(ExportLook.ring(String(ring.1)), "\(ring.1)")
            #expect(drawn.width == Double(ring.2) && drawn.dashes == Double(ring.3) && drawn.share == Double(ring.4))
        }
        #expect(ExportLook.ring("retired") == nil)
    }
}
