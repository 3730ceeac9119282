import JSONKit
import Kernel

/// The walk along an export of the trail, line by line: JSON lines, or the JSON list that has a row on each line.
///
/// An export of JSON lines without a filter begins with the checkpoint, if rows were removed, and ends with an anchor;
/// so what was cut off at either end shows.
package struct ExportCheck: Sendable {
    package struct Verdict: Sendable, Equatable {
        package let rows: Int
        package let flaw: ChainFlaw?
        package let head: ChainLink
        package let checkpoint: ChainStatement?
        /// What closes the export.
        package let anchor: ChainStatement?
        /// Anchors from elsewhere that named a row of this export.
        package let anchorsMet: Int
        /// What holds only as far as it can be seen.
        package let remarks: [String]
    }

    private let anchors: [ChainStatement]
    /// The key that must have signed; nil takes the one that the file names.
    private let publicKey: String?
    private var walk: ChainWalk
    private var checkpoint: ChainStatement?
    private var anchor: ChainStatement?
    private var flaw: ChainFlaw?
    private var hasRows = false
    private var isList = false
    private var line = 0

    package init(anchors: [ChainStatement] = [], publicKey: String? = nil) {
        self.anchors = anchors
        self.publicKey = publicKey
        walk = ChainWalk(known: anchors.map(\.link))
    }

    /// Whether anything more has to be read.
    package var isBroken: Bool { flaw != nil }

    package mutating func take(line bytes: some Collection<UInt8>) {
        line += 1
        var bytes = Array(bytes)[...]
        if line == 1, bytes.first == UInt8(ascii: "[") {
            isList = true
            bytes = bytes.dropFirst()
        }
        while let last = bytes.last, [0x20, 0x0D, 0x09].contains(last) { bytes = bytes.dropLast() }
        if isList {
            if bytes.last == UInt8(ascii: "]") { bytes = bytes.dropLast() }
            if bytes.last == UInt8(ascii: ",") { bytes = bytes.dropLast() }
            if bytes.first == UInt8(ascii: ",") { bytes = bytes.dropFirst() }
        }
        guard flaw == nil, !bytes.isEmpty else { return }
        guard anchor == nil else { return fail("Something follows the last line of the export.") }
        do {
            let record = try AuditRecord(line: bytes)
            hasRows = true
            flaw = walk.take(record)
        } catch {
            if let value = try? JSONParser.parse(bytes), let statement = ChainStatement(line: value) {
                take(statement)
            } else {
                fail("Line \(line) cannot be read as a row: \(error).")
            }
        }
    }

    private mutating func take(_ statement: ChainStatement) {
        if let reason = doubt(about: statement) { return fail(reason, at: statement.link.id + 1) }
        switch statement.kind {
        case .checkpoint:
            guard !hasRows, checkpoint == nil else { return fail("A checkpoint stands among the rows.") }
            checkpoint = statement
            walk = ChainWalk(after: statement.link, known: anchors.map(\.link))
        case .anchor:
            anchor = statement
            flaw = walk.finish(at: statement.link, newest: walk.last.id)
        }
    }

    private func doubt(about statement: ChainStatement) -> String? {
        let name = statement.kind == .checkpoint ? "checkpoint" : "last line"
        if statement.isSigned || statement.kind == .checkpoint || publicKey != nil {
            guard statement.isGenuine else { return "The signature of the \(name) is not right." }
        }
        if let publicKey, statement.publicKey != publicKey { return "The \(name) was signed with another key." }
        return nil
    }

    private mutating func fail(_ reason: String, at id: Int64? = nil) {
        flaw = ChainFlaw(id: id ?? walk.last.id + 1, reason: reason)
    }

    /// To be asked after the last line.
    package func verdict() -> Verdict {
        var remarks: [String] = []
        var flaw = flaw
        if flaw == nil, anchor == nil {
            if isList {
                remarks.append("A JSON list has no last line that is signed: rows missing at its end do not show.")
            } else {
                flaw = ChainFlaw(
                    id: walk.last.id + 1,
                    reason: "The export ends without its last line: it was cut off, or made with a filter.")
            }
        }
        if let anchor, !anchor.isSigned {
            remarks.append("The last line is not signed, because the vault was locked when the export was made.")
        }
        let met = anchors.filter { ($0.link.id <= walk.last.id) && $0.link.id > (checkpoint?.link.id ?? 0) }.count
        return Verdict(
            rows: walk.rows, flaw: flaw, head: walk.last, checkpoint: checkpoint, anchor: anchor, anchorsMet: met,
            remarks: remarks)
    }
}
