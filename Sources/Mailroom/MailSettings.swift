import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Mail
import SecretVault

/// How mail leaves this daemon. There is exactly one of it.
package struct MailSettings: Sendable, Equatable {
    package var isEnabled = false
    package var host = ""
    package var port = SMTPServer.Security.startTLS.usualPort
    package var security = SMTPServer.Security.startTLS
    /// Whether an unprotected connection may leave this machine.
    package var allowsPlain = false
    package var username: String?
    package var password: SealedText?
    package var fromAddress = ""
    package var fromName = "Circuit Breaker"
    /// What links in messages begin with; nil for the configured `server.public_url`.
    package var linkBase: String?
    /// The only certificate authorities that count, as PEM; nil for the system's.
    package var authorities: String?
    package var revision: Int64 = 1

    package init() {}
}

/// The settings as the API shows them: of the password only whether there is one.
struct ShownMailSettings: JSONAnswer {
    let settings: MailSettings
    let password: SealedMark
    /// What links begin with now, from the settings or from the configuration.
    let linkBase: String?

    static let shape: JSONShape = .object([
        .init(name: "enabled", shape: .boolean, isRequired: true),
        .init(name: "host", shape: .string, isRequired: true),
        .init(name: "port", shape: .integer, isRequired: true),
        .init(name: "security", shape: .choice(SMTPServer.Security.allCases.map(\.rawValue)), isRequired: true),
        .init(
            name: "allows_plain", shape: .boolean, isRequired: true,
            summary: "An unprotected connection may leave this machine."),
        .init(name: "username", shape: .nullable(.string), isRequired: true),
        .init(name: "password", shape: SealedMark.shape, isRequired: true),
        .init(name: "from_address", shape: .string, isRequired: true),
        .init(name: "from_name", shape: .string, isRequired: true),
        .init(
            name: "link_base", shape: .nullable(.string), isRequired: true,
            summary: "What links in messages begin with."),
        .init(name: "effective_link_base", shape: .nullable(.string), isRequired: true),
        .init(name: "authorities", shape: .nullable(.string), isRequired: true, summary: "PEM; null for the system's."),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        settings.writeMembers(to: &writer)
        writer.name("password")
        password.write(to: &writer)
        writer.member("effective_link_base", linkBase)
        writer.member("revision", settings.revision)
        writer.endObject()
    }

    func reply() -> Reply {
        var writer = JSONWriter()
        write(to: &writer)
        return Reply(json: writer, headers: [.eTag: "\"\(settings.revision)\"", .cacheControl: "no-store"])
    }
}

extension MailSettings {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("enabled", isEnabled)
        writer.member("host", host)
        writer.member("port", port)
        writer.member("security", security.rawValue)
        writer.member("allows_plain", allowsPlain)
        writer.member("username", username)
        writer.member("from_address", fromAddress)
        writer.member("from_name", fromName)
        writer.member("link_base", linkBase)
        writer.member("authorities", authorities)
    }

    /// For events and the trail: whether there is a password, and since when, so that a change of it shows.
    func writeRecord(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("password_set_at", milliseconds: password?.since?.milliseconds)
        writer.member("revision", revision)
        writer.endObject()
    }

    var record: String {
        var writer = JSONWriter()
        writeRecord(to: &writer)
        return writer.text
    }
}

/// What a client may change. A field that is left out stays; a password is only ever written.
struct MailSettingsPatch: JSONBody {
    var enabled: Change<Bool>
    var host: Change<String>
    var port: Change<Int>
    var security: Change<SMTPServer.Security>
    var allowsPlain: Change<Bool>
    var username: Change<String?>
    var password: Change<Secret<String>?>
    var fromAddress: Change<String>
    var fromName: Change<String>
    var linkBase: Change<String?>
    var authorities: Change<String?>

