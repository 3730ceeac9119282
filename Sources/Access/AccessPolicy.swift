import Kernel
import NetAddress
import Synchronization

/// The rules of access that the owner chooses in the settings.
package struct AccessRules: Sendable, Equatable {
    /// Lab trusts the local network as far as its owner says; hardened asks everybody for everything.
    package enum Profile: String, Sendable, CaseIterable {
        case lab, hardened
    }

    package var profile: Profile
    /// Lab only: whether a caller from the local network reads without signing in.
    package var isReadingOpen: Bool
    /// What was chosen; `hardened` has upper bounds of its own.
    package var chosenIdle: Duration
    package var chosenAbsolute: Duration
    /// Networks that count as local besides the private blocks, such as a public prefix on the LAN.
    package var localNetworks: [CIDRBlock]

    package init(
        profile: Profile = .lab, isReadingOpen: Bool = false, idle: Duration = .seconds(7 * 86_400),
        absolute: Duration = .seconds(30 * 86_400), localNetworks: [CIDRBlock] = []
    ) {
        self.profile = profile
        self.isReadingOpen = isReadingOpen
        chosenIdle = idle
        chosenAbsolute = absolute
        self.localNetworks = localNetworks
    }

    /// How long a session lasts without use.
    package var idle: Duration { profile == .hardened ? min(chosenIdle, .seconds(30 * 60)) : chosenIdle }

    /// How long a session lasts at most.
    package var absolute: Duration { profile == .hardened ? min(chosenAbsolute, .seconds(12 * 3600)) : chosenAbsolute }

    /// When a session ends if it is not used again.
    func end(created: Instant, lastSeen: Instant) -> Instant { min(created + absolute, lastSeen + idle) }

    /// Whether a caller from that address may read without signing in.
    func letsRead(from address: String) -> Bool {
        guard profile == .lab, isReadingOpen, let address = IPAddress(address) else { return false }
        return address.isLoopback || address.isLinkLocal || address.isPrivate
            || localNetworks.contains { $0.contains(address) }
    }

    /// What somebody who reads without signing in may do.
    static let readerPermissions = Role.viewer.permissions.subtracting([.ownAccount])
}

/// The rules in force. `Operations` puts new ones in when the settings change; they hold from the next request on.
package final class AccessPolicy: Sendable {
    private let rules: Mutex<AccessRules>

    package init(_ rules: AccessRules = AccessRules()) {
        self.rules = Mutex(rules)
    }

    package var current: AccessRules { rules.withLock { $0 } }

    package func update(_ rules: AccessRules) {
        self.rules.withLock { $0 = rules }
    }
}
