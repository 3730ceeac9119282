import DaemonConfig
import Foundation
import JSONKit
import Kernel
import Logging
import OlderEdition
import Persistence
import SecretVault
import Systemd

/// `circuit-breaker import-older FILE`: on the machine itself, with the daemon's own configuration.
package struct OlderImportOptions: Sendable {
    package var file: String
    package var keyFile: String?
    package var source: String
    package var leftovers: String?
    package var isDry: Bool
    package var asJSON: Bool

    package init(
        file: String, keyFile: String? = nil, source: String = "older", leftovers: String? = nil, isDry: Bool = false,
        asJSON: Bool = false
    ) {
        self.file = file
        self.keyFile = keyFile
        self.source = source
        self.leftovers = leftovers
        self.isDry = isDry
        self.asJSON = asJSON
    }
}

extension Program {
    /// Takes over what the older edition kept. The daemon may run; it shows what arrived after its next start.
    package func importOlder(_ options: OlderImportOptions) async -> Int32 {
        await withConfiguration { configuration in
            let logger = Self.startLogging(configuration, SystemdEnvironment(environment))
            let opened = try openStore(configuration)
            do {
                try await opened.migrate(logger: logger)
                let report = try await importOlder(options, configuration, opened.store, logger)
                try await opened.store.close()
                if options.asJSON { say(report.json.text) } else { report.lines.forEach(say) }
            } catch {
                // The first reason is the one to tell.
                try? await opened.store.close()
                throw error
            }
        }
    }

    private func importOlder(
        _ options: OlderImportOptions, _ configuration: Configuration, _ store: any Store, _ logger: Logger
    ) async throws -> ImportReport {
        let folder = configuration.data.directory
        let vault = SecretVault(store: store, supplied: try SuppliedKey(configuration), folder: folder, logger: logger)
        try await vault.begin()
        var wish = OlderImport.Wish(file: options.file)
        wish.sourceName = options.source
        wish.isDry = options.isDry
        wish.keyText = try options.keyFile.map { path in
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
                throw AppError(.invalid, "The key file \(path) cannot be read.")
            }
            return Secret(text)
        }
        wish.leftovers = options.leftovers ?? Self.leftoverPath(folder)
        let importer = OlderImport(
            store: store, vault: vault, seeds: SealedSeeds(vault: vault, column: .totpSeed), folder: folder)
        let report = try await importer.run(wish, by: Self.console)
        if !options.isDry, report.leftovers > 0, let path = wish.leftovers {
            complain("What has no place here stands in \(path).")
        }
        return report
    }

    private static let console = Caller(
        kind: .system, name: "import-older", permissions: Set(Permission.allCases), isFreshlyProven: true)

    private static func leftoverPath(_ folder: String) -> String {
        let stamp = SystemClock().now.milliseconds / 1000
        return "\(folder)/older-edition-\(stamp).jsonl"
    }
}
