import Kernel

/// Whether a route wants a fresh proof of who is asking, besides the permission: for what a stolen session or an
/// unattended browser must not be enough for.
package enum StepUp: String, Sendable, Equatable {
    case none
    /// Always: the door refuses with `step_up_required`.
    case recent
    /// For some bodies only: the use case calls `Caller.requireFreshProof`.
    case byBody = "by_body"
}

/// What a route asks of its caller. There is no default: a route that is open to everybody says `.nothing` in plain
/// sight, and a test lists those.
package enum Need: Sendable, Equatable {
    case nothing
    case may(Permission)
    /// Also without a token: root, or the daemon's own user, over the Unix socket. For what a machine must be helped
    /// with when nobody can sign in any more; such a route asks for a second proof of its own (ADR 40).
    case mayOrConsole(Permission)

    package var permission: Permission? {
        switch self {
        case .nothing: nil
        case .may(let permission), .mayOrConsole(let permission): permission
        }
    }
}
