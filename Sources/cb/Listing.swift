import ControlClient
import JSONKit

extension ControlClient {
    /// Every item of a list that is read page by page.
    func everything(_ path: String) async throws -> [JSONValue] {
        var items: [JSONValue] = []
        var cursor = ""
        // The longest list of people or tokens has far fewer pages; a daemon that never ends one is none of ours.
        for _ in 0..<1000 {
            let page = try await send(.get("\(path)?limit=200\(cursor)")).json().objectValue
            items += page?["items"]?.arrayValue ?? []
            guard let next = page?["next"]?.stringValue,
                next.utf8.allSatisfy({ ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || (0x30...0x39).contains($0) })
            else { return items }
            cursor = "&cursor=\(next)"
        }
        return items
    }
}

/// Rows of text in columns, for people.
struct TextTable {
    private var rows: [[String]]

    init(_ head: [String]) { rows = [head] }

    mutating func add(_ row: [String]) {
        // A name with a line break in it would look like another row.
        rows.append(row.map { Phrase.printable($0).replacing("\n", with: " ") })
    }

    var text: String {
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.count) }
            return String(cells.joined(separator: "  ").reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
    }
}

extension JSONValue {
    /// The text of a member, or a dash where it has none.
    func shown(_ name: String) -> String {
        switch objectValue?[name] {
        case .string(let text)?: text
        case .integer(let number)?: String(number)
        default: "-"
        }
    }
}
