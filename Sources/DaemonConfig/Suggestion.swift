/// The known word nearest to a mistyped one, if it is near enough to be meant.
func suggestion(for word: String, among known: some Sequence<String>) -> String? {
    let typed = Array(word.lowercased().utf8.prefix(64))
    let allowed = max(1, typed.count / 3)
    let best = known.map { (distance(typed, Array($0.lowercased().utf8)), $0) }.min { $0.0 < $1.0 }
    guard let best, best.0 <= allowed else { return nil }
    return best.1
}

/// Optimal string alignment: insertions, deletions, replacements and swapped neighbours count one each.
private func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (row, byte) in left.enumerated() {
        var current = [row + 1]
        for (column, other) in right.enumerated() {
            var cost = min(last[column] + (byte == other ? 0 : 1), last[column + 1] + 1, current[column] + 1)
            if row > 0, column > 0, byte == right[column - 1], left[row - 1] == other {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            current.append(cost)
        }
        (beforeLast, last) = (last, current)
    }
    return last[right.count]
}
