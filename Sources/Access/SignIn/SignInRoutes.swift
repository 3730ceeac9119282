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

/// A code as somebody has typed it.
struct TypedCode: JSONBody {
    var code: String
}

struct SignInRoutes: Sendable {
    let signIns: SignIns
    let sessions: BrowserSessions
    let states: SessionStates
    let policy: AccessPolicy

    /// 200 with the session, or 202 with what is asked for besides.
    private var step: EndpointDetails {
        .init(answer: .json(SessionState.shape), status: .ok, bodyLimit: 64 << 10, alsoAnswers: [.accepted])
    }

    func register(in api: inout API) {
        api.get(
            "auth/session", "Who is signed in and what they may do", needs: .nothing,
            .init(answer: .json(SessionState.shape), alsoAnswers: [.unauthorized])
        ) { call in
            try await states.state(of: call.caller)
        }
        api.post(
            "auth/sign-in", "Sign in with e-mail address and password", needs: .nothing, step
        ) { (call: Call<Credential>) in
            let credential = try call.body.validated()
            return try await answer(call) { caller, arrival in
                try await signIns.signIn(
                    email: credential.email, password: credential.password, by: caller, arrival)
            }
        }
        api.post("auth/sign-out", "Sign out", needs: .nothing, .init(answer: .nothing)) { (call: Call<Nothing>) in
            try await sessions.signOut(call.caller)
            var reply = Nothing().reply()
            reply.headers[.setCookie] = SessionSecret.removal(policy.current, isTLS: call.facts.origin.isTLS)
            return reply
        }
        registerProgress(in: &api)
        registerEnrolment(in: &api)
    }

    private func registerProgress(in api: inout API) {
        api.get(
            "auth/sign-in", "What the sign-in of this browser waits for", needs: .nothing,
            .init(answer: .json(PendingSignIn.shape), status: .accepted, alsoAnswers: [.unauthorized])
        ) { call in
            try await signIns.pending(Arrival(call.facts))
        }
        api.delete("auth/sign-in", "Give up the sign-in of this browser", needs: .nothing) { call in
            try refuseForeignPage(call.facts)
            try await signIns.abandon(Arrival(call.facts))
        }
        api.post(
            "auth/sign-in/code", "Second factor: a code of the app, or a recovery code", needs: .nothing, step
        ) { (call: Call<TypedCode>) in
            try await answer(call) { try await signIns.give(code: call.body.code, by: $0, $1) }
        }
        api.post(
            "auth/sign-in/passkey/options", "What to ask the passkey", needs: .nothing,
            .init(answer: .json(PasskeyRequest.shape), status: .ok)
        ) { (call: Call<Nothing>) in
            try refuseForeignPage(call.facts)
            return try await signIns.passkeyRequest(Arrival(call.facts), at: PasskeySite(call.facts.origin))
        }
        api.post(
            "auth/sign-in/passkey", "Sign in with a passkey, or use it as the second factor", needs: .nothing, step
        ) { (call: Call<PasskeyAnswer>) in
            let site = try PasskeySite(call.facts.origin)
            return try await answer(call) { caller, arrival in
                try await signIns.isWaiting(arrival)
                    ? signIns.give(passkey: call.body, at: site, by: caller, arrival)
                    : signIns.signIn(passkey: call.body, at: site, by: caller, arrival)
            }
        }
        api.post(
            "auth/sign-in/new-password", "Change the password that has to be changed", needs: .nothing, step
        ) { (call: Call<NewPassword>) in
            try await answer(call) { try await signIns.give(newPassword: call.body.password, by: $0, $1) }
        }
    }

    private func registerEnrolment(in api: inout API) {
        api.post(
            "auth/sign-in/enrol/totp", "Begin with the authenticator app that is asked for", needs: .nothing,
            .init(answer: .json(NewSeed.shape), status: .ok)
        ) { (call: Call<Nothing>) in
            try refuseForeignPage(call.facts)
            return try await signIns.beginEnrolment(
                by: call.caller.asStranger, Arrival(call.facts), host: call.facts.origin.host)
        }
        api.post(
            "auth/sign-in/enrol/totp/confirm", "The first code of that app", needs: .nothing, step
        ) { (call: Call<TypedCode>) in
            try await answer(call) { try await signIns.enrol(code: call.body.code, by: $0, $1) }
        }
        api.post(
            "auth/sign-in/enrol/passkey/options", "What to make the passkey with", needs: .nothing,
            .init(answer: .json(PasskeyCreation.shape), status: .ok)
        ) { (call: Call<Nothing>) in
            try refuseForeignPage(call.facts)
            return try await signIns.enrolmentCreation(
                by: call.caller.asStranger, Arrival(call.facts), at: PasskeySite(call.facts.origin))
        }
        api.post(
            "auth/sign-in/enrol/passkey", "The passkey that was asked for", needs: .nothing, step
        ) { (call: Call<PasskeyDraft>) in
            let site = try PasskeySite(call.facts.origin)
            return try await answer(call) { try await signIns.enrol(passkey: call.body, at: site, by: $0, $1) }
        }
    }

    private func answer<Body>(
        _ call: Call<Body>, _ work: (Caller, Arrival) async throws -> SignInOutcome
    ) async throws -> Reply {
        try refuseForeignPage(call.facts)
        return try await reply(try await work(call.caller.asStranger, Arrival(call.facts)), call.facts, call.caller)
    }

    /// The answer to a step of a sign-in, with its cookies.
    func reply(_ outcome: SignInOutcome, _ facts: RequestFacts, _ caller: Caller) async throws -> Reply {
        let isTLS = facts.origin.isTLS
        switch outcome {
        case .signedIn(let signedIn):
            return Self.reply(signedIn, try await states.state(of: signedIn, caller), facts, policy.current)
        case .pending(let pending, let secret):
            var reply = pending.reply()
            if let secret { reply.headers.append(.init(name: .setCookie, value: secret.cookie(isTLS: isTLS))) }
            return reply
        }
    }

    /// The answer to somebody who has come in, with the cookie.
    static func reply(
        _ signedIn: SignedIn, _ state: SessionState, _ facts: RequestFacts, _ rules: AccessRules
    ) -> Reply {
        var reply = state.reply()
        let isTLS = facts.origin.isTLS
        reply.headers.append(.init(name: .setCookie, value: signedIn.secret.cookie(rules, isTLS: isTLS)))
        if facts.cookie(SignInSecret.cookieName) != nil {
            reply.headers.append(.init(name: .setCookie, value: SignInSecret.removal(isTLS: isTLS)))
        }
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
        inProgress = facts.cookie(SignInSecret.cookieName).flatMap(SessionSecret.hash(ofCookie:))
    }
}

extension Caller {
    /// Whoever the request was sent as, who signs in is not known yet.
    var asStranger: Caller {
        Caller(kind: .anonymous, name: "anonymous", permissions: [], address: address, requestID: requestID)
    }
}
