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

    package var permission: Permission? {
        if case .may(let permission) = self { permission } else { nil }
    }
}
