import HTTPKit
import HTTPTypes
import Kernel

struct Credential: JSONBody {
    var email: String
    var password: Secret<String>

    /// Nothing is looked up for what cannot be right.
    func validated() throws(AppError) -> Credential {
        var problems: [String: String] = [:]
        if !email.trimmed.isEmailAddress { problems["email"] = "Give an e-mail address such as ada@example.org." }
        if password.reveal().isEmpty { problems["password"] = "Enter your password." }
        if password.reveal().utf8.count > 1024 { problems["password"] = "This is longer than any password here." }
        guard problems.isEmpty else { throw AppError(.invalid, "This is not enough to sign in.", fields: problems) }
        return self
    }
}

struct SignInRoutes: Sendable {
    let signIns: SignIns
    let sessions: BrowserSessions
    let states: SessionStates
    let policy: AccessPolicy

    func register(in api: inout API) {
        api.get(
            "auth/session", "Who is signed in and what they may do", needs: .nothing,
            .init(answer: .json(SessionState.shape), alsoAnswers: [.unauthorized])
        ) { call in
            try await states.state(of: call.caller)
        }
        api.post(
            "auth/sign-in", "Sign in with e-mail address and password", needs: .nothing,
            .init(answer: .json(SessionState.shape), status: .ok, bodyLimit: 16 << 10)
        ) { (call: Call<Credential>) in
            try refuseForeignPage(call.facts)
            let credential = try call.body.validated()
            let signedIn = try await signIns.signIn(
                email: credential.email, password: credential.password, by: call.caller.asStranger,
                Arrival(call.facts))
            return Self.reply(signedIn, states.state(of: signedIn, call.caller), call.facts, policy.current)
        }
        api.post("auth/sign-out", "Sign out", needs: .nothing, .init(answer: .nothing)) { (call: Call<Nothing>) in
            try await sessions.signOut(call.caller)
            var reply = Nothing().reply()
            reply.headers[.setCookie] = SessionSecret.removal(policy.current, isTLS: call.facts.origin.isTLS)
            return reply
        }
    }

    /// The answer to somebody who has come in, with the cookie.
    static func reply(
        _ signedIn: SignedIn, _ state: SessionState, _ facts: RequestFacts, _ rules: AccessRules
    ) -> Reply {
        var reply = state.reply()
        reply.headers[.setCookie] = signedIn.secret.cookie(rules, isTLS: facts.origin.isTLS)
        return reply
    }
}

/// A page of another site must not sign people in as somebody else, nor try set-up codes through their browsers.
func refuseForeignPage(_ facts: RequestFacts) throws(AppError) {
    guard !SameOrigin.isDisproven(by: facts) else {
        throw AppError(.forbidden, "This request came from a page of another site.")
    }
}

extension Arrival {
    init(_ facts: RequestFacts) {
        secret = SessionSecret()
        userAgent = (facts.headers[.userAgent] ?? "").bounded(300)
        replacing = facts.cookie(AccessGatekeeper.cookieName).flatMap(SessionSecret.hash(ofCookie:))
    }
}

extension Caller {
    /// Whoever the request was sent as, who signs in is not known yet.
    var asStranger: Caller {
        Caller(kind: .anonymous, name: "anonymous", permissions: [], address: address, requestID: requestID)
    }
}
