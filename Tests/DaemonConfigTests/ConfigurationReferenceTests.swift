import Foundation
import Testing

@testable import DaemonConfig

@Suite("Configuration reference")
struct ConfigurationReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    @Test("the template is a valid file that changes nothing")
    func templateIsValid() throws {
        let configuration = try load(ConfigurationReference.yaml(), env: ConfigurationReference.environment())

        #expect(configuration.settings.allSatisfy { $0.origin == .fallback })
    }

    @Test("every key of the template can be uncommented as it stands")
    func templateIsRight() throws {
        let yaml = ConfigurationReference.yaml().split(separator: "\n").map { line in
            let bare = line.drop { $0 == " " }
            let isKey = bare.hasPrefix("#") && !bare.hasPrefix("# ") && bare != "#"
            return isKey ? String(line).replacing("#", with: "", maxReplacements: 1) : String(line)
        }
        .filter { !$0.hasSuffix("api_token:") && !$0.hasSuffix("  key:") }
        .joined(separator: "\n")

        let configuration = try load(
            yaml,
            files: ["/etc/circuit-breaker/certs/server.crt": "", "/etc/circuit-breaker/certs/server.key": ""])

        #expect(
            configuration.settings.filter { $0.origin == .fallback }.map(\.key) == [
                "access.api_token", "vault.key", "vault.old_keys",
            ])
        #expect(configuration.server.port == 8443)
    }

    @Test("every option has its own key, names and flag, and a sentence")
    func namesAreUnique() {
        let entries = OptionTable.entries

        #expect(entries.count > 30)
        #expect(Set(entries.map(\.key)).count == entries.count)
        #expect(Set(entries.map(\.flag)).count == entries.count)
        #expect(entries.allSatisfy { $0.summary.hasSuffix(".") })
        #expect(entries.allSatisfy { entry in OptionTable.sections.contains { $0.key == entry.section } })
    }

    @Test(
        "the committed texts are current",
        arguments: [
            ("etc/circuit-breaker/config.yaml", ConfigurationReference.yaml()),
            ("etc/circuit-breaker/env", ConfigurationReference.environment()),
            ("docs/reference/configuration.md", ConfigurationReference.markdown()),
        ])
    func committedTexts(_ path: String, _ text: String) throws {
        let file = Self.root.appendingPathComponent(path)
        if ProcessInfo.processInfo.environment["UPDATE_GENERATED"] != nil {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }

        #expect(try String(contentsOf: file, encoding: .utf8) == text, "Run it once with UPDATE_GENERATED=1.")
    }
}