    /// Everything but the password, checked; all that is wrong at once.
    func applied(to before: MailSettings, hasConfiguredBase: Bool) throws(AppError) -> MailSettings {
        var settings = before
        settings.isEnabled = enabled.applied(to: before.isEnabled)
        settings.host = host.applied(to: before.host).trimmed
        settings.port = port.applied(to: before.port)
        settings.security = security.applied(to: before.security)
        settings.allowsPlain = allowsPlain.applied(to: before.allowsPlain)
        settings.username = Self.tidied(username.applied(to: before.username))
        settings.fromAddress = fromAddress.applied(to: before.fromAddress).trimmed
        settings.fromName = fromName.applied(to: before.fromName).trimmed
        settings.linkBase = Self.tidied(linkBase.applied(to: before.linkBase)).map { text in
            text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        settings.authorities = Self.tidied(authorities.applied(to: before.authorities))
        var problems: [String: String] = [:]
        settings.addProblems(to: &problems, hasConfiguredBase: hasConfiguredBase)
        if case .set(let new?) = password {
            if new.reveal().utf8.count > 1024 { problems["password"] = "A password has at most 1024 bytes." }
            if settings.username == nil, !new.reveal().isEmpty {
                problems["username"] = "Give the user name that belongs to the password."
            }
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The mail settings have errors.", fields: problems) }
        return settings
    }

    private static func tidied(_ text: String?) -> String? {
        text.map(\.trimmed).flatMap { $0.isEmpty ? nil : $0 }
    }
}

extension MailSettings {
    /// While mail is off a half-filled form may be kept; what is there must be right all the same.
    fileprivate func addProblems(to problems: inout [String: String], hasConfiguredBase: Bool) {
        if isEnabled || !host.isEmpty, !SMTPServer.isHost(host) {
            problems["host"] = "Give the name or address of the mail server, such as smtp.example.org."
        }
        if !(1...65_535).contains(port) { problems["port"] = "A port is a number from 1 to 65535." }
        if isEnabled || !fromAddress.isEmpty {
            do throws(MailAddress.Problem) {
                _ = try MailAddress(fromAddress, name: fromName)
            } catch {
                problems[error == .badName ? "from_name" : "from_address"] = error.sentence
            }
        }
        if let username, username.utf8.count > 320 || username.hasControl {
            problems["username"] = "A user name has at most 320 bytes and no control characters."
        }
        if security == .none, isEnabled, !allowsPlain, !SMTPServer.isLoopback(host) {
            problems["security"] =
                "Without protection everybody on the way reads passwords and links. Choose STARTTLS or TLS, or allow "
                + "it on purpose."
        }
        if let linkBase, !LinkBase.isValid(linkBase) {
            problems["link_base"] = "Give the address people open, such as https://lab.example.org, without a path."
        }
        if isEnabled, linkBase == nil, !hasConfiguredBase {
            problems["link_base"] = "Links in messages need to know where this daemon is reached."
        }
        if let authorities, authorities.utf8.count > 64 << 10 || !authorities.contains("-----BEGIN CERTIFICATE-----") {
            problems["authorities"] =
                "Paste a certificate in PEM form, from “-----BEGIN CERTIFICATE-----” on, of at most 64 KiB."
        }
    }
}

/// The part of an address that comes before the path.
package enum LinkBase {
    package static func isValid(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        let rest = text.dropFirst(scheme.count)
        guard (1...260).contains(rest.utf8.count) else { return false }
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]") else { return false }
            return rest[..<end].dropFirst().contains(":")
                && rest[..<end].dropFirst().allSatisfy { $0.isHexDigit || $0 == ":" }
                && isPort(rest[rest.index(after: end)...])
        }
        let host = rest.prefix { $0 != ":" }
        return HostName.isValid(host) && isPort(rest[host.endIndex...])
    }

    private static func isPort(_ text: Substring) -> Bool {
        guard !text.isEmpty else { return true }
        return text.hasPrefix(":") && text.dropFirst().allSatisfy(\.isASCII)
            && UInt16(text.dropFirst()).map { $0 > 0 } ?? false
    }
}

extension String {
    var trimmed: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    var hasControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }
}
