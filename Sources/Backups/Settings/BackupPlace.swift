import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence
import SecretVault

/// A target as it is set up. `BackupTarget` is what comes of it once its secret is open.
package struct BackupPlace: Sendable, Equatable {
    package enum Kind: String, Sendable, CaseIterable, Codable {
        /// The folder `backups` of the data directory. There is exactly one, from the start.
        case local
        case directory, s3
    }

    package let id: Int64
    package var name: String
    package var kind: Kind
    package var isEnabled: Bool
    /// Of a directory.
    package var path: String?
    // Of a store.
    package var endpoint: String?
    package var region: String?
    package var bucket: String?
    package var folder: String?
    package var keyID: String?
    package var secret: SealedText?
    package var authorities: String?
    package var revision: Int64 = 1

    /// For events and the trail.
    var record: String {
        var writer = JSONWriter()
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("secret_set_at", milliseconds: secret?.since?.milliseconds)
        writer.endObject()
        return writer.text
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id)
        writer.member("name", name)
        writer.member("kind", kind.rawValue)
        writer.member("enabled", isEnabled)
        writer.member("path", path)
        writer.member("endpoint", endpoint)
        writer.member("region", region)
        writer.member("bucket", bucket)
        writer.member("folder", folder)
        writer.member("key_id", keyID)
        writer.member("authorities", authorities)
        writer.member("revision", revision)
    }
}

/// A target as the API shows it: of its secret only whether there is one.
struct ShownBackupPlace: JSONAnswer {
    let place: BackupPlace
    let secret: SealedMark

    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "kind", shape: .choice(BackupPlace.Kind.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "enabled", shape: .boolean, isRequired: true),
        .init(name: "path", shape: .nullable(.string), isRequired: true),
        .init(name: "endpoint", shape: .nullable(.string), isRequired: true),
        .init(name: "region", shape: .nullable(.string), isRequired: true),
        .init(name: "bucket", shape: .nullable(.string), isRequired: true),
        .init(name: "folder", shape: .nullable(.string), isRequired: true),
        .init(name: "key_id", shape: .nullable(.string), isRequired: true),
        .init(name: "authorities", shape: .nullable(.string), isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
        .init(name: "secret", shape: SealedMark.shape, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        place.writeMembers(to: &writer)
        writer.name("secret")
        secret.write(to: &writer)
        writer.endObject()
    }

    func reply() -> Reply { unkept(revision: place.revision) }
}

/// A new target.
struct BackupPlaceDraft: JSONBody {
    enum Kind: String, Sendable, CaseIterable, Codable {
        case directory, s3
    }

    var name: String
    var kind: Kind
    var enabled: Bool?
    var path: String?
    var endpoint: String?
    var region: String?
    var bucket: String?
    var folder: String?
    var keyId: String?
    var secret: Secret<String>?
    var authorities: String?

    var place: BackupPlace {
        BackupPlace(
            id: 0, name: name, kind: kind == .s3 ? .s3 : .directory, isEnabled: enabled ?? true, path: path,
            endpoint: endpoint, region: region ?? "us-east-1", bucket: bucket, folder: folder ?? "", keyID: keyId,
            authorities: authorities)
    }
}

struct BackupPlacePatch: JSONBody {
    var name: Change<String>
    var enabled: Change<Bool>
    var path: Change<String?>
    var endpoint: Change<String?>
    var region: Change<String?>
    var bucket: Change<String?>
    var folder: Change<String?>
    var keyId: Change<String?>
    var secret: Change<Secret<String>?>
    var authorities: Change<String?>

