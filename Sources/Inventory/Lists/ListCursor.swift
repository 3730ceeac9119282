import Foundation
import JSONKit
import Kernel
import Persistence

/// Where a page of a list ended: the order, the last row's value in it, and its id. Opaque to clients.
struct ListCursor: Equatable {
    let sort: String
    /// Null where the last row had no value; those come last.
    let value: SQLValue
    let id: Int64

    var text: String {
        let json: JSONValue =
            switch value {
            case .null: .null
            case .integer(let value): .integer(value)
            case .real(let value): .number(value)
            case .text(let value): .string(value)
            }
        let bytes = Data(JSONValue.array([.string(sort), json, .integer(id)]).text.utf8)
        return bytes.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    init(sort: String, value: SQLValue, id: Int64) {
        self.sort = sort
        self.value = value
        self.id = id
    }

    init(parsing text: String, sort: String) throws {
        let refusal = AppError(.malformed, "The cursor is not one of this list; read the list from its beginning.")
        guard text.utf8.count <= 2_000 else { throw refusal }
        var base64 = text.replacing("-", with: "+").replacing("_", with: "/")
        while base64.utf8.count % 4 != 0 { base64 += "=" }
        guard let bytes = Data(base64Encoded: base64), let parsed = try? JSONParser.parse(bytes),
            case .array(let parts) = parsed, parts.count == 3, parts[0].stringValue == sort,
            case .integer(let id) = parts[2]
        else { throw refusal }
        self.sort = sort
        self.id = id
        switch parts[1] {
        case .null: value = .null
        case .integer(let number): value = .integer(number)
        case .number(let number): value = .real(number)
        case .string(let text): value = .text(text)
        default: throw refusal
        }
    }
}
