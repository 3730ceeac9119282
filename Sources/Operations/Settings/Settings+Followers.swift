import Access
import HTTPKit
import Kernel

extension Settings {
    /// From here on the rules of access are what the settings say, from the next request on.
    package func govern(_ policy: AccessPolicy) {
        observe { settings in
            var rules = policy.current
            rules.profile = settings.profile == .hardened ? .hardened : .lab
            rules.isReadingOpen = settings.isReadingOpen
            rules.chosenIdle = .seconds(settings.sessionIdleMinutes * 60)
            rules.chosenAbsolute = .seconds(settings.sessionAbsoluteHours * 3600)
            policy.update(rules)
        }
    }

    /// From here on pages may load from the origins that the settings allow.
    package func govern(_ headers: SecurityHeaders) {
        observe { headers.allow($0.allowedOrigins) }
    }
}
