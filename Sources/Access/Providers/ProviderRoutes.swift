import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore

struct DepartureBody: JSONBody {
    /// Where to go on afterwards, such as `/hardware/7`.
    var returnTo: String?
}

/// Where to send the browser.
struct DepartureAnswer: JSONAnswer {
    let departure: ProviderSignIns.Departure
    let isTLS: Bool

    static let shape: JSONShape = .object([.init(name: "address", shape: .string, isRequired: true)])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("address", departure.address)
        writer.endObject()
    }

    func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(
            json: writer,
            headers: [.setCookie: departure.attempt.cookie(isTLS: isTLS), .cacheControl: "no-store"])
    }
}

struct ProviderRoutes: Sendable {
    let providers: SignInProviders
    let signIns: ProviderSignIns
    let policy: AccessPolicy

    func register(in api: inout API) {
        api.component("SignInProvider", ShownProvider.shape)
        registerAdministration(in: &api)
        registerOwnLinks(in: &api)
        api.get("auth/options", "What the sign-in page offers", needs: .nothing) { _ in try await providers.offer() }
        api.post(
            "auth/oauth/:provider/start", "Begin to sign in by a provider", needs: .nothing,
            .init(status: .ok, bodyLimit: 4096)
        ) { (call: Call<DepartureBody>) in
            try refuseForeignPage(call.facts)
            let departure = try await signIns.depart(
                to: call.path("provider"), returnTo: call.body.returnTo ?? "/map", origin: call.facts.origin.text,
                isLink: false, by: call.caller.asStranger)
            return DepartureAnswer(departure: departure, isTLS: call.facts.origin.isTLS)
        }
        api.get(
            "auth/oauth/:provider/callback", "Where a provider sends the browser back to", needs: .nothing,
            .init(
                query: ["state", "code", "error", "error_description", "iss"].map {
                    QueryField($0, .string, "As the provider says it.")
                }, answer: .nothing, alsoAnswers: [.seeOther])
        ) { call in
            let facts = call.facts
            let back = ProviderSignIns.Return(
                slug: try call.path("provider"), state: call.query("state") ?? "", code: call.query("code"),
                error: call.query("error"), issuer: call.query("iss"), cookie: facts.cookie(ProviderAttempt.cookieName))
            return Self.reply(try await signIns.land(back, by: call.caller, Arrival(facts)), facts, policy.current)
        }
    }

    private func registerAdministration(in api: inout API) {
        let shown = BodyShape.json(.named("SignInProvider"))
        api.get(
            "sign-in-providers", "Sign-in providers", needs: .may(.editSettings),
            .init(answer: .json(.page(of: .named("SignInProvider"))))
        ) { call in
            Listing(items: try await providers.list(origin: call.facts.origin.text))
        }
        api.get(
            "sign-in-providers/:id", "One sign-in provider", needs: .may(.editSettings), .init(answer: shown)
        ) { call in
            try await providers.find(call.path("id"), origin: call.facts.origin.text)
        }
        api.post(
            "sign-in-providers", "Add a sign-in provider", needs: .may(.manageUsers), stepUp: .recent,
            .init(answer: shown)
        ) { (call: Call<SignInProviderDraft>) in
            try await providers.create(call.body, origin: call.facts.origin.text, by: call.caller)
        }
        api.patch(
            "sign-in-providers/:id", "Change a sign-in provider", needs: .may(.manageUsers), stepUp: .recent,
            .init(answer: shown)
        ) { (call: Call<SignInProviderPatch>) in
            try await providers.update(
                call.path("id"), call.body, expecting: call.expectedRevision(), origin: call.facts.origin.text,
                by: call.caller)
        }
        api.delete("sign-in-providers/:id", "Remove a sign-in provider", needs: .may(.manageUsers), stepUp: .recent) {
            call in
            try await providers.delete(call.path("id"), by: call.caller)
        }
    }

    private func registerOwnLinks(in api: inout API) {
        api.get(
            "me/identities", "Accounts at providers that are linked to one's own", needs: .may(.ownAccount)
        ) { call in
            Listing(items: try await providers.identities(of: call.caller))
        }
        api.post(
            "me/identities/start/:provider", "Begin to link an account at a provider", needs: .may(.ownAccount),
            stepUp: .recent,
            .init(status: .ok, bodyLimit: 4096)
        ) { (call: Call<DepartureBody>) in
            let departure = try await signIns.depart(
                to: call.path("provider"), returnTo: call.body.returnTo ?? "/profile",
                origin: call.facts.origin.text, isLink: true, by: call.caller)
            return DepartureAnswer(departure: departure, isTLS: call.facts.origin.isTLS)
        }
        api.delete("me/identities/:id", "Unlink an account at a provider", needs: .may(.ownAccount), stepUp: .recent) {
            call in
            try await providers.unlink(call.path("id"), by: call.caller)
        }
    }

    /// Always on to a page: a person sits there, not a program. The address says at most a word of what went wrong.
    private static func reply(
        _ landing: ProviderSignIns.Landing, _ facts: RequestFacts, _ rules: AccessRules
    ) -> Reply {
        var reply = Reply(ByteBuffer(), contentType: "", status: .seeOther, headers: [.cacheControl: "no-store"])
        reply.headers.append(.init(name: .setCookie, value: ProviderAttempt.removal(isTLS: facts.origin.isTLS)))
        switch landing {
        case .signedIn(.signedIn(let signedIn), let path):
            reply.headers.append(
                .init(name: .setCookie, value: signedIn.secret.cookie(rules, isTLS: facts.origin.isTLS)))
            reply.headers[.location] = path
        case .signedIn(.pending(_, let secret), let path):
            if let secret {
                reply.headers.append(.init(name: .setCookie, value: secret.cookie(isTLS: facts.origin.isTLS)))
            }
            reply.headers[.location] = "/sign-in?\(FormText.query([("return", path)]))"
        case .linked(let path): reply.headers[.location] = path
        case .refused(let refusal, let isLink):
            reply.headers[.location] =
                "\(isLink ? "/profile" : "/sign-in")?\(FormText.query([("problem", refusal.rawValue)]))"
        }
        return reply
    }
}
