import HTTPKit
import HTTPTypes
import Kernel
import NIOCore

/// `GET /topology/export`: a map as a file.
struct ExportRoutes: Sendable {
    let desk: ExportDesk

    func register(in api: inout API) {
        let desk = desk
        let formats = ExportFormat.allCases.map(\.rawValue).joined(separator: ", ")
        api.get(
            "topology/export", "Download a map as a file", needs: .may(.viewMap),
            .init(
                query: [
                    QueryField("format", .string, "One of \(formats)."),
                    QueryField("map", .integer, "Which map; without, the first one.", mayBeMissing: true),
                    QueryField(
                        "layout", .string,
                        "Lay everything out anew like this; without, saved places stay and only the rest is laid out."),
                    QueryField("theme", .string, "light (the default) or dark: of an SVG."),
                    QueryField(
                        "hide", .string,
                        "addresses, names, or both with a comma: left out, and ids counted anew, for the eyes of others."
                    ),
                ] + TopologyFilter.queryFields, answer: .oneOf(ExportFormat.allCases.map { .bytes($0.mediaType) }))
        ) { call in
            let wish = try ExportRequest(call.queryItems)
            let scene = try await desk.scene(wish.rest, map: try call.queryID("map"), redaction: wish.redaction)
            let format = wish.format
            return Reply(
                ByteBuffer(bytes: format.write(scene, theme: wish.theme)), contentType: format.contentType,
                headers: [
                    .contentDisposition: Self.disposition(scene.title, format), .cacheControl: "no-store",
                    .xContentTypeOptions: "nosniff",
                    // Should a browser show it all the same, it may do nothing.
                    .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
                ])
        }
    }

    /// Plain letters for every client, and the name as it is for those that read RFC 6266.
    static func disposition(_ title: String, _ format: ExportFormat) -> String {
        let isPlain = { (scalar: Unicode.Scalar) in
            scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
        }
        let words = title.unicodeScalars.split { !isPlain($0) }.map { String($0) }
        let plain = words.isEmpty ? "map" : words.joined(separator: "-")
        var encoded = ""
        for byte in "\(title.isEmpty ? "map" : title).\(format.fileExtension)".utf8 {
            let scalar = Unicode.Scalar(byte)
            if isPlain(scalar) || scalar == "." || scalar == "-" {
                encoded.unicodeScalars.append(scalar)
            } else {
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
            }
        }
        return "attachment; filename=\"\(plain).\(format.fileExtension)\"; filename*=UTF-8''\(encoded)"
    }
}

/// What of a request is about the file; the rest chooses what is on it.
struct ExportRequest: Sendable {
    let format: ExportFormat
    let theme: ExportLook.Theme
    let redaction: Redaction
    let rest: [(name: String, value: String)]

    init(_ items: [(name: String, value: String)]) throws {
        var problems: [String: String] = [:]
        var format: ExportFormat?
        var theme: ExportLook.Theme? = .light
        var redaction: Redaction? = Redaction()
        for (name, value) in items {
            switch name {
            case "format": format = ExportFormat(rawValue: value)
            case "theme": theme = ExportLook.Theme(rawValue: value)
            case "hide": redaction = Redaction(value)
            default: continue
            }
        }
        if format == nil {
            problems["format"] = "Use one of \(ExportFormat.allCases.map(\.rawValue).joined(separator: ", "))."
        }
        if theme == nil { problems["theme"] = "Use light or dark." }
        if redaction == nil { problems["hide"] = "Use addresses, names, or both with a comma between them." }
        guard let format, let theme, let redaction else {
            throw AppError(.invalid, "The map could not be exported like this.", fields: problems)
        }
        self.format = format
        self.theme = theme
        self.redaction = redaction
        rest = items.filter { !["format", "theme", "hide", "map"].contains($0.name) }
    }
}
