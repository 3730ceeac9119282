/// Writes the Prometheus text format, version 0.0.4.
struct MetricsText {
    enum Kind: String { case counter, gauge, histogram }

    private(set) var bytes: [UInt8] = []

    init() {
        bytes.reserveCapacity(16384)
    }

    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        add("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n")
    }

    mutating func sample(_ name: String, _ value: Double) {
        sample(name, [], value)
    }

    mutating func sample(_ name: String, _ labels: [(String, String)], _ value: Double) {
        add("\(name)\(Self.text(labels)) \(Self.text(value))\n")
    }

    mutating func histogram(_ name: String, _ labels: [(String, String)], _ reading: Histogram.Reading) {
        for (bound, count) in zip(Histogram.labels, reading.cumulative) {
            sample(name + "_bucket", labels + [("le", bound)], Double(count))
        }
        sample(name + "_bucket", labels + [("le", "+Inf")], Double(reading.count))
        sample(name + "_sum", labels, reading.seconds)
        sample(name + "_count", labels, Double(reading.count))
    }

    private mutating func add(_ text: String) {
        bytes.append(contentsOf: text.utf8)
    }

    private static func text(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",") + "}"
    }

    private static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x5C || $0 == 0x0A }) else { return text }
        return text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }

    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
