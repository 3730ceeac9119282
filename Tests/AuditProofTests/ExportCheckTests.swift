import JSONKit
import Kernel
import TestSupport
import Testing

@testable import AuditProof

@Suite("Check of an export")
struct ExportCheckTests {
    static let key = ChainKey()
    static let moment = Instant(milliseconds: 1_790_000_000_123)

    /// Rows that continue one another, with everything that is hard to write down.
    static func chain(_ count: Int64, after start: ChainLink = .origin) -> [AuditRecord] {
        var last = start
        return (0..<count).map { index in
            var record = AuditRecord(
                id: last.id + 1, at: Instant(milliseconds: moment.milliseconds + index), actor: "ada \"\\ é😀\u{2028}",
                actorKind: "person", actorID: index % 2 == 0 ? nil : index, address: index % 3 == 0 ? "" : "::1",
                requestID: "", action: "changed", severity: "info", entity: "hardware", entityID: index,
                entityName: "n\(index)", before: index % 2 == 0 ? nil : #"{"a":1.50,"b":[" x ",{"before":null}]}"#,
                after: #"{"hash":"}\",","after":{"c":"\#(index)"}}"#, previousHash: last.hash)
            record.hash = record.expectedHash
            last = ChainLink(id: record.id, hash: record.hash)
            return record
        }
    }

    static func lines(_ records: [AuditRecord], checkpoint: ChainStatement? = nil, signed: Bool = true) -> [String] {
        let last = records.last.map { ChainLink(id: $0.id, hash: $0.hash) } ?? checkpoint?.link ?? .origin
        let anchor = ChainStatement(kind: .anchor, link: last, at: moment, by: signed ? key : nil)
        return (checkpoint.map { [line($0)] } ?? [])
            + records.map { record in
                var writer = JSONWriter()
                record.write(to: &writer)
                return writer.text
            } + [line(anchor)]
    }

    static func line(_ statement: ChainStatement) -> String {
        var writer = JSONWriter()
        statement.writeLine(to: &writer)
        return writer.text
    }

    private func check(
        _ lines: [String], anchors: [ChainStatement] = [], publicKey: String? = nil
    ) -> ExportCheck.Verdict {
        var check = ExportCheck(anchors: anchors, publicKey: publicKey)
        for line in lines { check.take(line: line.utf8) }
        return check.verdict()
    }

    @Test("a row is read from its line as it was written")
    func roundTrip() throws {
        for record in Self.chain(12) {
            var writer = JSONWriter()
            record.write(to: &writer)

            #expect(try AuditRecord(line: writer.bytes) == record)
            #expect(record.hasExpectedHash)
        }
    }

    @Test("a whole export holds, from the origin and from a checkpoint")
    func sound() {
        let rows = Self.chain(20)
        let cut = ChainStatement(
            kind: .checkpoint, link: ChainLink(id: 8, hash: rows[7].hash), removed: 8, at: Self.moment, by: Self.key)

        let whole = check(Self.lines(rows), publicKey: Self.key.publicKey)
        let rest = check(Self.lines(Array(rows[8...]), checkpoint: cut))

        #expect(whole.flaw == nil && whole.rows == 20 && whole.remarks.isEmpty)
        #expect(rest.flaw == nil && rest.rows == 12 && rest.checkpoint == cut)
        #expect(whole.head == rest.head)
    }

    @Test("every single character that is changed in a row is found in that row")
    func everyCharacter() {
        let lines = Self.lines(Self.chain(3))
        let target = Array(lines[1].utf8)
        for index in target.indices {
            var bytes = target
            bytes[index] = bytes[index] == UInt8(ascii: "1") ? UInt8(ascii: "2") : UInt8(ascii: "1")
            var check = ExportCheck()
            for line in [Array(lines[0].utf8), bytes] + lines[2...].map({ Array($0.utf8) }) { check.take(line: line) }

            let flaw = check.verdict().flaw
            // A number of its own that was changed makes it another row, which then stands in the wrong place.
            #expect(flaw != nil, "byte \(index)")
            if !String(decoding: bytes, as: UTF8.self).hasPrefix("{\"id\":1") {
                #expect(flaw?.id == 2, "byte \(index)")
            }
        }
    }

    @Test("rows that are missing, moved, doubled or slipped in are named")
    func order() {
        let rows = Self.chain(10)
        var lines = Self.lines(rows)
        lines.remove(at: 4)
        #expect(check(lines).flaw == ChainFlaw(id: 6, reason: "Rows before this one are missing."))
        lines = Self.lines(rows)
        lines.swapAt(4, 5)
        #expect(check(lines).flaw?.id == 6)
        lines = Self.lines(rows)
        lines.insert(lines[4], at: 5)
        #expect(check(lines).flaw?.id == 5)
        lines = Self.lines(rows)
        lines.insert(#"{"id":5}"#, at: 4)
        #expect(check(lines).flaw?.id == 5)
    }

    @Test("an export that was cut off at its end or its beginning is found out")
    func cutOff() {
        let rows = Self.chain(10)

        #expect(check(Self.lines(rows).dropLast()).flaw?.id == 11)
        #expect(check(Array(Self.lines(rows).dropLast(2)) + [Self.lines(rows)[10]]).flaw?.id == 10)
        #expect(check(Array(Self.lines(rows).dropFirst(3))).flaw?.id == 4)
        #expect(check([]).flaw?.id == 1)
        #expect(check(Self.lines(rows) + [Self.lines(rows)[0]]).flaw != nil)
    }

    @Test("what was not signed by the key is not believed")
    func signatures() {
        let rows = Self.chain(10)
        let link = ChainLink(id: 4, hash: rows[3].hash)
        let forged = ChainStatement(
            kind: .checkpoint, link: link, removed: 4, at: Self.moment, publicKey: Self.key.publicKey,
            signature: ChainStatement(kind: .anchor, link: link, removed: 4, at: Self.moment, by: Self.key).signature)
        let foreign = ChainStatement(kind: .checkpoint, link: link, removed: 4, at: Self.moment, by: ChainKey())

        #expect(check(Self.lines(Array(rows[4...]), checkpoint: forged)).flaw?.id == 5)
        #expect(check(Self.lines(Array(rows[4...]), checkpoint: foreign)).flaw == nil)
        #expect(
            check(Self.lines(Array(rows[4...]), checkpoint: foreign), publicKey: Self.key.publicKey).flaw?.id == 5)
        #expect(check(Self.lines(rows, signed: false)).remarks.count == 1)
        #expect(check(Self.lines(rows, signed: false), publicKey: Self.key.publicKey).flaw != nil)
    }

    @Test("a history that was written anew does not fit its anchors")
    func anchors() {
        let rows = Self.chain(10)
        let anchor = ChainStatement(
            kind: .anchor, link: ChainLink(id: 6, hash: rows[5].hash), at: Self.moment, by: Self.key)
        var forged = Array(rows[..<2])
        for record in rows[2...] {
            var record = record
            record.actor = "nobody"
            record.previousHash = forged.last?.hash ?? ""
            record.hash = record.expectedHash
            forged.append(record)
        }

        #expect(check(Self.lines(forged)).flaw == nil)
        #expect(check(Self.lines(forged), anchors: [anchor]).flaw?.id == 6)
        #expect(check(Self.lines(rows), anchors: [anchor]).anchorsMet == 1)
    }

    @Test("the JSON list is read too, and says what it cannot show")
    func list() {
        let rows = Self.lines(Self.chain(5)).dropLast()
        let list = ["["] + rows.enumerated().map { ($0 == 4) ? $1 : $1 + "," } + ["]"]

        let verdict = check(list)

        #expect(verdict.flaw == nil && verdict.rows == 5 && verdict.remarks.count == 1)
    }
}
