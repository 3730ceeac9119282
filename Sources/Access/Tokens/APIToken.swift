import Crypto
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

/// A named key for a program. What it may do is its scopes, and never more than the person it belongs to may.
struct APIToken: Sendable, Equatable {
    let id: Int64
    let name: String
    let scopes: Set<Permission>
    /// The person whose token it is; nil for one made with `CB_API_TOKEN`.
    let ownerID: Int64?
    let createdBy: String
    let createdAt: Instant
    let expiresAt: Instant?
    let lastUsedAt: Instant?
    let lastUsedFrom: String?

    /// How the token of `CB_API_TOKEN` is named in the audit trail.
    static let configuredName = "api-token"
    /// What a token can be allowed at most: an administrator's permissions but those of a person's own account.
    static let mostPermissions = Role.admin.permissions.subtracting([.ownAccount])
    static let reservedNames: Set<String> = [configuredName, "system", "anonymous", Caller.consoleName]

    /// `cbt_`, 256 random bits, and six letters that tell a typing error from a token that has ended.
    static func makeText() -> Secret<String> {
        let body = RandomText.make(43)
        return Secret("cbt_" + body + checksum(body))
    }

    static func isWellFormed(_ text: String) -> Bool {
        guard text.utf8.count == 53, text.hasPrefix("cbt_") else { return false }
        let body = text.dropFirst(4).prefix(43)
        return text.dropFirst(47) == checksum(String(body))[...]
    }

    private static func checksum(_ body: String) -> String {
        let digest = SHA256.hash(data: Array("cbt_\(body)".utf8))
        var rest = digest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        var letters: [UInt8] = []
        for _ in 0..<6 {
            letters.append(RandomText.letters[Int(rest % 62)])
            rest /= 62
        }
        return String(decoding: letters, as: UTF8.self)
    }
}

/// What may be set of a new token: a role or single permissions.
struct APITokenDraft: JSONBody {
    var name: String
    var role: Role?
    var scopes: [String]?
    var expiresAt: Instant?

    /// The draft as a checked token. `caller` can give away only what it holds itself.
    func validated(by caller: Caller, at now: Instant) throws(AppError) -> (name: String, scopes: Set<Permission>) {
        var problems: [String: String] = [:]
        let name = name.trimmed
        if !(1...80).contains(name.count) || name.utf8.count > 320 || name.hasControl {
            problems["name"] = "Give a name of 1 to 80 characters."
        } else if APIToken.reservedNames.contains(name.lowercased()) {
            problems["name"] = "This name means something else in the audit trail. Choose another one."
        }
        if let expiresAt, expiresAt <= now { problems["expires_at"] = "Choose a time to come." }
        let scopes = chosenScopes(&problems)
        if problems.isEmpty, !scopes.isSubset(of: caller.permissions) {
            let missing = scopes.subtracting(caller.permissions).map(\.rawValue).sorted()
            problems["scopes"] = "You may not do this yourself: \(missing.joined(separator: ", "))."
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The token has errors.", fields: problems) }
        return (name, scopes)
    }

    private func chosenScopes(_ problems: inout [String: String]) -> Set<Permission> {
        switch (role, scopes) {
        case (let role?, nil):
            // What is dangerous without a person at hand is given by name only.
            return role.permissions.subtracting([.ownAccount, .actUnattended])
        case (nil, let names?) where !names.isEmpty:
            var chosen: Set<Permission> = []
            for name in names.prefix(100) {
                guard let permission = Permission(rawValue: name), permission != .ownAccount else {
                    problems["scopes"] =
                        "A token can have these: \(APIToken.mostPermissions.names.joined(separator: ", "))."
                    return []
                }
                chosen.insert(permission)
            }
            return chosen
        case (nil, _):
            problems["scopes"] = "Choose at least one permission, or a role."
        case (_?, _?):
            problems["scopes"] = "Give a role or permissions, not both."
        }
        return []
    }
}

/// A token as its administrators see it. The text itself is shown once, when it was made.
struct ShownToken: JSONAnswer {
    let token: APIToken
    var text: Secret<String>?

    static let shape: JSONShape = .object(members)
    static let madeShape: JSONShape = .object(
        members + [.init(name: "token", shape: .string, isRequired: true, summary: "Shown only now.")])

    private static let members: [JSONShape.Field] = [
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "scopes", shape: .array(.choice(APIToken.mostPermissions.names)), isRequired: true),
        .init(
            name: "created_by",
            shape: .object([
                .init(name: "id", shape: .nullable(.integer), isRequired: true),
                .init(name: "name", shape: .string, isRequired: true),
            ]), isRequired: true),
        .init(name: "created_at", shape: .format("date-time"), isRequired: true),
        .init(name: "expires_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "last_used_at", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "last_used_from", shape: .nullable(.string), isRequired: true),
    ]

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        token.writeMembers(to: &writer)
        writer.member("last_used_at", milliseconds: token.lastUsedAt?.milliseconds)
        writer.member("last_used_from", token.lastUsedFrom)
        if let text { writer.member("token", text.reveal()) }
        writer.endObject()
    }

    func reply() -> Reply { unkept() }
}

extension APIToken {
    fileprivate func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("name", name)
        writer.member("scopes", scopes.names)
        writer.name("created_by")
        writer.beginObject()
        writer.member("id", ownerID)
        writer.member("name", createdBy)
        writer.endObject()
        writer.member("created_at", milliseconds: createdAt.milliseconds)
        writer.member("expires_at", milliseconds: expiresAt?.milliseconds)
    }

    func writeRecord(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    var record: String {
        var writer = JSONWriter()
        writeRecord(to: &writer)
        return writer.text
    }
}

extension Set<Permission> {
    /// Sorted, as they are shown.
    var names: [String] { map(\.rawValue).sorted() }
}
