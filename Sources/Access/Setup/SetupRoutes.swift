import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// Whether set-up is needed and how far it has come. The step says nothing a stranger could use.
struct SetupState: JSONAnswer, Equatable {
    let isNeeded: Bool
    let step: String
    let lockedUntil: Instant?

    static let shape: JSONShape = .object([
        .init(name: "needed", shape: .boolean, isRequired: true),
        .init(name: "step", shape: .choice(["code"] + FirstRun.steps), isRequired: true),
        .init(name: "locked_until", shape: .nullable(.format("date-time")), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("needed", isNeeded)
        writer.member("step", step)
        writer.member("locked_until", milliseconds: lockedUntil?.milliseconds)
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

struct CodeBody: JSONBody {
    var code: String
}

struct FirstAccount: JSONBody {
    var code: String
    var email: String
    var displayName: String
    var password: Secret<String>

    var draft: UserDraft {
        UserDraft(email: email, displayName: displayName, role: .admin, password: password)
    }
}

struct StepBody: JSONBody {
    var step: String
}

struct SetupRoutes: Sendable {
    let firstRun: FirstRun
    let states: SessionStates
    let policy: AccessPolicy

    func register(in api: inout API) {
        api.get("setup", "Whether set-up is needed", needs: .nothing) { _ in
            try await firstRun.state()
        }
        api.post(
            "setup/code", "Check the set-up code", needs: .nothing, .init(status: .ok, bodyLimit: 4096)
        ) { (call: Call<CodeBody>) in
            try refuseForeignPage(call.facts)
            try await firstRun.check(call.body.code, by: call.caller.asStranger)
            return Nothing()
        }
        api.post(
            "setup/account", "Create the first administrator", needs: .nothing,
            .init(answer: .json(SessionState.shape), bodyLimit: 16 << 10)
        ) { (call: Call<FirstAccount>) in
            try refuseForeignPage(call.facts)
            let signedIn = try await firstRun.claim(
                call.body.draft, code: call.body.code, by: call.caller.asStranger, Arrival(call.facts))
            let state = try await states.state(of: signedIn, call.caller)
            return SignInRoutes.reply(signedIn, state, call.facts, policy.current)
        }
        api.put("setup/step", "Keep how far set-up has come", needs: .may(.editSettings)) { (call: Call<StepBody>) in
            try await firstRun.keep(step: call.body.step, by: call.caller)
            return Nothing()
        }
    }
}
