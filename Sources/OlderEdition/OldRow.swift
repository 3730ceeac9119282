import JSONKit
import Kernel

/// One row of the older edition. Every column that is read says where it goes; what nobody took is left over, so that
/// nothing can be forgotten by accident.
final class OldRow {
    let table: String
    private var values: [(column: String, value: JSONValue)]
    private(set) var fates: [String: Fate] = [:]

    init(_ table: String, _ values: [(column: String, value: JSONValue)]) {
        self.table = table
        // One column of the older edition is written in two ways.
        self.values = values.map { ($0.column == "CPU_cores" ? "cpu_cores" : $0.column, $0.value) }
    }

    /// Of the row: its `id`, or all of it together.
    var id: String {
        if let id = raw("id") { return Self.plain(id) }
        return values.map { Self.plain($0.value) }.joined(separator: ":")
    }

    private static func plain(_ value: JSONValue) -> String { value.stringValue ?? value.text }

    func raw(_ column: String) -> JSONValue? {
        guard let value = values.first(where: { $0.column == column })?.value, !value.isNull, value != "" else {
            return nil
        }
        return value
    }

    func settle(_ column: String, _ fate: Fate) {
        guard raw(column) != nil else { return }
        fates[column] = fate
    }

    // Reading a column and saying where it goes are one thing.

    func text(_ column: String, to place: String, how: String? = nil) -> String? {
        guard let value = raw(column) else { return nil }
        settle(column, how.map { .derived(place, $0) } ?? .mapped(place))
        return Self.plain(value)
    }

    func integer(_ column: String, to place: String, how: String? = nil) -> Int64? {
        guard let value = raw(column), let number = value.integerValue ?? value.stringValue.flatMap(Int64.init) else {
            return nil
        }
        settle(column, how.map { .derived(place, $0) } ?? .mapped(place))
        return number
    }

    func flag(_ column: String, to place: String) -> Bool? {
        guard let value = raw(column) else { return nil }
        settle(column, .mapped(place))
        if case .bool(let flag) = value { return flag }
        return (value.integerValue ?? Int64(Self.plain(value)) ?? 0) != 0
    }

    /// A column that holds JSON, as text or as it is.
    func json(_ column: String) -> JSONValue? {
        guard let value = raw(column) else { return nil }
        guard let text = value.stringValue else { return value }
        return try? JSONParser.parse(text)
    }

    /// Columns that say something and that nobody took.
    var untaken: [(column: String, value: JSONValue)] {
        values.filter { fates[$0.column] == nil && !$0.value.isNull && $0.value != "" && $0.column != "id" }
    }
}

/// What became of a value.
enum Fate: Equatable {
    /// As it was.
    case mapped(String)
    /// In another form, or as part of something else; how.
    case derived(String, String)
    /// Under another heading: a custom value or the kept secrets.
    case kept(String)
    /// Nowhere; why. It stands in the file of leftovers.
    case none(String)
    /// Not carried over on purpose, and not in the leftovers either: keys of the old daemon.
    case withheld(String)
}
