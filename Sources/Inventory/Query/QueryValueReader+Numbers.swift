import JSONKit
import Kernel
import Persistence

/// Numbers, dates and moments: alone, compared, or from one to another.
extension QueryValueReader {
    /// `10..20`; either side may be left open. Nil where no range was written.
    func ends() -> (String, String)? {
        guard !value.isQuoted, comparison == .matches, let dots = value.text.firstRange(of: "..") else { return nil }
        return (String(value.text[..<dots.lowerBound]), String(value.text[dots.upperBound...]))
    }

    /// A range that ends before it begins would find nothing, and nobody would know why.
    func reversed(_ example: String) -> QueryProblem {
        problem("This range ends before it begins. Write the smaller end first: \(example).")
    }

    private var sign: SQL {
        switch comparison {
        case .matches, .equals: "="
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }

    func number(_ column: SQL, isWhole: Bool) throws(QueryProblem) -> SQL {
        if isAny { return "\(column) IS NOT NULL" }
        if let (low, high) = ends() {
            var parts: [SQL] = []
            if !low.isEmpty { parts.append("\(column) >= \(try bound(low, isWhole))") }
            if !high.isEmpty { parts.append("\(column) <= \(try bound(high, isWhole))") }
            guard !parts.isEmpty else { throw problem("Give one end at least: 10..20, 10.. or ..20.") }
            if let low = Double(low), let high = Double(high), low > high { throw reversed("10..20") }
            return .all(parts)
        }
        return "\(column) \(sign) \(try bound(value.text, isWhole))"
    }

    private func bound(_ text: String, _ isWhole: Bool) throws(QueryProblem) -> SQL {
        if isWhole, let number = Int64(text) { return "\(number)" }
        if !isWhole, let number = Double(text), number.isFinite { return "\(number)" }
        throw problem(
            isWhole
                ? "“\(text.prefix(40))” is not a whole number. Write 20, >=20 or 10..20."
                : "“\(text.prefix(40))” is not a number. Write 1.5, >=1.5 or 1..2.")
    }

    func flag(_ column: SQL) throws(QueryProblem) -> SQL {
        try onlyMatches()
        switch value.text.lowercased() {
        case "true", "yes", "1": return "\(column) = \(Int64(1))"
        case "false", "no", "0": return "\(column) = \(Int64(0))"
        default: throw problem("Use yes or no.")
        }
    }

    /// `2026`, `2026-11`, `2026-11-24` in a column of such texts, which sort as the days do.
    func date(_ column: SQL) throws(QueryProblem) -> SQL {
        if let (low, high) = ends() {
            var parts: [SQL] = []
            if !low.isEmpty { parts.append("\(column) >= \(try day(low).first)") }
            if !high.isEmpty { parts.append("\(column) < \(try day(high).behind)") }
            guard !parts.isEmpty else { throw problem("Give one end at least: 2026-01..2026-06.") }
            try inOrder(low, high)
            return .all(parts)
        }
        let days = try day(value.text)
        switch comparison {
        case .matches, .equals: return "\(column) >= \(days.first) AND \(column) < \(days.behind)"
        case .less: return "\(column) < \(days.first)"
        case .lessOrEqual: return "\(column) < \(days.behind)"
        case .greater: return "\(column) >= \(days.behind)"
        case .greaterOrEqual: return "\(column) >= \(days.first)"
        }
    }

    /// A day or an age: `updated:7d` within the last seven days, `updated:>30d` longer ago, `created:2026-11`.
    func moment(_ column: SQL) throws(QueryProblem) -> SQL {
        if isAny { return "1 = 1" }
        if let age = Self.age(value.text) {
            let then = now.milliseconds - age
            switch comparison {
            case .greater, .greaterOrEqual: return "\(column) <= \(then)"
            default: return "\(column) >= \(then)"
            }
        }
        if let (low, high) = ends() {
            var parts: [SQL] = []
            if !low.isEmpty { parts.append("\(column) >= \(try start(day(low).first))") }
            if !high.isEmpty { parts.append("\(column) < \(try start(day(high).behind))") }
            guard !parts.isEmpty else { throw problem("Give one end at least: 2026-01..2026-06.") }
            try inOrder(low, high)
            return .all(parts)
        }
        let days = try day(value.text)
        let (first, behind) = (try start(days.first), try start(days.behind))
        switch comparison {
        case .matches, .equals: return "\(column) >= \(first) AND \(column) < \(behind)"
        case .less: return "\(column) < \(first)"
        case .lessOrEqual: return "\(column) < \(behind)"
        case .greater: return "\(column) >= \(behind)"
        case .greaterOrEqual: return "\(column) >= \(first)"
        }
    }

    private func inOrder(_ low: String, _ high: String) throws(QueryProblem) {
        guard !low.isEmpty, !high.isEmpty, try day(low).first >= day(high).behind else { return }
        throw reversed("2026-01..2026-06")
    }

    /// `90m`, `12h`, `7d`, `2w` in milliseconds; a hundred years at most.
    private static func age(_ text: String) -> Int64? {
        let units: [Character: Int64] = ["m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000]
        guard let last = text.last, let unit = units[last], let count = Int64(text.dropLast()), count >= 0,
            count <= 3_153_600_000_000 / unit, text.first?.isNumber == true
        else { return nil }
        return count * unit
    }

    private func start(_ day: String) throws(QueryProblem) -> Int64 {
        guard let milliseconds = RFC3339.milliseconds(day + "T00:00:00Z") else { throw notADay(day) }
        return milliseconds
    }

    private func notADay(_ text: String) -> QueryProblem {
        problem(
            "“\(text.prefix(40))” is not a day. Write 2026, 2026-11 or 2026-11-24; for when something changed also 7d.")
    }

    /// The first day of what was written, and the first day behind it.
    private func day(_ text: String) throws(QueryProblem) -> (first: String, behind: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let numbers = parts.compactMap { $0.allSatisfy(\.isNumber) ? Int($0) : nil }
        guard numbers.count == parts.count, (1...3).contains(parts.count),
            zip(parts, [4, 2, 2]).allSatisfy({ $0.count == $1 }), (1...9998).contains(numbers[0])
        else { throw notADay(text) }
        let year = numbers[0]
        guard numbers.count > 1 else { return (Self.text(year, 1, 1), Self.text(year + 1, 1, 1)) }
        let month = numbers[1]
        guard (1...12).contains(month) else { throw notADay(text) }
        let next = month == 12 ? Self.text(year + 1, 1, 1) : Self.text(year, month + 1, 1)
        guard numbers.count > 2 else { return (Self.text(year, month, 1), next) }
        let first = Self.text(year, month, numbers[2])
        guard numbers[2] > 0, RFC3339.milliseconds(first + "T00:00:00Z") != nil else { throw notADay(text) }
        let following = Self.text(year, month, numbers[2] + 1)
        return (first, RFC3339.milliseconds(following + "T00:00:00Z") == nil ? next : following)
    }

    private static func text(_ year: Int, _ month: Int, _ day: Int) -> String {
        func padded(_ number: Int, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }
}
