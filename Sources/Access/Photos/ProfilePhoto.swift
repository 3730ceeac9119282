/// Which picture of a person is shown: the one Gravatar has, or the one kept here, whose version changes with it.
enum ProfilePhoto: Sendable, Equatable {
    case gravatar
    case picture(version: String)

    /// As the column `users.photo` has it.
    init?(stored: String) {
        if stored == "gravatar" {
            self = .gravatar
        } else if stored.hasPrefix("picture:") {
            self = .picture(version: String(stored.dropFirst("picture:".count)))
        } else {
            return nil
        }
    }

    var stored: String {
        switch self {
        case .gravatar: "gravatar"
        case .picture(let version): "picture:" + version
        }
    }

    /// The word the API and the trail use.
    var word: String {
        switch self {
        case .gravatar: "gravatar"
        case .picture: "picture"
        }
    }

    var version: String? {
        if case .picture(let version) = self { version } else { nil }
    }
}
