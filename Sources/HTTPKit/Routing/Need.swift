import Kernel

/// What a route asks of its caller. There is no default: a route that is open to everybody says `.nothing` in plain
/// sight, and a test lists those.
package enum Need: Sendable, Equatable {
    case nothing
    case may(Permission)

    package var permission: Permission? {
        if case .may(let permission) = self { permission } else { nil }
    }
}
