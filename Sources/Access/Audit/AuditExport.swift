import AuditProof
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Persistence

/// The trail as a file, oldest row first, read and sent in batches.
struct AuditExport: Sendable {
    enum Format: String, Sendable, CaseIterable {
        case csv
        /// One list, a row on each line.
        case json
        /// A row on each line. Without a filter the first line is the checkpoint, if there is one, and the last is an
        /// anchor: what `cb audit verify` reads.
        case jsonl

        var contentType: String {
            switch self {
            case .csv: "text/csv; charset=utf-8"
            case .json: "application/json; charset=utf-8"
            case .jsonl: "application/x-ndjson"
            }
        }
    }

    let trail: AuditTrail
    let store: any Store
    let anchors: AuditAnchors

    func run(_ filter: AuditFilter, _ format: Format) -> Reply {
        let headers: HTTPFields = [
            .contentDisposition: "attachment; filename=\"audit-log.\(format.rawValue)\"", .cacheControl: "no-store",
        ]
        let beginning: String =
            switch format {
            case .csv: Self.columns.joined(separator: ",") + "\r\n"
            case .json: "["
            case .jsonl: ""
            }
        return Reply(
            beginning: ByteBuffer(string: beginning), contentType: format.contentType, headers: headers
        ) { send in
            let isProof = format == .jsonl && filter == AuditFilter()
            // Rows that come while this goes out are left to the next export.
            let anchor = isProof ? try await anchors.statement() : nil
            if isProof, let checkpoint = try await store.read({ try ChainStatements.checkpoint(in: $0) }) {
                try await send(Self.line(checkpoint))
            }
            var isFirst = true
            for try await records in trail.batches(filter) {
                let records = anchor.map { end in records.filter { $0.id <= end.link.id } } ?? records
                try await send(ByteBuffer(bytes: Self.bytes(of: records, format, isFirst: isFirst)))
                isFirst = false
            }
            if let anchor { try await send(Self.line(anchor)) }
            if format == .json { try await send(ByteBuffer(string: "\n]\n")) }
        }
    }

    private static func line(_ statement: ChainStatement) -> ByteBuffer {
        var writer = JSONWriter()
        statement.writeLine(to: &writer)
        return ByteBuffer(bytes: writer.bytes + [UInt8(ascii: "\n")])
    }

    private static func bytes(of records: [AuditRecord], _ format: Format, isFirst: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, record) in records.enumerated() {
            if format == .csv {
                bytes += csvLine(record).utf8
                continue
            }
            var writer = JSONWriter(capacity: 1024)
            record.write(to: &writer)
            if format == .json { bytes += (isFirst && index == 0 ? "\n" : ",\n").utf8 }
            bytes += writer.bytes
            if format == .jsonl { bytes.append(UInt8(ascii: "\n")) }
        }
        return bytes
    }

    private static let columns = [
        "id", "at", "actor", "actor_kind", "actor_id", "address", "request_id", "action", "severity", "entity",
        "entity_id", "entity_name", "before", "after", "previous_hash", "hash",
    ]

    private static func csvLine(_ record: AuditRecord) -> String {
        let cells = [
            String(record.id), RFC3339.text(record.at.milliseconds), record.actor, record.actorKind,
            record.actorID.map(String.init) ?? "", record.address, record.requestID, record.action, record.severity,
            record.entity, record.entityID.map(String.init) ?? "", record.entityName, record.before ?? "",
            record.after ?? "", record.previousHash, record.hash,
        ]
        return cells.map(cell).joined(separator: ",") + "\r\n"
    }

    /// RFC 4180. A text that a spreadsheet would calculate gets an apostrophe, as everywhere in this daemon.
    private static func cell(_ text: String) -> String {
        var text = text
        if let first = text.utf8.first, "=+-@\t\r".utf8.contains(first) { text = "'" + text }
        guard text.utf8.contains(where: { ",\"\r\n".utf8.contains($0) }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
