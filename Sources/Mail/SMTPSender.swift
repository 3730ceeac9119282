import CCurl
import CCurlLoader
import Dispatch
import Kernel
import Synchronization

/// Hands one message to a server.
package protocol MailCarrier: Sendable {
    func send(_ message: MailMessage, id: String, at moment: Instant, by server: SMTPServer) async throws(SMTPFailure)
    /// Gives up what is under way, because the daemon stops.
    func stop()
}

/// Sends by libcurl, one message after the other on a thread of its own: libcurl blocks, and neither an event loop nor
/// the cooperative pool may wait for a mail server. At most `longestQueue` wait.
package final class SMTPSender: MailCarrier {
    private static let longestQueue = 16

    private let queue = DispatchQueue(label: "mail", qos: .utility)
    private let waiting = Mutex(0)
    private let flag = StopFlag()
    /// libcurl wants this once in a process, before any handle is made.
    private static let isReady: Bool = cb_curl_global() == CURLE_OK

    package init() {}

    package func stop() { flag.raise() }

    package func send(
        _ message: MailMessage, id: String, at moment: Instant, by server: SMTPServer
    ) async throws(SMTPFailure) {
        let isAdmitted = waiting.withLock { count in
            guard count < Self.longestQueue else { return false }
            count += 1
            return true
        }
        guard isAdmitted else { throw failure(.other, server, "too many messages wait") }
        let result: Result<Void, SMTPFailure> = await withCheckedContinuation { continuation in
            queue.async { [self] in
                let result = perform(message.rendered(id: id, at: moment), message, server)
                waiting.withLock { $0 -= 1 }
                continuation.resume(returning: result)
            }
        }
        try result.get()
    }

    private func failure(_ kind: SMTPFailure.Kind, _ server: SMTPServer, _ detail: String) -> SMTPFailure {
        SMTPFailure(
            kind: kind, server: server.host, port: server.port, security: server.security, answer: "", detail: detail)
    }

    private func perform(
        _ bytes: [UInt8], _ message: MailMessage, _ server: SMTPServer
    ) -> Result<Void, SMTPFailure> {
        if let problem = cb_libcurl_problem() {
            return .failure(failure(.other, server, String(cString: problem)))
        }
        guard Self.isReady, let handle = curl_easy_init() else {
            return .failure(failure(.other, server, "libcurl could not be started"))
        }
        defer { curl_easy_cleanup(handle) }
        var recipients: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(recipients) }
        recipients = curl_slist_append(nil, "<\(message.to.text)>")
        let transfer = Transfer(bytes: bytes) { [flag] in flag.isRaised }
        var settings = [
            cb_curl_list(handle, CURLOPT_MAIL_RCPT, recipients),
            cb_curl_text(handle, CURLOPT_MAIL_FROM, "<\(message.from.text)>"),
            cb_curl_text(handle, CURLOPT_URL, server.url(greeting: String(message.from.domain))),
        ]
        settings += protect(handle, server)
        settings += bound(handle, server)
        settings += transfer.attach(to: handle)
        let isSet = settings.allSatisfy { $0 == CURLE_OK }
        let code = withExtendedLifetime(transfer) { isSet ? curl_easy_perform(handle) : CURLE_FAILED_INIT }
        guard code != CURLE_OK else { return .success(()) }
        return .failure(
            transfer.dialogue.failure(
                code, of: server, detail: Self.detail(code, handle), isStopped: flag.isRaised))
    }

    private func protect(_ handle: UnsafeMutableRawPointer, _ server: SMTPServer) -> [CURLcode] {
        var settings = [
            cb_curl_text(handle, CURLOPT_PROTOCOLS_STR, "smtp,smtps"),
            cb_curl_text(handle, CURLOPT_NOPROXY, "*"),
            cb_curl_number(handle, CURLOPT_SSLVERSION, CURL_SSLVERSION_TLSv1_2),
            cb_curl_number(handle, CURLOPT_SSL_VERIFYPEER, 1), cb_curl_number(handle, CURLOPT_SSL_VERIFYHOST, 2),
        ]
        if server.security == .startTLS {
            settings.append(cb_curl_number(handle, CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)))
        }
        if let authorities = server.authorities {
            let pem = Array(authorities.utf8)
            settings.append(cb_curl_bytes(handle, CURLOPT_CAINFO_BLOB, pem, pem.count))
            settings.append(cb_curl_text(handle, CURLOPT_CAPATH, nil))
        }
        if let username = server.username, let password = server.password {
            settings.append(cb_curl_text(handle, CURLOPT_USERNAME, username))
            settings.append(cb_curl_text(handle, CURLOPT_PASSWORD, password.reveal()))
        }
        return settings
    }

    private func bound(_ handle: UnsafeMutableRawPointer, _ server: SMTPServer) -> [CURLcode] {
        [
            // Without it a slow resolver would be interrupted by SIGALRM, which belongs to the whole process.
            cb_curl_number(handle, CURLOPT_NOSIGNAL, 1),
            cb_curl_number(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(server.connectTimeout.milliseconds)),
            cb_curl_number(
                handle, CURLOPT_SERVER_RESPONSE_TIMEOUT, max(1, Int(server.answerTimeout.milliseconds / 1000))),
            cb_curl_number(handle, CURLOPT_TIMEOUT_MS, Int(server.totalTimeout.milliseconds)),
        ]
    }

    /// The reason of a certificate that was refused, without what differs between versions of the library.
    private static func detail(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> String {
        if code == CURLE_PEER_FAILED_VERIFICATION {
            switch cb_curl_verify_result(handle) {
            case 10: return "it has expired"
            case 18, 19: return "it is signed by itself or by an authority that is not known here"
            case 20, 21: return "it is signed by an authority that is not known here"
            // libcurl compares the names before it asks OpenSSL for its verdict, which is 1 until then.
            case 62, 0, 1: return "it is made for another name"
            default: break
            }
        }
        return String(cString: curl_easy_strerror(code))
    }
}

