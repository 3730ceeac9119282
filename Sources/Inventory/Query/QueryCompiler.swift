import Kernel
import Persistence

/// What a part of a query comes to on one kind.
enum QueryCondition {
    case always, never
    case sql(SQL)

    /// Nothing is known of a field without a value; leaving something out keeps those.
    var negated: QueryCondition {
        switch self {
        case .always: .never
        case .never: .always
        case .sql(let sql): .sql("(\(sql)) IS NOT TRUE")
        }
    }

    var sql: SQL {
        switch self {
        case .always: "1 = 1"
        case .never: "1 = 0"
        case .sql(let sql): sql
        }
    }

    static func all(_ parts: [QueryCondition]) -> QueryCondition {
        var kept: [SQL] = []
        for part in parts {
            switch part {
            case .never: return .never
            case .always: continue
            case .sql(let sql): kept.append(sql)
            }
        }
        return kept.isEmpty ? .always : .sql(.all(kept))
    }

    static func any(_ parts: [QueryCondition]) -> QueryCondition {
        var kept: [SQL] = []
        for part in parts {
            switch part {
            case .always: return .always
            case .never: continue
            case .sql(let sql): kept.append(sql)
            }
        }
        return kept.isEmpty ? .never : .sql(.any(kept))
    }
}

/// Puts a query onto one kind: a condition on `o` (objects) and `t` (the kind's table), with every value bound.
///
/// In a list each field has to be one of the kind. A search over many kinds keeps going where a kind does not have it, and
/// `problems` and `understood` say afterwards what no kind could make sense of.
struct QueryCompiler {
    let kind: Kind
    let dialect: Dialect
    let now: Instant
    /// Terms by their place that some kind understood.
    var understood: Set<Int> = []
    var problems: [Int: QueryProblem] = [:]

    init(_ kind: Kind, dialect: Dialect, now: Instant) {
        self.kind = kind
        self.dialect = dialect
        self.now = now
    }

    /// For one kind: everything has to make sense.
    static func condition(
        _ query: ObjectQuery, on kind: Kind, dialect: Dialect, now: Instant
    ) throws(QueryProblem) -> QueryCondition {
        var compiler = QueryCompiler(kind, dialect: dialect, now: now)
        let condition = compiler.compile(query)
        if let problem = compiler.problems.values.min(by: { $0.position < $1.position }) { throw problem }
        return condition
    }

    /// For many kinds: those that may have something to show, each with its condition. What no kind can make sense of is
    /// refused; a kind that only lacks a field has nothing to show.
    static func conditions(
        _ query: ObjectQuery, on kinds: [Kind], dialect: Dialect, now: Instant
    ) throws -> [(kind: Kind, condition: SQL)] {
        var found: [(kind: Kind, condition: SQL)] = []
        var understood: Set<Int> = []
        var problems: [QueryProblem] = []
        for kind in kinds {
            var compiler = QueryCompiler(kind, dialect: dialect, now: now)
            let condition = compiler.compile(query)
            understood.formUnion(compiler.understood)
            problems += compiler.problems.values.map { kinds.count > 1 ? $0.ofAllKinds : $0 }
            if case .never = condition { continue }
            found.append((kind, condition.sql))
        }
        problems.removeAll { understood.contains($0.term) }
        // The value of a field is a better reason than that other kinds do not have the field.
        let first = problems.min { left, right in
            left.term != right.term ? left.term < right.term : !left.isMissingField && right.isMissingField
        }
        if let first { throw first.appError }
        return found
    }

    mutating func compile(_ query: ObjectQuery) -> QueryCondition {
        switch query {
        case .nothing: return .never
        case .text(let text): return Self.text([text], dialect)
        case .term(let term): return compile(term)
        case .not(let part): return compile(part).negated
        case .any(let parts): return .any(parts.map { compile($0) })
        case .all(let parts):
            // All the words are one question to the full-text index.
            var texts: [QueryText] = []
            var conditions: [QueryCondition] = []
            for part in parts {
                if case .text(let text) = part { texts.append(text) } else { conditions.append(compile(part)) }
            }
            return .all((texts.isEmpty ? [] : [Self.text(texts, dialect)]) + conditions)
        }
    }

    private mutating func compile(_ term: QueryTerm) -> QueryCondition {
        do throws(QueryProblem) {
            let condition = try condition(of: term)
            understood.insert(term.position)
            return condition
        } catch {
            var problem = error
            problem.term = term.position
            problems[term.position] = problem
            return .never
        }
    }

    /// An address that was typed in another form than it is kept in is looked for in both.
    private static func text(_ texts: [QueryText], _ dialect: Dialect) -> QueryCondition {
        let plain = texts.filter { $0.otherForm == nil }.map(\.phrase)
        let parts = texts.compactMap { text -> SQL? in
            guard let other = text.otherForm else { return nil }
            return .any([
                SearchIndex.condition([text.phrase], dialect: dialect),
                SearchIndex.condition([other], dialect: dialect),
            ])
        }
        return .sql(.all((plain.isEmpty ? [] : [SearchIndex.condition(plain, dialect: dialect)]) + parts))
    }

    private func condition(of term: QueryTerm) throws(QueryProblem) -> QueryCondition {
        let subject = try QuerySubject.named(term.name, in: kind, at: term.position)
        var parts: [QueryCondition] = []
        for value in term.values {
            let reader = QueryValueReader(
                kind: kind, dialect: dialect, now: now, comparison: term.comparison, value: value)
            parts.append(try reader.condition(on: subject))
        }
        return .any(parts)
    }
}
