internal import CLibPQ
import Glibc

/// An answer of the server. Owns libpq's memory of it; used on the queue of its connection only.
final class PostgresResult {
    private let handle: OpaquePointer

    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit {
        PQclear(handle)
    }

    var status: ExecStatusType { PQresultStatus(handle) }

    var rowCount: Int32 { PQntuples(handle) }

    var columnCount: Int32 { PQnfields(handle) }

    /// `COMMIT`, or `ROLLBACK` where a commit was asked for and refused.
    var command: String { String(cString: PQcmdStatus(handle)) }

    var affectedRows: Int { Int(String(cString: PQcmdTuples(handle))) ?? 0 }

    var columnNames: [String] { (0..<columnCount).map { String(cString: PQfname(handle, $0)) } }

    var columnTypes: [Oid] { (0..<columnCount).map { PQftype(handle, $0) } }

    var message: String { String(cString: PQresultErrorMessage(handle)) }

    /// A field of an error report, by the letter of the protocol.
    func field(_ letter: Unicode.Scalar) -> String? {
        PQresultErrorField(handle, Int32(letter.value)).map { String(cString: $0) }
    }

    func values(row: Int32, types: [Oid]) -> [SQLValue] {
        var values: [SQLValue] = []
        values.reserveCapacity(types.count)
        for (index, type) in types.enumerated() { values.append(value(row: row, column: Int32(index), type: type)) }
        return values
    }

    /// The server answers in text; numbers become what SQLite would give.
    private func value(row: Int32, column: Int32, type: Oid) -> SQLValue {
        guard PQgetisnull(handle, row, column) == 0, let text = PQgetvalue(handle, row, column) else { return .null }
        switch type {
        case 20, 21, 23, 26: return .integer(Int64(strtoll(text, nil, 10)))
        case 16: return .integer(text.pointee == CChar(UInt8(ascii: "t")) ? 1 : 0)
        case 700, 701: return .real(strtod(text, nil))
        case 1_700:
            let text = String(cString: text)
            if let integer = Int64(text) { return .integer(integer) }
            return Double(text).map { .real($0) } ?? .text(text)
        default:
            let bytes = UnsafeRawBufferPointer(start: text, count: Int(PQgetlength(handle, row, column)))
            return .text(String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// The values of a statement as C strings, for the length of one call.
struct PostgresArguments: ~Copyable {
    private let copies: [UnsafeMutablePointer<CChar>?]

    init(_ values: [SQLValue]) throws {
        copies = try values.map { value in
            switch value {
            case .null: nil
            case .integer(let integer): strdup(String(integer))
            case .real(let double): strdup("\(double)")
            case .text(let text): strdup(try text.withoutNull())
            }
        }
    }

    deinit {
        for copy in copies { free(copy) }
    }

    borrowing func withPointers<T>(_ body: ([UnsafePointer<CChar>?]) throws -> T) rethrows -> T {
        try body(copies.map { $0.map { UnsafePointer($0) } })
    }

    /// Numbers say what they are; texts take the type of what they meet.
    static func types(_ values: [SQLValue]) -> [Oid] {
        values.map { value in
            switch value {
            case .integer: 20
            case .real: 701
            case .null, .text: 0
            }
        }
    }
}
