import Foundation
import JSONKit
import Kernel
import Persistence

/// What the older edition left: its database or its JSON export. Both are tables of rows.
protocol OldSource {
    var tables: [String] { get }
    func columns(of table: String) throws -> [String]
    func each(_ table: String, _ body: ([(column: String, value: JSONValue)]) throws -> Void) throws
    func close()
}

extension OldSource {
    func has(_ table: String) -> Bool { tables.contains(table) }
}

struct OldDatabase: OldSource {
    private let database: ForeignDatabase
    let tables: [String]

    init(_ path: String, folder: String) throws {
        database = try ForeignDatabase(copying: path, into: folder)
        tables = try database.tables()
    }

    func columns(of table: String) throws -> [String] { try database.columns(of: table) }

    func each(_ table: String, _ body: ([(column: String, value: JSONValue)]) throws -> Void) throws {
        try database.each(table) { row in
            try body(row.map { ($0.column, JSONValue(foreign: $0.value)) })
        }
    }

    func close() { database.close() }
}

/// Its export of version 2: an object whose members are lists of objects.
struct OldExport: OldSource {
    static let largestFile = 256 << 20

    private let members: [(name: String, rows: [JSONObject])]
    var tables: [String] { members.map(\.name) }

    init(_ bytes: [UInt8]) throws {
        let problem = AppError(.invalid, "This is not a JSON export of the older edition (version 2).")
        guard let parsed = try? JSONParser.parse(bytes), var object = parsed.objectValue else { throw problem }
        if let data = object["data"]?.objectValue { object = data }
        guard object["version"]?.integerValue == 2 || object["hardware"]?.arrayValue != nil else { throw problem }
        members = object.members.compactMap { name, value in
            value.arrayValue.map { (name, $0.compactMap(\.objectValue)) }
        }
    }

    func columns(of table: String) throws -> [String] {
        var columns: [String] = []
        for row in rows(table) { for (name, _) in row.members where !columns.contains(name) { columns.append(name) } }
        return columns
    }

    func each(_ table: String, _ body: ([(column: String, value: JSONValue)]) throws -> Void) throws {
        for row in rows(table) { try body(row.members.map { ($0.name, $0.value) }) }
    }

    private func rows(_ table: String) -> [JSONObject] { members.first { $0.name == table }?.rows ?? [] }

    func close() {}
}

extension JSONValue {
    fileprivate init(foreign value: ForeignDatabase.Value) {
        self =
            switch value {
            case .null: .null
            case .integer(let integer): .integer(integer)
            case .real(let double): .number(double)
            case .text(let text): .string(text)
            case .blob(let bytes): .string("base64:" + Data(bytes).base64EncodedString())
            }
    }
}
