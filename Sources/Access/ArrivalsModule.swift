import HTTPKit
import Kernel
import Logging
import Mailroom
import Persistence
import SecretVault
import ServiceLifecycle

/// How people come who cannot sign in with a password, not yet or not any more: invitations, forgotten passwords,
/// sign-in providers. Made once by `DaemonApp`, beside `AccessModule`, whose sign-in machine has the last word.
package struct ArrivalsModule: Sendable {
    let invitations: Invitations
    let resets: PasswordResets
    private let desk: PasswordResetDesk
    private let providers: SignInProviders
    private let providerSignIns: ProviderSignIns
    private let policy: AccessPolicy

    /// `plainLoopbackProviders`: a provider on this machine may be asked over plain HTTP.
    package init(
        access: AccessModule, store: any Store, room: Mailroom, vault: SecretVault,
        plainLoopbackProviders: Bool = false, logger: Logger = Logger(label: "access")
    ) {
        let signIns = access.signIns
        invitations = Invitations(store: store, hasher: signIns.hasher, room: room)
        resets = PasswordResets(
            store: store, hasher: signIns.hasher, credentials: signIns.credentials, room: room, vault: vault)
        desk = PasswordResetDesk(resets: resets, logger: logger)
        let conversation = ProviderConversation(
            client: ProviderClient(rules: .init(allowsPlainLoopback: plainLoopbackProviders)),
            clock: signIns.credentials.clock)
        providers = SignInProviders(store: store, vault: vault, room: room, conversation: conversation)
        providerSignIns = ProviderSignIns(
            store: store, vault: vault, signIns: signIns, credentials: signIns.credentials, conversation: conversation)
        policy = access.policy
    }

    package func register(in api: inout API) {
        InvitationRoutes(invitations: invitations).register(in: &api)
        PasswordResetRoutes(resets: resets).register(in: &api)
        ProviderRoutes(providers: providers, signIns: providerSignIns, policy: policy).register(in: &api)
    }

    package var services: [any Service] { [desk] }

    /// Answers everybody who has asked for a link; the service does it as they come.
    func answerRequests() async throws { try await desk.workThrough() }
}
