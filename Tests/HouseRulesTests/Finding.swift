import Testing

/// One place that breaks a rule.
struct Finding: CustomStringConvertible {
    let place: String
    let what: String

    init(_ file: String, _ line: Int? = nil, _ what: String = "") {
        place = line.map { "\(file):\($0)" } ?? file
        self.what = what
    }

    var description: String { what.isEmpty ? place : "\(place): \(what)" }
}

/// Fails with every place at once, and says the rule, its reason and the way out.
func expectNone(
    _ findings: [Finding], rule: String, because reason: String, wayOut: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    guard !findings.isEmpty else { return }
    let places = findings.map { "  \($0)" }.joined(separator: "\n")
    Issue.record(
        "Rule: \(rule)\nReason: \(reason)\nWay out: \(wayOut)\n\(places)", sourceLocation: sourceLocation)
}