/// Asked by libcurl at least once a second.
private final class StopFlag: Sendable {
    private let value = Atomic(false)
    var isRaised: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
}

/// What the callbacks of one transfer share. It outlives `curl_easy_perform`, and only the sender's thread touches it.
private final class Transfer {
    private let bytes: [UInt8]
    private var position = 0
    private let isStopped: @Sendable () -> Bool
    private(set) var dialogue = SMTPDialogue()

    init(bytes: [UInt8], isStopped: @escaping @Sendable () -> Bool) {
        self.bytes = bytes
        self.isStopped = isStopped
    }

    func attach(to handle: UnsafeMutableRawPointer) -> [CURLcode] {
        let context = Unmanaged.passUnretained(self).toOpaque()
        var settings = [cb_curl_number(handle, CURLOPT_UPLOAD, 1)]
        settings.append(
            cb_curl_read(
                handle,
                { buffer, size, count, context in
                    guard let buffer, let context else { return 0 }
                    return Transfer.from(context).read(into: buffer, size * count)
                }, context))
        settings.append(
            cb_curl_trace(
                handle,
                { _, kind, bytes, count, context in
                    guard let bytes, let context else { return 0 }
                    Transfer.from(context).heard(kind, UnsafeRawBufferPointer(start: bytes, count: count))
                    return 0
                }, context))
        settings.append(
            cb_curl_watch(
                handle,
                { context, _, _, _, _ in
                    guard let context else { return 0 }
                    return Transfer.from(context).isStopped() ? 1 : 0
                }, context))
        return settings
    }

    private static func from(_ context: UnsafeMutableRawPointer) -> Transfer {
        Unmanaged<Transfer>.fromOpaque(context).takeUnretainedValue()
    }

    private func read(into buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int {
        let count = min(room, bytes.count - position)
        guard count > 0 else { return 0 }
        bytes.withUnsafeBytes { all in
            UnsafeMutableRawBufferPointer(start: buffer, count: count).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: all[position..<position + count]))
        }
        position += count
        return count
    }

    private func heard(_ kind: curl_infotype, _ bytes: UnsafeRawBufferPointer) {
        switch kind {
        case CURLINFO_HEADER_OUT: dialogue.sent(bytes)
        case CURLINFO_HEADER_IN: dialogue.received(bytes)
        default: break
        }
    }
}
