import Kernel
import NetAddress

/// What somebody looks for, as a tree: `role:switch vlan:20 -tag:retired "rack 2"`.
///
/// One language for the search box, the lists and `q=` of the API. The tree knows nothing of kinds and of SQL;
/// `QueryCompiler` puts it onto one kind. Both its size and its depth are bounded before it is looked at.
indirect enum ObjectQuery: Equatable, Sendable {
    /// Finds nothing, as a text without a letter or a digit does.
    case nothing
    case text(QueryText)
    case term(QueryTerm)
    case not(ObjectQuery)
    case all([ObjectQuery])
    case any([ObjectQuery])

    /// In the API document.
    static let summary =
        "What to find: words, \"phrases\", field:value, comparisons and ranges, - to leave out, OR, brackets."
    /// In characters.
    static let longest = 500
    /// Words, phrases and values together.
    static let mostTerms = 32
    /// Brackets within brackets.
    static let deepest = 8
    /// Values of one field.
    static let mostValues = 16

    /// The words without a field, none of them excluded: what hits are ranked by.
    var wantedPhrases: [SearchPhrase] {
        switch self {
        case .text(let text): [text.phrase]
        case .all(let parts), .any(let parts): parts.flatMap(\.wantedPhrases)
        case .nothing, .term, .not: []
        }
    }

    /// Words alone, each of which must occur: the fast way through the indexes finds them.
    var isPlain: Bool {
        switch self {
        case .text(let text): !text.phrase.isWhole
        case .all(let parts):
            parts.allSatisfy { if case .text(let text) = $0 { !text.phrase.isWhole } else { false } }
        default: false
        }
    }
}

/// A word or a phrase that may stand anywhere in an object.
struct QueryText: Equatable, Sendable {
    let phrase: SearchPhrase
    /// As it was typed, for what is an address in another form.
    let typed: String

    /// The words of an address that was typed in another form than it is kept in.
    var otherForm: SearchPhrase? {
        guard !phrase.isWhole else { return nil }
        let canonical = IPAddress(typed)?.description ?? CIDRBlock(typed)?.description ?? MACAddress(typed)?.description
        guard let words = canonical.map(SearchWords.words), words != phrase.words else { return nil }
        return SearchPhrase(words: words, isWhole: false)
    }
}

/// `vlan:10..20`, `status:up,down`, `memory_mb:>=16384`, `vendor:=Dell`.
struct QueryTerm: Equatable, Sendable {
    enum Comparison: String, Sendable {
        /// A text contains it, everything else is it.
        case matches = ""
        case equals = "="
        case less = "<"
        case lessOrEqual = "<="
        case greater = ">"
        case greaterOrEqual = ">="
    }

    struct Value: Equatable, Sendable {
        let text: String
        /// In quotes nothing in it has a meaning of its own.
        let isQuoted: Bool
        let position: Int
    }

    let name: String
    let comparison: Comparison
    let values: [Value]
    /// Of its first character, counted from 1.
    let position: Int
}

/// Why a query cannot be understood: where, what, and what to write instead.
struct QueryProblem: Error, Equatable {
    let position: Int
    let reason: String
    /// Other kinds may have the field.
    var missingField: String?
    /// Where the term begins that the problem is in.
    var term = 0

    init(position: Int, reason: String, missingField: String? = nil) {
        self.position = position
        self.reason = reason
        self.missingField = missingField
    }

    var isMissingField: Bool { missingField != nil }

    /// What is said where no kind has the field.
    var ofAllKinds: QueryProblem {
        guard let missingField else { return self }
        let near = Likeness.nearest(missingField, among: QuerySubject.allNames).map { "Did you mean “\($0)”? " } ?? ""
        var problem = QueryProblem(
            position: position,
            reason: "There is no field “\(missingField.prefix(40))”. \(near)To find the text itself put it in quotes.",
            missingField: missingField)
        problem.term = term
        return problem
    }

    var sentence: String { "At character \(position): \(reason)" }

    var appError: AppError {
        AppError(.invalid, "The query cannot be understood.", fields: ["q": sentence])
    }
}
