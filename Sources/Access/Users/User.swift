import Crypto
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// A person with an account. The password's hash is not part of it.
package struct User: Sendable, Equatable {
    package let id: Int64
    package var email: String
    package var displayName: String
    package var role: Role
    package var isActive: Bool
    package var mustChangePassword: Bool
    var photo: ProfilePhoto?
    package var theme: String?
    package var font: String?
    package var language: String?
    package var timezone: String?
    package var lastSignInAt: Instant?
    package var createdAt: Instant
    package var updatedAt: Instant
    package var revision: Int

    /// What two spellings of one address have in common.
    static func key(_ email: String) -> String { email.lowercased() }
}

/// A person as the API shows them; administrators also see until when the account waits.
struct ShownUser: JSONAnswer {
    let user: User
    var lockedUntil: Instant?

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "email", shape: .string, isRequired: true),
        .init(name: "display_name", shape: .string, isRequired: true),
        .init(name: "role", shape: .choice(Role.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "active", shape: .boolean, isRequired: true),
        .init(name: "force_password_change", shape: .boolean, isRequired: true),
        .init(
            name: "photo", shape: .nullable(.choice(["gravatar", "picture"])), isRequired: true,
            summary: "The picture Gravatar has, one that is kept here, or nothing."),
        .init(
            name: "photo_version", shape: .nullable(.string), isRequired: true,
            summary: "Changes with the picture that is kept here."),
        .init(name: "gravatar_hash", shape: .string, isRequired: true, summary: "SHA-256 of the e-mail address."),
        .init(name: "theme", shape: .nullable(.string), isRequired: true),
        .init(name: "font", shape: .nullable(.string), isRequired: true),
        .init(name: "language", shape: .nullable(.string), isRequired: true),
        .init(name: "timezone", shape: .nullable(.string), isRequired: true),
        .init(name: "last_sign_in_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "locked_until", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "updated_at", shape: .format("date-time"), isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        user.writeMembers(to: &writer)
        writer.member("gravatar_hash", Fingerprint.of(User.key(user.email)))
        writer.member("last_sign_in_at", milliseconds: user.lastSignInAt?.milliseconds)
        writer.member("locked_until", milliseconds: lockedUntil?.milliseconds)
        writer.member("created_at", milliseconds: user.createdAt.milliseconds)
        writer.member("updated_at", milliseconds: user.updatedAt.milliseconds)
        writer.member("revision", user.revision)
        writer.endObject()
    }

    /// The answer with its revision as ETag.
    func reply() -> Reply { unkept(revision: Int64(user.revision)) }
}

extension User {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("email", email)
        writer.member("display_name", displayName)
        writer.member("role", role.rawValue)
        writer.member("active", isActive)
        writer.member("force_password_change", mustChangePassword)
        writer.member("photo", photo?.word)
        writer.member("photo_version", photo?.version)
        writer.member("theme", theme)
        writer.member("font", font)
        writer.member("language", language)
        writer.member("timezone", timezone)
    }

    /// For events and the audit trail.
    func writeRecord(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("revision", revision)
        writer.endObject()
    }

    var record: String {
        var writer = JSONWriter()
        writeRecord(to: &writer)
        return writer.text
    }
}
