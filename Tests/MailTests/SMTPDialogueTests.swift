import CCurl
import Kernel
import Testing

@testable import Mail

/// What libcurl says, and what was said on the wire before, as recorded from Postfix, Exim and Gmail.
@Suite("SMTP failures")
struct SMTPDialogueTests {
    private let server = SMTPServer(host: "mail.example.org", port: 587, security: .startTLS)

    private func failure(_ code: CURLcode, _ lines: [String], detail: String = "") -> SMTPFailure {
        var dialogue = SMTPDialogue()
        for line in lines {
            if line.hasPrefix("> ") {
                dialogue.sent(Array((line.dropFirst(2) + "\r\n").utf8))
            } else {
                dialogue.received(Array((line + "\r\n").utf8))
            }
        }
        return dialogue.failure(code, of: server, detail: detail, isStopped: false)
    }

    private let greeting = [
        "220 mail.example.org ESMTP", "> EHLO example.org", "250-mail.example.org", "250-AUTH PLAIN LOGIN",
        "250 STARTTLS",
    ]

    @Test("greylisting is temporary, a refused recipient is not")
    func recipients() {
        let grey = failure(
            CURLE_SEND_ERROR,
            greeting + ["> MAIL FROM:<a@b>", "250 ok", "> RCPT TO:<c@d>", "451 4.7.1 Greylisted, come back"])
        let refused = failure(
            CURLE_SEND_ERROR, greeting + ["> MAIL FROM:<a@b>", "250 ok", "> RCPT TO:<c@d>", "550 5.1.1 no such user"])

        #expect(grey.kind == .greylisted && grey.isTemporary)
        #expect(grey.sentence.contains("451 4.7.1 Greylisted"))
        #expect(refused.kind == .recipientRefused && !refused.isTemporary)
        #expect(refused.sentence.contains("550 5.1.1 no such user"))
    }

    @Test("a wrong password and a server in trouble are told apart")
    func signIn() {
        let wrong = failure(
            CURLE_LOGIN_DENIED, greeting + ["> AUTH PLAIN c2VjcmV0", "535 5.7.8 Error: authentication failed"])
        let trouble = failure(
            CURLE_LOGIN_DENIED, greeting + ["> AUTH PLAIN c2VjcmV0", "454 4.7.0 Temporary authentication failure"])
        let none = failure(CURLE_LOGIN_DENIED, ["220 x", "> EHLO a", "250-x", "250 AUTH GSSAPI"])

        #expect(wrong.kind == .signInRefused && !wrong.isTemporary)
        #expect(trouble.isTemporary)
        #expect(none.kind == .signInNotOffered)
    }

    @Test("the farewell after a refusal does not hide it")
    func farewell() {
        let found = failure(
            CURLE_SEND_ERROR,
            greeting + [
                "> MAIL FROM:<a@b>", "250 ok", "> RCPT TO:<c@d>", "550 5.1.1 no such user", "> QUIT", "221 bye",
            ])
        #expect(found.kind == .recipientRefused)
    }

    @Test("a server that wants a sign-in says so")
    func signInNeeded() {
        let found = failure(CURLE_SEND_ERROR, greeting + ["> MAIL FROM:<a@b>", "530 5.7.0 Authentication required"])
        let plain = failure(
            CURLE_SEND_ERROR, greeting + ["> MAIL FROM:<a@b>", "530 5.7.0 Must issue a STARTTLS command first"])

        #expect(found.kind == .signInNeeded)
        #expect(plain.kind == .tlsNeeded)
    }

    @Test("credentials are never kept, whatever they look like")
    func credentials() {
        var dialogue = SMTPDialogue()
        dialogue.sent(Array("AUTH LOGIN\r\n".utf8))
        dialogue.sent(Array("bWFpbGVy\r\n".utf8))
        dialogue.sent(Array("c3VwZXJzZWNyZXQ=\r\n".utf8))

        #expect(dialogue.lastVerb == "AUTH")
        #expect("\(dialogue)".contains("c3VwZXJz") == false)
    }

    @Test("what a server says is bounded and has no control characters")
    func answers() {
        let found = failure(
            CURLE_SEND_ERROR, ["> RCPT TO:<c@d>", "550 \u{1B}[31m" + String(repeating: "x", count: 500)])
        #expect(found.answer.utf8.count <= 200)
        #expect(!found.sentence.contains("\u{1B}"))
    }

    @Test("something else than a mail server is named as that")
    func web() {
        #expect(failure(CURLE_WEIRD_SERVER_REPLY, ["HTTP/1.1 400 Bad Request"]).kind == .notSMTP)
        #expect(failure(CURLE_WEIRD_SERVER_REPLY, ["554 5.7.1 go away"]).kind == .other)
    }

    @Test("a message refused after it was sent, a refused sender, a closed connection")
    func later() {
        let body = greeting + ["> MAIL FROM:<a@b>", "250 ok", "> RCPT TO:<c@d>", "250 ok", "> DATA", "354 go"]
        #expect(failure(CURLE_WEIRD_SERVER_REPLY, body + ["554 5.6.0 spam"]).kind == .contentRefused)
        #expect(
            failure(CURLE_SEND_ERROR, greeting + ["> MAIL FROM:<a@b>", "553 5.7.1 not yours"]).kind == .senderRefused)
        #expect(failure(CURLE_RECV_ERROR, body).kind == .closed)
        #expect(failure(CURLE_RECV_ERROR, []).kind == .closed)
        #expect(failure(CURLE_RECV_ERROR, greeting + ["> MAIL FROM:<a@b>", "421 4.3.2 shutting down"]).kind == .closed)
    }

    @Test(
        "every kind of failure is a sentence with a capital, an end, and no word of a program",
        arguments: SMTPFailure.Kind.allCases)
    func sentences(_ kind: SMTPFailure.Kind) {
        let sentence = SMTPFailure(
            kind: kind, server: "mail.example.org", port: 587, security: .tls, answer: "550 no", detail: "reason"
        ).sentence

        #expect(sentence.first?.isUppercase == true || sentence.hasPrefix("mail.example.org"))
        #expect([".", ")"].contains(sentence.last.map(String.init) ?? ""))
        #expect(!sentence.contains("curl") && !sentence.contains("nil") && !sentence.contains("  "))
    }

    @Test("a host that does not exist, a port where nobody listens, over the real library")
    func real() async throws {
        let message = try MailMessage(
            from: MailAddress("a@example.org"), to: MailAddress("b@example.org"), subject: "x", text: "x")
        var found: [SMTPFailure.Kind] = []
        for (host, port) in [("127.0.0.1", 1), ("no-such-host.invalid", 25)] {
            do throws(SMTPFailure) {
                try await SMTPSender().send(
                    message, id: "x1", at: Instant(milliseconds: 0),
                    by: SMTPServer(host: host, port: port, security: .none))
            } catch {
                found.append(error.kind)
            }
        }
        #expect(found == [.unreachable, .unknownHost])
    }
}