    func applied(to before: BackupPlace) -> BackupPlace {
        var place = before
        place.name = name.applied(to: before.name)
        place.isEnabled = enabled.applied(to: before.isEnabled)
        place.path = path.applied(to: before.path)
        place.endpoint = endpoint.applied(to: before.endpoint)
        place.region = region.applied(to: before.region)
        place.bucket = bucket.applied(to: before.bucket)
        place.folder = folder.applied(to: before.folder)
        place.keyID = keyId.applied(to: before.keyID)
        place.authorities = authorities.applied(to: before.authorities)
        return place
    }
}

extension BackupPlace {
    /// Tidied, with what belongs to another kind left out; or every field that is wrong.
    func validated(hasSecret: Bool) throws(AppError) -> BackupPlace {
        var place = self
        place.name = name.tidied
        var problems: [String: String] = [:]
        if !(1...60).contains(place.name.count) || place.name.hasControl {
            problems["name"] = "Give the target a name of at most 60 characters."
        }
        switch kind {
        case .local:
            place.clearStore()
            place.path = nil
        case .directory:
            place.clearStore()
            place.path = path.map(\.tidied).map { $0.count > 1 && $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
            if let problem = Self.pathProblem(place.path) { problems["path"] = problem }
        case .s3:
            place.path = nil
            place.tidyStore()
            problems.merge(place.storeProblems(hasSecret: hasSecret)) { first, _ in first }
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The target has errors.", fields: problems) }
        return place
    }

    private mutating func clearStore() {
        (endpoint, region, bucket, folder, keyID, secret, authorities) = (nil, nil, nil, nil, nil, nil, nil)
    }

    private static func pathProblem(_ path: String?) -> String? {
        guard let path, path.hasPrefix("/"), path.count > 1, path.utf8.count <= 1000, !path.hasControl,
            !path.split(separator: "/").contains("..")
        else { return "Give the absolute path of a folder, such as /mnt/backups." }
        return nil
    }

    private mutating func tidyStore() {
        endpoint = endpoint.map(\.tidied).map { $0.hasSuffix("/") ? String($0.dropLast()) : $0 }
        region = region.map(\.tidied)
        bucket = bucket.map(\.tidied)
        keyID = keyID.map(\.tidied)
        authorities = authorities.map(\.tidied).flatMap { $0.isEmpty ? nil : $0 }
        let parts = (folder ?? "").tidied.split(separator: "/")
        folder = parts.isEmpty ? "" : parts.joined(separator: "/") + "/"
    }

    private func storeProblems(hasSecret: Bool) -> [String: String] {
        var problems: [String: String] = [:]
        if !StoreAddress.isValid(endpoint ?? "") {
            problems["endpoint"] = "Give the store's address, such as https://s3.example.org:9000, without a path."
        }
        if !(region ?? "").isName(63, also: "-") { problems["region"] = "Give the region; many stores take us-east-1." }
        if !(3...63).contains((bucket ?? "").utf8.count) || !(bucket ?? "").isName(63, also: "-._") {
            problems["bucket"] = "Give the name of the bucket."
        }
        if let folder, folder.utf8.count > 500 || folder.hasControl || folder.split(separator: "/").contains("..") {
            problems["folder"] = "Give a folder such as lab/backups, or leave it empty."
        }
        if !(1...128).contains((keyID ?? "").utf8.count)
            || !(keyID ?? "").utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        {
            problems["key_id"] = "Give the access key."
        }
        if !hasSecret { problems["secret"] = "Give the secret that belongs to the access key." }
        if let authorities, authorities.utf8.count > 64 << 10 || !authorities.contains("-----BEGIN CERTIFICATE-----") {
            problems["authorities"] =
                "Paste a certificate in PEM form, from “-----BEGIN CERTIFICATE-----” on, of at most 64 KiB."
        }
        return problems
    }
}

/// Of an object store: scheme, host and port.
enum StoreAddress {
    static func isValid(_ text: String) -> Bool {
        guard let scheme = ["https://", "http://"].first(where: text.hasPrefix) else { return false }
        var rest = text.dropFirst(scheme.count)
        guard (1...260).contains(rest.utf8.count) else { return false }
        if rest.hasPrefix("[") {
            guard let end = rest.firstIndex(of: "]"),
                rest[..<end].dropFirst().allSatisfy({ $0.isHexDigit || $0 == ":" })
            else { return false }
            rest = rest[rest.index(after: end)...]
        } else {
            let host = rest.prefix { $0 != ":" }
            guard host.utf8.allSatisfy({ $0 == 0x2D || $0 == 0x2E || $0.isLetterOrDigit }), !host.isEmpty else {
                return false
            }
            rest = rest[host.endIndex...]
        }
        return rest.isEmpty || rest.hasPrefix(":") && UInt16(rest.dropFirst()).map { $0 > 0 } ?? false
    }
}

extension UInt8 {
    fileprivate var isLetterOrDigit: Bool {
        (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self)
    }
}

extension String {
    var tidied: String {
        var text = self[...]
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return String(text)
    }

    var hasControl: Bool { unicodeScalars.contains { $0.properties.generalCategory == .control } }

    fileprivate func isName(_ most: Int, also signs: String) -> Bool {
        (1...most).contains(utf8.count) && utf8.allSatisfy { $0.isLetterOrDigit || signs.utf8.contains($0) }
    }
}
