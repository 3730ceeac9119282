import Crypto
import Persistence

/// One step of the schema. A step that has shipped is never edited; write the next one.
package struct Migration: Sendable {
    package let number: Int
    package let name: String
    private let statements: @Sendable (Dialect) -> [SQL]

    package init(number: Int, name: String, statements: @escaping @Sendable (Dialect) -> [SQL]) {
        self.number = number
        self.name = name
        self.statements = statements
    }

    func statements(for dialect: Dialect) -> [SQL] { statements(dialect) }

    /// SHA-256 over what the engine is told: a database remembers it, so that a step edited after its release is found.
    package func checksum(for dialect: Dialect) -> String {
        var digest = SHA256()
        for statement in statements(dialect) {
            let (text, values) = statement.render(dialect)
            for part in [text] + values.map({ String(sqlValue: $0) ?? "NULL" }) {
                digest.update(data: Array(part.utf8) + [0])
            }
        }
        return digest.finalize().hexText
    }
}

extension Migration {
    /// Every step, oldest first. Add to the end.
    package static let all: [Migration] = [
        .m0001Trail,
        .m0002Inventory,
        .m0010People, .m0011SignInLimits, .m0012FirstRun, .m0013APITokens,
        .m0020AppSettings,
        .m0030Maps,
        .m0040DiscoveryLinks,
        .m0041Vault,
        .m0050SignIns, .m0051SecondFactors,
        .m0060Mail, .m0061Invitations, .m0062PasswordResets, .m0063SignInProviders,
        .m0067Photos,
        .m0073BackupSettings, .m0074BackupJobs, .m0075BackupCopies,
        .m0076AuditKeeping,
        .m0079OlderEdition,
        .m0085MapLayouts,
        .m0090Inviters,
        .m0092Redundancy,
        .m0094ShareLinks,
        .m0095MapLooks,
        .m0097MapAnnotations, .m0098MapAppearances,
        .m0099ListViews,
        .m0101Notes, .m0102NoteLinks, .m0103Pictures,
    ]
}
