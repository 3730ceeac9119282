import HTTPKit
import Kernel
import Logging
import Mail
import Persistence
import SecretVault
import ServiceLifecycle

/// Mail in one piece: made once by `DaemonApp`, which mounts its routes and runs its service.
package struct MailroomModule: Sendable {
    package let room: Mailroom
    package let delivery: MailDelivery

    /// `publicURL` is `server.public_url`, if there is one.
    package init(
        store: any Store, vault: SecretVault, publicURL: String?, carrier: any MailCarrier = SMTPSender(),
        logger: Logger = Logger(label: "mail")
    ) {
        room = Mailroom(store: store, vault: vault, carrier: carrier, configuredBase: publicURL)
        delivery = MailDelivery(room: room, store: store, logger: logger)
    }

    package func register(in api: inout API) {
        MailRoutes(room: room).register(in: &api)
    }

    package var services: [any Service] { [delivery] }
}
