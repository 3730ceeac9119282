import JSONKit
import Kernel
import Testing

@testable import Access

/// What has really been proven, kept apart from the machine in the plainest way there is.
private struct Ledger: Hashable {
    var knows = false
    var holds = false
    var changed = false
    var misses = 0
    var isDead = false
}

@Suite("The sign-in machine")
struct SignInStateTests {
    typealias Demands = SignInState.Demands

    /// Every account there can be.
    static let accounts: [Demands] = (0..<16).map { bits in
        Demands(
            isActive: bits & 1 == 0, hasSecondFactor: bits & 2 != 0, needsSecondFactor: bits & 4 != 0,
            mustChangePassword: bits & 8 != 0)
    }

    @Test("no sequence of eight events reaches a session without every factor", arguments: accounts)
    func everySequence(account: Demands) {
        var walk = Walk(account: account)

        walk.follow(SignInState(), Ledger(), depth: 8)

        #expect(walk.complaints == [])
        #expect(walk.steps >= SignInState.Event.allCases.count)
        // An account that is active can be got into; one that is not, cannot.
        #expect((walk.grants > 0) == account.isActive)
    }

    @Test("nor when the account changes between any two events")
    func everyChange() {
        var seen: Set<String> = []
        var walk = Walk(account: Self.accounts[0])

        walk.followChanging(SignInState(), Ledger(), accounts: Self.accounts, depth: 8, &seen)

        #expect(walk.complaints == [])
        #expect(walk.grants > 0)
        #expect(walk.steps > 5_000)
    }

    /// Explores sequences of events. A sign-in that is over takes every event without a change, which is checked at
    /// each end; so all longer sequences through that end are covered by it.
    private struct Walk {
        let account: Demands
        var complaints: [String] = []
        var steps = 0
        var grants = 0

        mutating func follow(_ state: SignInState, _ ledger: Ledger, depth: Int) {
            guard depth > 0 else { return }
            for event in SignInState.Event.allCases {
                let (next, after) = step(state, ledger, event, account)
                if next.isOver { check(next) } else { follow(next, after, depth: depth - 1) }
            }
        }

        /// The same with any account at any step. Two sequences that lead to the same machine and the same ledger go
        /// on alike, so the second is not walked again.
        mutating func followChanging(
            _ state: SignInState, _ ledger: Ledger, accounts: [Demands], depth: Int, _ seen: inout Set<String>
        ) {
            guard depth > 0, seen.insert("\(state) \(ledger) \(depth)").inserted else { return }
            for account in accounts {
                for event in SignInState.Event.allCases {
                    let (next, after) = step(state, ledger, event, account)
                    if next.isOver {
                        check(next)
                    } else {
                        followChanging(next, after, accounts: accounts, depth: depth - 1, &seen)
                    }
                }
            }
        }

        private mutating func step(
            _ state: SignInState, _ ledger: Ledger, _ event: SignInState.Event, _ account: Demands
        ) -> (SignInState, Ledger) {
            var next = state
            var after = ledger
            steps += 1
            next.receive(event, account)
            record(event, from: state, &after)
            if next.stage == .granted {
                grants += 1
                if let complaint = fault(in: after, account) { complaints.append("\(state) + \(event): \(complaint)") }
            }
            return (next, after)
        }

        /// What the event proves, whatever the machine makes of it.
        private func record(_ event: SignInState.Event, from state: SignInState, _ ledger: inout Ledger) {
            switch event {
            case .passwordRight, .externalRight: ledger.knows = true
            case .passkeyVerified:
                ledger.knows = true
                ledger.holds = true
            case .passkeyTouched, .totpRight, .recoveryCodeRight: ledger.holds = ledger.knows
            case .enrolled: ledger.holds = ledger.knows
            case .passwordChanged: ledger.changed = true
            case .totpWrong, .totpReplayed, .recoveryCodeWrong: ledger.misses += 1
            case .passwordWrong, .externalRefused, .lockedOut, .timedOut, .changedMeanwhile: ledger.isDead = true
            case .passkeyWrong: if ledger.knows { ledger.misses += 1 } else { ledger.isDead = true }
            }
        }

