/// A table of texts read from CSV (RFC 4180): a line of column names, then records.
///
/// The separator is the comma, or the semicolon or tab that spreadsheets write where the comma is a decimal sign. Blank
/// lines are left out. Every refusal names the line and the column (in characters) where the trouble begins.
struct CSVTable: Equatable {
    struct Record: Equatable {
        /// As a spreadsheet numbers it: the line of names is 1.
        let number: Int
        let cells: [String]
    }

    struct ParseError: Error, Equatable, CustomStringConvertible {
        let line: Int
        let column: Int
        let reason: String
        var description: String { "Line \(line), column \(column): \(reason)" }
    }

    static let mostColumns = 500

    let names: [String]
    let records: [Record]

    init(parsing bytes: some Collection<UInt8>, mostRecords: Int = .max) throws(ParseError) {
        let bytes = Array(bytes)
        try Self.checkText(bytes)
        var reader = CSVReader(bytes)
        var names: [String]?
        var records: [Record] = []
        while let record = try reader.next() {
            if record.cells.allSatisfy(\.isEmpty), record.cells.count == 1 { continue }
            guard record.cells.count <= Self.mostColumns else {
                throw reader.error("more than \(Self.mostColumns) columns")
            }
            if names == nil {
                names = record.cells.map(\.trimmed)
            } else if records.count < mostRecords {
                records.append(record)
            } else {
                throw reader.error("more than \(mostRecords) rows; divide the file")
            }
        }
        guard let names else { throw ParseError(line: 1, column: 1, reason: "there is no line of column names") }
        self.names = names
        self.records = records
    }

    /// UTF-8 throughout and no NUL, which no engine stores.
    private static func checkText(_ bytes: [UInt8]) throws(ParseError) {
        if bytes.isEmpty { throw ParseError(line: 1, column: 1, reason: "the file is empty") }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw ParseError(
                line: 1, column: 1, reason: "this is UTF-16; save the file as UTF-8 (“CSV UTF-8”)")
        }
        if let nul = bytes.firstIndex(of: 0) { throw place(nul, in: bytes, "NUL is not allowed") }
        guard String(validating: bytes, as: UTF8.self) == nil else { return }
        // Looked for only now: a file that is right is the usual one.
        var decoder = UTF8()
        var rest = bytes.makeIterator()
        var scalars = 0
        var line = 1
        while case .scalarValue(let scalar) = decoder.decode(&rest) {
            scalars += 1
            if scalar == "\n" { (line, scalars) = (line + 1, 0) }
        }
        throw ParseError(
            line: line, column: scalars + 1, reason: "this is not UTF-8; save the file as UTF-8 (“CSV UTF-8”)")
    }

    private static func place(_ index: Int, in bytes: [UInt8], _ reason: String) -> ParseError {
        let before = bytes[..<index]
        let line = before.count { $0 == UInt8(ascii: "\n") } + 1
        let start = before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        return ParseError(line: line, column: CSVReader.characters(bytes[start..<index]) + 1, reason: reason)
    }
}

/// Walks the bytes once, a record at a time.
private struct CSVReader {
    private let bytes: [UInt8]
    private let separator: UInt8
    private var index = 0
    private var line = 1
    private var lineStart = 0
    private var recordNumber = 0

    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        // Excel marks UTF-8 by a byte order mark.
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        // A first line such as “sep=;” only says what stands between the cells.
        if let said = Self.said(bytes[index...]) {
            separator = said
            index += 5
            recordNumber = 1
            takeLineEnd()
        } else {
            separator = Self.separator(of: bytes[index...])
        }
        lineStart = index
    }

    private static func said(_ bytes: ArraySlice<UInt8>) -> UInt8? {
        let head = Array(bytes.prefix(6))
        guard head.count == 6, head[5] == lineFeed || head[5] == carriageReturn,
            String(decoding: head[..<4], as: UTF8.self).lowercased() == "sep="
        else { return nil }
        return [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")].first { $0 == head[4] }
    }

    /// The one there is most of in the first line, outside quotes.
    private static func separator(of bytes: ArraySlice<UInt8>) -> UInt8 {
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in bytes {
            if byte == quote { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == lineFeed || byte == carriageReturn { break }
            counts[byte, default: 0] += 1
        }
        let comma = UInt8(ascii: ",")
        return [UInt8(ascii: ";"), UInt8(ascii: "\t")].first { counts[$0, default: 0] > counts[comma, default: 0] }
            ?? comma
    }

    func error(_ reason: String) -> CSVTable.ParseError {
        let column = Self.characters(bytes[min(lineStart, index)..<index]) + 1
        return CSVTable.ParseError(line: line, column: column, reason: reason)
    }

    /// Scalars, counted by the bytes that begin one.
    static func characters(_ bytes: ArraySlice<UInt8>) -> Int { bytes.count { $0 & 0xC0 != 0x80 } }

    mutating func next() throws(CSVTable.ParseError) -> CSVTable.Record? {
        guard index < bytes.count else { return nil }
        recordNumber += 1
        var cells: [String] = []
        repeat {
            cells.append(try cell())
        } while takeSeparator()
        takeLineEnd()
        return CSVTable.Record(number: recordNumber, cells: cells)
    }

    private mutating func takeSeparator() -> Bool {
        guard index < bytes.count, bytes[index] == separator else { return false }
        index += 1
        return true
    }

    /// CRLF, LF, or the CR of old files.
    private mutating func takeLineEnd() {
        guard index < bytes.count else { return }
        if bytes[index] == Self.carriageReturn { index += 1 }
        if index < bytes.count, bytes[index] == Self.lineFeed { index += 1 }
        line += 1
        lineStart = index
    }

    private mutating func cell() throws(CSVTable.ParseError) -> String {
        if index < bytes.count, bytes[index] == Self.quote { return try quotedCell() }
        let start = index
        while index < bytes.count, !endsCell(bytes[index]) { index += 1 }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private func endsCell(_ byte: UInt8) -> Bool {
        byte == separator || byte == Self.lineFeed || byte == Self.carriageReturn
    }

    private mutating func quotedCell() throws(CSVTable.ParseError) -> String {
        let unclosed = error("this quotation mark is never closed")
        index += 1
        var content: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            guard byte == Self.quote else {
                content.append(byte)
                if byte == Self.lineFeed { (line, lineStart) = (line + 1, index) }
                continue
            }
            if index < bytes.count, bytes[index] == Self.quote {
                content.append(byte)
                index += 1
                continue
            }
            guard index == bytes.count || endsCell(bytes[index]) else {
                throw error("after a closing quotation mark comes a separator or the end of the line")
            }
            return String(decoding: content, as: UTF8.self)
        }
        throw unclosed
    }
}
