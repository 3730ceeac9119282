/// The foreign origins a page may load from. Each can be switched off; the policy shrinks with it.
package struct ForeignOrigins: Sendable, Equatable {
    package var gravatar: Bool
    package var googleFonts: Bool
    package var openMeteo: Bool

    package init(gravatar: Bool, googleFonts: Bool, openMeteo: Bool) {
        self.gravatar = gravatar
        self.googleFonts = googleFonts
        self.openMeteo = openMeteo
    }

    package static let all = ForeignOrigins(gravatar: true, googleFonts: true, openMeteo: true)
    package static let none = ForeignOrigins(gravatar: false, googleFonts: false, openMeteo: false)

    /// The origins behind a policy of ours, as a daemon sent it; nil for a policy that is not from this table.
    package init?(ofPolicy policy: String) {
        let found = Self.allCases.first { HeaderTable.contentSecurityPolicy($0) == policy }
        guard let found else { return nil }
        self = found
    }

    /// Every combination of the three switches.
    package static let allCases: [ForeignOrigins] = (0..<8).map { bits in
        ForeignOrigins(gravatar: bits & 1 != 0, googleFonts: bits & 2 != 0, openMeteo: bits & 4 != 0)
    }
}
