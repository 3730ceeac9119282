/// One line of `cb doctor`.
package struct Finding: Sendable, Equatable {
    package enum State: String, Sendable, CaseIterable, Decodable {
        case ok, warn, bad, unknown
    }

    /// Stable, such as `files.certs`.
    package let id: String
    package let state: State
    package let why: String
    /// What to do about it; nil where nothing is to be done.
    package let mend: String?

    package init(_ id: String, _ state: State, _ why: String, mend: String? = nil) {
        self.id = id
        self.state = state
        self.why = why
        self.mend = mend
    }
}
