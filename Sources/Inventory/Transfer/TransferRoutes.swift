import HTTPKit
import HTTPTypes
import Kernel
import NIOCore
import Persistence

/// Import and export, for every kind.
struct TransferRoutes: Sendable {
    private let importer: Importer
    private let exporter: Exporter

    /// 5,000 rows of 2 KB.
    static let bodyLimit = 10 << 20

    init(store: any Store, clock: any WallClock) {
        importer = Importer(store: store)
        exporter = Exporter(store: store, clock: clock)
    }

    func register(in api: inout API) {
        for kind in Kind.all { register(kind, in: &api) }
    }

    private func register(_ kind: Kind, in api: inout API) {
        let (importer, exporter) = (importer, exporter)
        let format = QueryField("format", .choice(ImportSheet.Format.allCases.map(\.rawValue)), "CSV or JSON.")
        api.get(
            "\(kind.path)/export", "Export \(kind.plural) as a file", needs: .may(.viewInventory),
            .init(
                query: [format] + kind.listParameters, answer: .oneOf([.bytes("text/csv"), .json(.array(.any))]))
        ) { call in
            try await exporter.run(kind, call.queryItems, format: try Self.format(call.query("format")) ?? .csv)
        }
        let isDry = QueryField("dry_run", .boolean, "Say what would happen; change nothing.")
        api.post(
            "\(kind.path)/import", "Import \(kind.plural) from a file, all rows or none", needs: .may(.editInventory),
            .init(
                query: [format, isDry, ObjectRoutes.allowConflicts], takes: .bytes("text/csv"),
                answer: .json(ImportResult.shape), status: .ok,
                bodyLimit: Self.bodyLimit)
        ) { (call: Call<RawBody>) in
            try Self.refuseUnknown(call.queryItems)
            let isDry = try call.queryFlag("dry_run")
            let format = try Self.format(call.query("format"), of: call.body)
            let sheet = try ImportSheet(kind, call.body.bytes.readableBytesView, format: format)
            let allowsConflicts = try call.queryFlag("allow_conflicts")
            return try await importer.run(
                kind, sheet, isDry: isDry, allowsConflicts: allowsConflicts, by: call.caller
            ).reply(isDry: isDry)
        }
    }

    /// A misspelt `dry_run` must not write.
    static func refuseUnknown(_ items: [(name: String, value: String)]) throws {
        let unknown = items.filter { !["format", "dry_run", "allow_conflicts"].contains($0.name) }
        guard !unknown.isEmpty else { return }
        throw AppError(
            .invalid, "Nothing was imported: the address asks for something that an import does not know.",
            fields: Dictionary(unknown.map { ($0.name, "Use format, dry_run and allow_conflicts.") }) { first, _ in
                first
            })
    }

    private static func format(_ text: String?) throws -> ImportSheet.Format? {
        guard let text else { return nil }
        guard let format = ImportSheet.Format(rawValue: text) else {
            throw AppError(.invalid, "“format” is csv or json.", fields: ["format": "Use csv or json."])
        }
        return format
    }

    /// Only what says to be CSV or JSON is read: a form of another site cannot send these types.
    private static func format(_ asked: String?, of body: RawBody) throws -> ImportSheet.Format {
        let type = body.contentType?.split(separator: ";").first?.trimmed.lowercased()
        let sent: ImportSheet.Format
        switch type {
        case "text/csv": sent = .csv
        case "application/json": sent = .json
        default: throw AppError(.unsupported, "The body must be text/csv or application/json.")
        }
        guard let asked = try format(asked), asked != sent else { return sent }
        throw AppError(.unsupported, "“format” says \(asked.rawValue), the body is \(sent.rawValue).")
    }
}
