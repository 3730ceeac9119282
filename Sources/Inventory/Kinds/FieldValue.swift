import JSONKit
import Kernel
import NetAddress
import Persistence

/// Why a value cannot be taken, as a sentence for the person who sent it.
struct FieldProblem: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

extension Field {
    /// The value as it is stored. Empty texts and null are no value.
    func read(_ json: JSONValue) throws(FieldProblem) -> SQLValue {
        if json.isNull { return .null }
        switch type {
        case .integer: return try .integer(Int64(readInteger(json)))
        case .number: return try .real(readNumber(json))
        case .boolean:
            guard let flag = json.boolValue else { throw FieldProblem("Use true or false, not \(json.kindName).") }
            return .integer(flag ? 1 : 0)
        case .reference:
            guard let id = json.integerValue, id > 0 else { throw FieldProblem("Use the id of an object.") }
            return .integer(id)
        default:
            guard let text = json.stringValue else { throw FieldProblem("Use a text, not \(json.kindName).") }
            return try readText(text)
        }
    }

    private func readInteger(_ json: JSONValue) throws(FieldProblem) -> Int {
        guard let value = json.integerValue.flatMap({ Int(exactly: $0) }) else {
            throw FieldProblem(Self.noWholeNumber(json))
        }
        try checkRange(Double(value))
        return value
    }

    private static func noWholeNumber(_ json: JSONValue) -> String {
        guard let number = json.numberValue else { return "Use a whole number, not \(json.kindName)." }
        return number.rounded() == number ? "This number is too large." : "Use a whole number, not a fraction."
    }

    private func readNumber(_ json: JSONValue) throws(FieldProblem) -> Double {
        guard let value = json.numberValue, value.isFinite else {
            throw FieldProblem("Use a number, not \(json.kindName).")
        }
        try checkRange(value)
        return value
    }

    private func checkRange(_ value: Double) throws(FieldProblem) {
        if let minimum, value < Double(minimum) { throw FieldProblem("At least \(minimum).") }
        if let maximum, value > Double(maximum) { throw FieldProblem("At most \(maximum).") }
    }

    private func readText(_ text: String) throws(FieldProblem) -> SQLValue {
        let text = text.trimmed
        if text.isEmpty { return .null }
        try checkCharacters(text)
        switch type {
        case .choice(let choices):
            guard choices.contains(text) else { throw FieldProblem("Use one of: \(choices.joined(separator: ", ")).") }
            return .text(text)
        case .ip:
            guard let address = IPAddress(text) else { throw FieldProblem("This is not an IP address.") }
            return .text(address.description)
        case .cidr:
            do { return .text(try CIDRBlock(parsing: text).description) } catch { throw FieldProblem("\(error)") }
        case .mac:
            guard let mac = MACAddress(text) else { throw FieldProblem("This is not a MAC address.") }
            return .text(mac.description)
        case .url: return .text(try checkURL(text))
        case .date: return .text(try checkDate(text))
        case .color: return .text(try checkColor(text))
        case .ports:
            do throws(ServicePorts.ParseError) {
                return .text(try ServicePorts(parsing: text).description)
            } catch {
                throw FieldProblem(error.reason)
            }
        default: return .text(text)
        }
    }

