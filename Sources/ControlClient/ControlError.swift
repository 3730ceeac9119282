import JSONKit

/// Why the daemon did not do what it was asked. Each kind is one exit code of `cb`.
package struct ControlError: Error, Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        /// It answered, and could not do it; or it answered nonsense.
        case failed
        /// Nobody answered.
        case notReachable
        /// It understood, and said no: not signed in, not allowed, not in this state.
        case refused
    }

    package let kind: Kind
    /// Sentences for a person.
    package let message: String
    package let hints: [String]
    /// The daemon's own name of the error, such as `conflict`.
    package let code: String?
    /// What is wrong with each field that was sent.
    package let fields: [String: String]

    package init(
        _ kind: Kind, _ message: String, hints: [String] = [], code: String? = nil, fields: [String: String] = [:]
    ) {
        self.kind = kind
        self.message = message
        self.hints = hints
        self.code = code
        self.fields = fields
    }

    /// An answer that is no success.
    init(_ answer: ControlAnswer, hadToken: Bool) {
        let body = try? answer.json().objectValue
        let said = body?["message"]?.stringValue.map { String($0.prefix(2000)) }
        let fields = body?["fields"]?.objectValue?.members ?? []
        self.init(
            [401, 403, 409, 412, 423, 428, 429].contains(answer.status) ? .refused : .failed,
            said ?? Self.wordless(answer),
            hints: Self.hints(answer.status, hadToken: hadToken),
            code: body?["code"]?.stringValue,
            fields: Dictionary(
                fields.map { ($0.name, $0.value.stringValue ?? "") }, uniquingKeysWith: { first, _ in first }))
    }

    private static func wordless(_ answer: ControlAnswer) -> String {
        if (300..<400).contains(answer.status), let location = answer.header("location") {
            return "\(answer.place) sends elsewhere, to \(location.prefix(200)); ask there with --url."
        }
        return "The daemon answered with status \(answer.status) and no reason."
    }

    private static func hints(_ status: Int, hadToken: Bool) -> [String] {
        switch (status, hadToken) {
        case (401, true): ["the token is not known here, or has expired; make one under Settings, API tokens"]
        case (401, false): ["give a token with --token-file FILE, or run this as root where CB_API_TOKEN is set"]
        default: []
        }
    }
}
