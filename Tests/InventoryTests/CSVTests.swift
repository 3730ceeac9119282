import TestSupport
import Testing

@testable import Inventory

@Suite("CSV")
struct CSVTests {
    private func cells(_ text: String) throws -> [[String]] {
        let table = try CSVTable(parsing: Array(text.utf8))
        return [table.names] + table.records.map(\.cells)
    }

    private func refusal(_ bytes: [UInt8]) -> String {
        do throws(CSVTable.ParseError) {
            _ = try CSVTable(parsing: bytes, mostRecords: 3)
            return "taken"
        } catch {
            return "\(error)"
        }
    }

    private func refusal(_ text: String) -> String { refusal(Array(text.utf8)) }

    @Test("quotes, doubled quotes, line breaks in quotes and every kind of line end are read")
    func reads() throws {
        #expect(
            try cells("a,b\r\n\"x, \"\"y\"\"\",\"two\r\nlines\"\nlast,\r") == [
                ["a", "b"], ["x, \"y\"", "two\r\nlines"], ["last", ""],
            ])
    }

    @Test(
        "semicolons and tabs separate where the first line has more of them",
        arguments: ["a;b;c,d\n1;2;3", "a\tb\tc,d\n1\t2\t3"])
    func separators(text: String) throws {
        #expect(try cells(text) == [["a", "b", "c,d"], ["1", "2", "3"]])
    }

    @Test("a byte order mark and blank lines are passed over, and rows keep the numbers a spreadsheet gives them")
    func numbers() throws {
        let table = try CSVTable(parsing: Array("\u{FEFF}name\n\nfirst\n\"\"\n\"sec\nond\"\nthird\n".utf8))

        #expect(table.names == ["name"])
        #expect(table.records.map(\.number) == [3, 5, 6])
    }

    @Test("a first line that only says what stands between the cells is no row", arguments: [";", ",", "\t"])
    func saidSeparator(sign: String) throws {
        let table = try CSVTable(parsing: Array("\u{FEFF}sep=\(sign)\r\na\(sign)b\r\n1\(sign)2\r\n".utf8))

        #expect(table.names == ["a", "b"])
        #expect(table.records == [CSVTable.Record(number: 3, cells: ["1", "2"])])
        #expect(try cells("sep=x\n1") == [["sep=x"], ["1"]])
    }

    @Test("what cannot be read is refused with its line and column")
    func refusals() {
        #expect(refusal("") == "Line 1, column 1: the file is empty")
        #expect(refusal("\n\n") == "Line 1, column 1: there is no line of column names")
        #expect(
            refusal([0xFF, 0xFE, 0x61, 0, 0x0A, 0])
                == "Line 1, column 1: this is UTF-16; save the file as UTF-8 (“CSV UTF-8”)")
        #expect(refusal("a,b\n1,\"open\n\n") == "Line 2, column 3: this quotation mark is never closed")
        #expect(
            refusal("a,b\n\"ü\"x,2")
                == "Line 2, column 4: after a closing quotation mark comes a separator or the end of the line")
        #expect(refusal("a\nü\0") == "Line 2, column 2: NUL is not allowed")
        #expect(
            refusal(Array("a\nü".utf8) + [0xFF])
                == "Line 2, column 2: this is not UTF-8; save the file as UTF-8 (“CSV UTF-8”)")
        #expect(refusal("a\n1\n2\n3\n4\n").hasSuffix("more than 3 rows; divide the file"))
        #expect(refusal(String(repeating: ",", count: 500)).hasSuffix("more than 500 columns"))
    }

    @Test("what is written is read back, whatever the cells hold")
    func roundTrip() throws {
        var random = SplitMix(seed: 7)
        let alphabet = Array(",;\t\"\r\n aü=+-@'x\u{1F600}")
        for _ in 0..<500 {
            let rows = (0..<4).map { _ in
                (0..<3).map { _ in
                    String(
                        (0..<Int.random(in: 0..<6, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
                    )
                }
            }
            var text = CSVText()
            text.row(["a", "b", "c"])
            for row in rows { text.row(row.map(FormulaGuard.guarded)) }

            let read = try CSVTable(parsing: text.bytes).records.map { $0.cells.map(FormulaGuard.bare) }

            #expect(read == rows)
        }
    }

    @Test("random bytes are read or refused, never more")
    func fuzz() {
        var random = SplitMix(seed: 42)
        let pieces: [[UInt8]] = ["\"", "\"\"", ",", "\n", "\r", "\r\n", "a", "\0", "ü", ";", "\t", "\u{FEFF}"].map {
            Array($0.utf8)
        }
        for _ in 0..<3_000 {
            var bytes: [UInt8] = []
            for _ in 0..<Int.random(in: 0..<40, using: &random) {
                bytes += Bool.random(using: &random) ? pieces.randomElement(using: &random) ?? [] : [random.byte()]
            }
            let said = refusal(bytes)
            #expect(said == "taken" || said.hasPrefix("Line "))
        }
    }

    @Test(
        "formulas get an apostrophe, and what begins with one keeps its own",
        arguments: [("=1+1", "'=1+1"), ("'=1", "''=1"), ("-", "'-"), ("'x", "'x"), ("\tx", "'\tx"), ("a=", "a=")])
    func formulas(bare: String, guarded: String) {
        #expect(FormulaGuard.guarded(bare) == guarded)
        #expect(FormulaGuard.bare(guarded) == bare)
    }

    @Test(
        "tags stand in one cell, in quotes where they have a comma",
        arguments: [["a", "b c"], ["a,b", "5\" disk"], []])
    func tags(tags: [String]) {
        #expect(TagCell.tags(TagCell.text(tags)) == tags)
    }

    @Test("tags typed by hand may have quotes inside and blanks around")
    func typedTags() {
        #expect(TagCell.tags(" a , 5\" disk,, \"x, y\" ") == ["a", "5\" disk", "x, y"])
    }
}

extension SplitMix {
    mutating func byte() -> UInt8 { UInt8(truncatingIfNeeded: next()) }
}