    private func checkCharacters(_ text: String) throws(FieldProblem) {
        if let maxLength, text.unicodeScalars.count > maxLength {
            throw FieldProblem("At most \(maxLength) characters.")
        }
        // Most texts hold nothing that could be one.
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return }
        for scalar in text.unicodeScalars {
            let isLineBreak = scalar == "\n" || scalar == "\t" || scalar == "\r"
            if isLineBreak, type == .longText { continue }
            if scalar.properties.generalCategory == .control {
                throw FieldProblem("Control characters are not allowed here.")
            }
        }
    }

    /// Only schemes a person may click: a `javascript:` address would run in the page.
    private func checkURL(_ text: String) throws(FieldProblem) -> String {
        guard let colon = text.firstRange(of: "://") else {
            throw FieldProblem("Write the whole address, such as https://nas.lan/.")
        }
        let scheme = text[..<colon.lowerBound].lowercased()
        let allowed = ["http", "https", "ssh", "ftp", "sftp", "smb", "nfs", "rdp", "vnc", "ws", "wss", "ldap", "ldaps"]
        guard allowed.contains(scheme) else {
            throw FieldProblem("The scheme “\(scheme.prefix(20))” is not one of \(allowed.joined(separator: ", ")).")
        }
        let rest = text[colon.upperBound...]
        guard let first = rest.first, first != "/", !text.contains(where: \.isWhitespace) else {
            throw FieldProblem("This is not a web address.")
        }
        return text
    }

    private func checkDate(_ text: String) throws(FieldProblem) -> String {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let isShaped = parts.map(\.count) == [4, 2, 2] && text.utf8.allSatisfy { $0 == 45 || (48...57).contains($0) }
        guard isShaped, let year = Int(parts[0]), let month = Int(parts[1]), let day = Int(parts[2]), year > 0,
            (1...12).contains(month), (1...Self.days(in: month, of: year)).contains(day)
        else { throw FieldProblem("Write a date as 2026-11-24.") }
        return text
    }

    private static func days(in month: Int, of year: Int) -> Int {
        switch month {
        case 2: (year % 4 == 0 && year % 100 != 0) || year % 400 == 0 ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    private func checkColor(_ text: String) throws(FieldProblem) -> String {
        let digits = text.dropFirst()
        guard text.first == "#", digits.count == 6, digits.allSatisfy(\.isHexDigit) else {
            throw FieldProblem("Write a colour as #1e90ff.")
        }
        return text.lowercased()
    }

    /// A cell of a table of text as the JSON it stands for.
    func json(fromCell cell: String) throws(FieldProblem) -> JSONValue {
        let cell = cell.trimmed
        if cell.isEmpty { return .null }
        switch type {
        case .integer, .reference:
            guard let value = Int64(cell) else { throw FieldProblem("“\(cell.prefix(40))” is not a whole number.") }
            return .integer(value)
        case .number:
            guard let value = Double(Self.withPoint(cell)), value.isFinite else {
                throw FieldProblem("“\(cell.prefix(40))” is not a number.")
            }
            return .number(value)
        case .boolean:
            switch cell.lowercased() {
            case "true", "yes", "1": return true
            case "false", "no", "0": return false
            default: throw FieldProblem("Use true or false.")
            }
        default: return .string(cell)
        }
    }

    /// Spreadsheets of many languages write 12,5. One comma with one or two digits behind it can be nothing else.
    private static func withPoint(_ cell: String) -> String {
        let parts = cell.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].contains("."), (1...2).contains(parts[1].count) else { return cell }
        return parts.joined(separator: ".")
    }

    /// The sort keys that stand beside a stored value; as many as there are key columns.
    func keys(of value: SQLValue) -> [SQLValue] {
        guard case .text(let text) = value else { return keyColumns.map { _ in .null } }
        switch type {
        case .ip: return [IPAddress(text).map { .text($0.sortKey) } ?? .null]
        case .cidr:
            guard let block = CIDRBlock(text) else { return [.null, .null] }
            return [.text(block.lowerKey), .text(block.upperKey)]
        default: return []
        }
    }

    func json(_ value: SQLValue) -> JSONValue {
        if value == .null { return .null }
        switch type {
        case .integer, .reference: return .integer(Int64(sqlValue: value) ?? 0)
        case .number: return .number(Double(sqlValue: value) ?? 0)
        case .boolean: return .bool(Bool(sqlValue: value) ?? false)
        default: return .string(String(sqlValue: value) ?? "")
        }
    }

    /// Both engines' ways to say the same value, so that the two can be compared.
    func canonical(_ value: SQLValue) -> SQLValue {
        if value == .null { return .null }
        switch type {
        case .integer, .reference, .boolean: return Int64(sqlValue: value).map { .integer($0) } ?? .null
        case .number: return Double(sqlValue: value).map { .real($0) } ?? .null
        default: return String(sqlValue: value).map { .text($0) } ?? .null
        }
    }
}