        private func fault(in ledger: Ledger, _ account: Demands) -> String? {
            if ledger.isDead { return "it was refused before" }
            if !ledger.knows { return "nobody has said who they are" }
            if !account.isActive { return "the account is not active" }
            if account.hasSecondFactor || account.needsSecondFactor, !ledger.holds { return "no second factor" }
            if account.mustChangePassword, !ledger.changed { return "the password was not changed" }
            if ledger.misses >= SignInState.mostMisses { return "too many wrong codes" }
            return nil
        }

        private mutating func check(_ end: SignInState) {
            for event in SignInState.Event.allCases {
                for account in SignInStateTests.accounts {
                    var later = end
                    later.receive(event, account)
                    if later != end { complaints.append("\(end) went on with \(event)") }
                }
            }
        }
    }

    @Test("the enrolment of a factor does not stand in for one that is on the account")
    func enrolmentIsNoSecondFactor() {
        var state = SignInState()
        var account = Demands(
            isActive: true, hasSecondFactor: false, needsSecondFactor: true, mustChangePassword: false)
        #expect(state.receive(.passwordRight, account) == .enrolment)

        // Somebody else has set one up from another browser.
        account.hasSecondFactor = true

        #expect(state.receive(.enrolled, account) == .refused(.outOfTurn))
    }

    @Test("a password that must be changed comes after the second factor, not instead of it")
    func forcedChange() {
        var state = SignInState()
        let account = Demands(
            isActive: true, hasSecondFactor: true, needsSecondFactor: false, mustChangePassword: true)

        #expect(state.receive(.passwordRight, account) == .secondFactor)
        var early = state
        #expect(early.receive(.passwordChanged, account) == .refused(.outOfTurn))
        #expect(state.receive(.totpRight, account) == .newPassword)
        #expect(state.receive(.passwordChanged, account) == .granted)
    }

    @Test("what an account does not ask for any more lets nobody in by itself")
    func fewerDemands() {
        var account = Demands(
            isActive: true, hasSecondFactor: true, needsSecondFactor: false, mustChangePassword: false)
        for event in SignInState.Event.allCases {
            var state = SignInState()
            account.hasSecondFactor = true
            state.receive(.passwordRight, account)

            account.hasSecondFactor = false
            state.look(account)

            #expect(!state.isOver)
            #expect(state.receive(event, account) != .granted)
        }
    }

    @Test("the fifth wrong code ends it")
    func misses() {
        var state = SignInState()
        let account = Demands(
            isActive: true, hasSecondFactor: true, needsSecondFactor: false, mustChangePassword: false)
        state.receive(.passwordRight, account)

        for event in [SignInState.Event.totpWrong, .totpReplayed, .recoveryCodeWrong, .passkeyWrong] {
            #expect(state.receive(event, account) == .secondFactor)
        }

        #expect(state.receive(.totpWrong, account) == .refused(.tooManyMisses))
        #expect(state.receive(.totpRight, account) == .refused(.tooManyMisses))
    }

    @Test("it is kept as text and goes on from there")
    func keeps() throws {
        var state = SignInState()
        let account = Demands(
            isActive: true, hasSecondFactor: true, needsSecondFactor: false, mustChangePassword: false)
        state.receive(.passwordRight, account)
        state.receive(.totpWrong, account)

        let text = state.stored()

        var read = try #require(SignInState(stored: text))
        #expect(read == state)
        #expect(read.receive(.totpRight, account) == .granted)
        // What cannot be read lets nobody in.
        for broken in ["", "{}", "[]", "null", text.replacing("password", with: "magic")] {
            #expect(SignInState(stored: broken) == nil)
        }
    }
}
