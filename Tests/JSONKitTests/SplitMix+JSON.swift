import JSONKit
import TestSupport

extension SplitMix {
    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }

    /// Any value, `depth` levels deep at most.
    mutating func json(depth: Int = 4) -> JSONValue {
        switch below(depth > 0 ? 8 : 6) {
        case 0: return .null
        case 1: return .bool(below(2) == 0)
        case 2: return .integer(Int64(bitPattern: next()))
        case 3: return .integer(Int64(below(200)) - 100)
        case 4: return .number(Double(Int64(bitPattern: next())) / 1_048_576.3)
        case 5: return .string(text())
        case 6: return .array((0..<below(5)).map { _ in json(depth: depth - 1) })
        default:
            return .object(JSONObject((0..<below(5)).map { (name: "\($0)" + text(), value: json(depth: depth - 1)) }))
        }
    }

    mutating func text() -> String {
        let scalars: [ClosedRange<UInt32>] = [0...0x1F, 0x20...0x7E, 0x7F...0x2FFF, 0x1F300...0x1F6FF, 0x2028...0x2029]
        var text = ""
        for _ in 0..<below(12) {
            let range = scalars[below(scalars.count)]
            let code = range.lowerBound + UInt32(below(Int(range.upperBound - range.lowerBound) + 1))
            if let scalar = Unicode.Scalar(code) { text.unicodeScalars.append(scalar) }
        }
        return text
    }
}
