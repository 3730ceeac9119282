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
        /// A row on each line and nothing around them.
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
            var isFirst = true
            for try await records in trail.batches(filter) {
                try await send(ByteBuffer(bytes: Self.bytes(of: records, format, isFirst: isFirst)))
                isFirst = false
            }
            if format == .json { try await send(ByteBuffer(string: "\n]\n")) }
        }
    }

    private static func bytes(of records: [AuditRecord], _ format: Format, isFirst: Bool) -> [UInt8] {
        var bytes: [UInt8] = []
        for (index, record) in records.enumerated() {
            if format == .csv {
                bytes += csvLine(record).utf8
                continue
            }
            var writer = JSONWriter(capacity: 1024)
            ShownAuditRecord(record: record).write(to: &writer)
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
