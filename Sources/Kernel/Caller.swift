/// Who is asking: a signed-in person, an API token, or the daemon itself.
package struct Caller: Sendable, Equatable {
    package enum Kind: String, Sendable, Equatable, Codable {
        /// A person with a session.
        case person
        /// A named token, or the one from `CB_API_TOKEN` (whose name is `api-token`).
        case token
        /// Nobody signed in, reading where the lab profile allows it.
        case anonymous
        /// Root, or the daemon's own user, at the machine's Unix socket without a token.
        case console
        /// The daemon itself.
        case system
    }

    package let kind: Kind
    /// The e-mail address of a person, the name of a token, or `system`.
    package let name: String
    /// The row behind it: a user or a token. Nil for `CB_API_TOKEN`, anonymous and the daemon.
    package let id: Int64?
    /// The session of a person, so that it can be told apart from the person's other sessions.
    package let sessionID: Int64?
    package let permissions: Set<Permission>
    /// A person who has proven a moment ago who they are, or a program that may do without: see `requireFreshProof`.
    package let isFreshlyProven: Bool
    /// The administrator who acts as this person; `name` then says both.
    package let behind: String?
    /// Where the request came from, after trusted proxies; empty for the daemon itself.
    package let address: String
    /// Names the request in the log and in the audit trail.
    package let requestID: String

    package init(
        kind: Kind = .person,
        name: String,
        id: Int64? = nil,
        sessionID: Int64? = nil,
        permissions: Set<Permission>,
        isFreshlyProven: Bool = false,
        behind: String? = nil,
        address: String = "",
        requestID: String = ""
    ) {
        self.kind = kind
        self.name = name
        self.id = id
        self.sessionID = sessionID
        self.permissions = permissions
        self.isFreshlyProven = isFreshlyProven
        self.behind = behind
        self.address = address
        self.requestID = requestID
    }

    /// How somebody at the machine is named in the audit trail.
    package static let consoleName = "console"

    package static let system = Caller(
        kind: .system, name: "system", permissions: Set(Permission.allCases), isFreshlyProven: true)

    package func may(_ permission: Permission) -> Bool { permissions.contains(permission) }

    /// For what a stolen session must not be enough for: throws `.stepUpRequired` for a person whose proof is old, and
    /// `.forbidden` for whoever cannot give one.
    package func requireFreshProof() throws(AppError) {
        guard !isFreshlyProven else { return }
        if let behind {
            throw AppError(.forbidden, "\(behind) acts as somebody else here; this needs the person's own sign-in.")
        }
        switch kind {
        case .person:
            throw AppError(.stepUpRequired, "Prove once more that it is you: this needs a sign-in of the last minutes.")
        case .token:
            throw AppError(
                .forbidden, "A token needs the permission “\(Permission.actUnattended.rawValue)” for this.")
        case .anonymous, .console, .system:
            throw AppError(.forbidden, "Only a person who is signed in can do this.")
        }
    }
}
