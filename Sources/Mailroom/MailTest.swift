import HTTPKit
import JSONKit
import Mail

/// How a test went, for the person who pressed the button.
struct MailTest: JSONAnswer {
    let failure: SMTPFailure?
    let server: SMTPServer

    static let shape: JSONShape = .object([
        .init(name: "delivered", shape: .boolean, isRequired: true),
        .init(name: "problem", shape: .nullable(.choice(SMTPFailure.Kind.allCases.map(\.rawValue))), isRequired: true),
        .init(name: "message", shape: .string, isRequired: true, summary: "What happened and what to do."),
        .init(name: "temporary", shape: .boolean, isRequired: true, summary: "It may work later as it is."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("delivered", failure == nil)
        writer.member("problem", failure?.kind.rawValue)
        writer.member("message", failure?.sentence ?? "\(server.host) has taken the message. Look into the mailbox.")
        writer.member("temporary", failure?.isTemporary ?? false)
        writer.endObject()
    }
}
