/// Finds models while somebody types.
struct CatalogueIndex: Sendable {
    /// How well a model fits, the best first.
    enum Fit: Int, Comparable {
        /// The model or part number as typed.
        case exact
        /// It begins so.
        case beginning
        /// Every word that was typed begins one of its words.
        case words
        /// What was typed is somewhere in it.
        case inside
        /// Every word is somewhere in it.
        case pieces
        /// So with a letter wrong.
        case typo

        static func < (left: Fit, right: Fit) -> Bool { left.rawValue < right.rawValue }
    }

    private struct Entry: Sendable {
        let model: CatalogueModel
        let words: [String]
        /// Letters and digits only: people type `uswpro24` and `USW-Pro-24`.
        let name: String
        let part: String
        let vendor: String
        /// Of the shorter of name and part number.
        let length: Int
        let sortKey: String

        init(_ model: CatalogueModel) {
            self.model = model
            let (vendor, name) = (SearchWords.words(model.vendor), SearchWords.words(model.model))
            let part = SearchWords.words(model.partNumber ?? "")
            words = vendor + name + part
            self.vendor = vendor.joined()
            self.name = name.joined()
            self.part = part.joined()
            length = part.isEmpty ? self.name.count : min(self.name.count, self.part.count)
            sortKey = NameKey.of("\(model.vendor) \(model.model)")
        }
    }

    private let entries: [Entry]
    private let places: [String: Int]

    init(_ models: [CatalogueModel]) {
        entries = models.map(Entry.init)
        places = Dictionary(models.enumerated().map { ($1.id, $0) }) { first, _ in first }
    }

    var models: [CatalogueModel] { entries.map(\.model) }

    func model(_ id: String) -> CatalogueModel? { places[id].map { entries[$0].model } }

    /// A typo is looked for only where nothing fits as it was typed.
    func find(_ text: String, limit: Int) -> [CatalogueModel] {
        let words = SearchWords.words(text)
        guard !words.isEmpty else { return [] }
        let joined = words.joined()
        var found = entries.compactMap { entry in Self.fit(entry, words, joined).map { (fit: $0, entry: entry) } }
        if found.isEmpty {
            found = entries.filter { Self.nearly($0, words) }.map { (fit: .typo, entry: $0) }
        }
        // Among equals the shorter name is the plainer model.
        return found.sorted { left, right in
            (left.fit.rawValue, left.entry.length, left.entry.sortKey)
                < (right.fit.rawValue, right.entry.length, right.entry.sortKey)
        }.prefix(limit).map(\.entry.model)
    }

    private static func fit(_ entry: Entry, _ words: [String], _ joined: String) -> Fit? {
        let full = entry.vendor + entry.name
        if joined == entry.name || joined == entry.part || joined == full { return .exact }
        if entry.name.hasPrefix(joined) || entry.part.hasPrefix(joined) || full.hasPrefix(joined) { return .beginning }
        if words.allSatisfy({ word in entry.words.contains { $0.hasPrefix(word) } }) { return .words }
        let everything = full + entry.part
        if joined.count > 1, everything.contains(joined) { return .inside }
        return words.allSatisfy { $0.count > 1 && everything.contains($0) } ? .pieces : nil
    }

    private static func nearly(_ entry: Entry, _ words: [String]) -> Bool {
        words.allSatisfy { word in
            entry.words.contains { $0.hasPrefix(word) || Typo.isNear(word, $0) } || Typo.isNear(word, entry.name)
        }
    }
}

/// One wrong, missing, additional or swapped letter; two in a long word.
enum Typo {
    /// Whether the word, or its beginning while it is still being typed, is nearly that.
    static func isNear(_ typed: String, _ word: String) -> Bool {
        let (typed, word) = (Array(typed.utf8), Array(word.utf8))
        // A number is another model, not a slip.
        guard typed.count >= 4, !typed.contains(where: { (48...57).contains($0) }) else { return false }
        let most = typed.count >= 8 ? 2 : 1
        return (typed.count - most...typed.count + most).contains { length in
            length <= word.count && distance(typed, Array(word.prefix(length)), most: most) <= most
        }
    }

    /// Optimal string alignment; anything over `most` is `most + 1`.
    static func distance(_ left: [UInt8], _ right: [UInt8], most: Int) -> Int {
        guard abs(left.count - right.count) <= most else { return most + 1 }
        guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
        var older: [Int] = []
        var last = Array(0...right.count)
        for row in 1...left.count {
            var line = [row] + Array(repeating: 0, count: right.count)
            for column in 1...right.count {
                let isSame = left[row - 1] == right[column - 1]
                var best = min(last[column] + 1, line[column - 1] + 1, last[column - 1] + (isSame ? 0 : 1))
                if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                    best = min(best, older[column - 2] + 1)
                }
                line[column] = best
            }
            (older, last) = (last, line)
            if line.min() ?? 0 > most { return most + 1 }
        }
        return last[right.count]
    }
}
