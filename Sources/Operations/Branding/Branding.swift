import Foundation
import HTTPKit
import JSONKit
import Kernel
import Persistence

/// Which pictures an installation has of its own, and their versions; open, as the sign-in page shows them.
struct Branding: JSONAnswer, Equatable {
    enum Place: String, CaseIterable, Sendable {
        case logo, background, favicon

        var limits: PictureLimits {
            switch self {
            case .logo: .logo
            case .background: .background
            case .favicon: .icon
            }
        }
    }

    let appName: String
    /// What strangers are met with, unless they chose something themselves.
    let language: String
    let theme: String
    var versions: [Place: String] = [:]

    static let shape = JSONShape.object(
        ["app_name", "language", "theme"].map { .init(name: $0, shape: .string, isRequired: true) }
            + Place.allCases.map { .init(name: $0.rawValue, shape: .nullable(.string), isRequired: true) })

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("app_name", appName)
        writer.member("language", language)
        writer.member("theme", theme)
        writer.member("logo", versions[.logo])
        writer.member("background", versions[.background])
        writer.member("favicon", versions[.favicon])
        writer.endObject()
    }
}

struct BrandingChanged: Event {
    let before: Branding
    let after: Branding

    var subject: String { "operations.branding.changed" }
    var audit: AuditEntry {
        AuditEntry(
            "changed", severity: .notice, entity: "branding", name: "branding", before: before.jsonText,
            after: after.jsonText)
    }
    func writePayload(to writer: inout JSONWriter) { after.write(to: &writer) }
}

extension Branding {
    fileprivate var jsonText: String {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.text
    }
}

/// Logo, favicon and the sign-in page's background.
struct BrandingDesk: Sendable {
    let store: any Store
    let settings: Settings

    func read() async throws -> Branding {
        let settings = settings.current
        return try await store.read { try Self.read(settings, in: $0) }
    }

    func picture(_ place: Branding.Place) async throws -> KeptPicture {
        let row = try await store.read { tx in
            try tx.rows("SELECT content_type, content, version FROM branding WHERE place = \(place.rawValue)").first
        }
        guard let row else { throw AppError.notFound("This picture") }
        let text: String = try row.get("content")
        return KeptPicture(
            contentType: try row.get("content_type"), version: try row.get("version"),
            bytes: Data(base64Encoded: text).map { Array($0) } ?? [])
    }

    func put(_ bytes: [UInt8], at place: Branding.Place, by caller: Caller) async throws -> Branding {
        let picture = try PictureFile(reading: bytes, limits: place.limits)
        let content = Data(picture.bytes).base64EncodedString()
        return try await change(by: caller) { tx in
            try tx.run(
                """
                INSERT INTO branding (place, content_type, content, version, updated_at)
                VALUES (\(place.rawValue), \(picture.format.rawValue), \(content), \(picture.version),
                    \(tx.now.milliseconds))
                ON CONFLICT (place) DO UPDATE SET content_type = excluded.content_type, content = excluded.content,
                    version = excluded.version, updated_at = excluded.updated_at
                """)
        }
    }

    func remove(_ place: Branding.Place, by caller: Caller) async throws {
        _ = try await change(by: caller) { try $0.run("DELETE FROM branding WHERE place = \(place.rawValue)") }
    }

    private func change(
        by caller: Caller, _ work: @escaping @Sendable (any Session) throws -> Void
    ) async throws -> Branding {
        let settings = settings.current
        return try await store.write { tx in
            let before = try Self.read(settings, in: tx)
            try work(tx)
            let after = try Self.read(settings, in: tx)
            if after != before { try tx.emit(BrandingChanged(before: before, after: after), by: caller) }
            return after
        }
    }

    private static func read(_ settings: AppSettings, in tx: any Session) throws -> Branding {
        var branding = Branding(appName: settings.appName, language: settings.language, theme: settings.theme)
        for row in try tx.rows("SELECT place, version FROM branding") {
            guard let place = Branding.Place(rawValue: try row.get("place")) else { continue }
            branding.versions[place] = try row.get("version", as: String.self)
        }
        return branding
    }
}
