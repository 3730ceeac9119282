import NetAddress
import TestSupport

extension SplitMix {
    /// Alternates between IPv4, arbitrary IPv6 and IPv6 with many zero groups.
    mutating func address(_ round: Int) -> IPAddress {
        switch round % 3 {
        case 0: return IPAddress(v4: UInt32(truncatingIfNeeded: next()))
        case 1: return IPAddress(bits: UInt128(next()) << 64 | UInt128(next()))
        default:
            let groups = (0..<8).map { _ in Bool.random(using: &self) ? 0 : UInt16(truncatingIfNeeded: next()) }
            return IPAddress(bits: groups.reduce(0) { $0 << 16 | UInt128($1) })
        }
    }

    /// The text with one to three characters inserted, removed, replaced or doubled.
    mutating func mutated(_ text: String, alphabet: String) -> String {
        var characters = Array(text)
        let letters = Array(alphabet)
        for _ in 0..<Int.random(in: 1...3, using: &self) {
            let place = Int.random(in: 0...characters.count, using: &self)
            let letter = letters[Int.random(in: 0..<letters.count, using: &self)]
            switch Int.random(in: 0..<4, using: &self) {
            case 0: characters.insert(letter, at: place)
            case 1 where place < characters.count: characters.remove(at: place)
            case 2 where place < characters.count: characters[place] = letter
            default: characters.insert(contentsOf: characters[min(place, characters.count)...].prefix(4), at: place)
            }
        }
        return String(characters)
    }
}
