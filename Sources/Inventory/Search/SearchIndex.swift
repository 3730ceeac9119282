import Persistence

/// The full-text index. It is written in the transaction that writes the object, so that it never lags behind.
enum SearchIndex {
    static func put(_ entry: SearchEntry, isNew: Bool = false, in tx: any Session) throws {
        if !isNew { try remove([entry.id], in: tx) }
        try tx.run(
            """
            INSERT INTO search_index (rowid, name, body, summary)
            VALUES (\(entry.id), \(entry.name), \(entry.body), \(entry.summary))
            """)
    }

    static func remove(_ ids: [Int64], in tx: any Session) throws {
        for id in ids { try tx.run("DELETE FROM search_index WHERE rowid = \(id)") }
    }

    /// The condition that a row of the index, called `s`, matches. On SQLite the kinds narrow down what is looked through;
    /// who needs exactly these asks for the kind besides.
    static func match(_ phrases: [SearchPhrase], _ scope: SearchWords.Scope, kinds: [Kind], _ dialect: Dialect) -> SQL {
        if phrases.contains(where: \.isUnspaced) { return inside(phrases, scope, dialect) }
        switch dialect {
        case .sqlite:
            let words = SearchWords.fts5(phrases, in: scope)
            let all = kinds.isEmpty ? words : "(\(words)) AND (\(SearchWords.fts5(labels: kinds)))"
            return "s.search_index MATCH \(all)"
        case .postgres:
            return "s.words @@ to_tsquery('simple', \(SearchWords.tsquery(phrases, in: scope)))"
        }
    }

    /// The condition that an object's id is among those whose text matches.
    static func condition(
        _ phrases: [SearchPhrase], in scope: SearchWords.Scope = .anything, dialect: Dialect
    ) -> SQL {
        "o.id IN (\(ids(phrases, in: scope, dialect: dialect)))"
    }

    /// A SELECT of `rowid`s.
    static func ids(_ phrases: [SearchPhrase], in scope: SearchWords.Scope, dialect: Dialect) -> SQL {
        if phrases.contains(where: \.isUnspaced) {
            return "SELECT s.rowid FROM search_index s WHERE \(inside(phrases, scope, dialect))"
        }
        return switch dialect {
        case .sqlite:
            "SELECT rowid FROM search_index WHERE search_index MATCH \(SearchWords.fts5(phrases, in: scope))"
        case .postgres:
            "SELECT rowid FROM search_index WHERE words @@ to_tsquery('simple', \(SearchWords.tsquery(phrases, in: scope)))"
        }
    }

    /// Chinese and Japanese put no spaces between words, so the index holds whole sentences as one word each, and what is
    /// looked for stands somewhere inside. For these phrases the text itself is read, row by row: some milliseconds for
    /// the thousands of objects of a lab.
    private static func inside(_ phrases: [SearchPhrase], _ scope: SearchWords.Scope, _ dialect: Dialect) -> SQL {
        let place: SQL = dialect == .sqlite ? "instr" : "strpos"
        return .all(
            phrases.map { phrase in
                guard phrase.isUnspaced else { return "s.rowid IN (\(ids([phrase], in: scope, dialect: dialect)))" }
                let text = phrase.words.joined(separator: " ")
                let named: SQL = "\(place)(s.name, \(text)) > 0"
                return scope == .name ? named : "(\(named) OR \(place)(s.body, \(text)) > 0)"
            })
    }
}

/// What can be found of an object.
struct SearchEntry {
    let id: Int64
    let name: String
    let body: String
    /// Shown below a hit: `switch · MikroTik · 10.0.0.2`.
    let summary: String

    init(_ kind: Kind, id: Int64, values: [String: SQLValue], tags: [String], custom: [String]) {
        self.id = id
        name = SearchWords.normalised(String(sqlValue: values["name"] ?? .null) ?? "")
        var body: [String] = tags + custom
        var summary: [String] = []
        for field in kind.allFields where field.targets == nil && field.name != "name" && field.name != "icon" {
            guard let text = String(sqlValue: values[field.name] ?? .null) else { continue }
            // Said of most objects, it tells nothing of any.
            if field.name == "status", text == "unknown" { continue }
            switch field.type {
            case .boolean, .number, .color: continue
            case .integer:
                // A VLAN number or a unit is searched for; sizes are not.
                if field.unit == nil { body.append(text) }
                continue
            default: body.append(text)
            }
            if field.isListed, field.type != .longText, summary.count < 4 {
                summary.append(String(text.prefix(60)).replacing("_", with: " "))
            }
        }
        body.append(kind.label)
        self.body = SearchWords.normalised(body.joined(separator: " "))
        self.summary = summary.joined(separator: " · ")
    }
}
