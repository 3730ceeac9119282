import GraphLayout
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
        let fields =
            [
                QueryField("format", .string, "One of \(formats)."),
                QueryField("map", .integer, "Which map; without, the first one.", mayBeMissing: true),
                QueryField(
                    "layout", .string,
                    "Lay everything out anew like this; without, the view's own layout, and of the whole map saved places stay and only the rest is laid out."
                ),
                MapView.queryField,
                QueryField("theme", .string, "light (the default) or dark: of an SVG."),
                QueryField(
                    "hide", .string,
                    "addresses, names, or both with a comma: left out, and ids counted anew, for the eyes of others."
                ),
            ] + TopologyFilter.queryFields
        api.get(
            "topology/export", "Download a map as a file", needs: .may(.viewMap),
            .init(query: fields, answer: .oneOf(ExportFormat.allCases.map { .bytes($0.mediaType) }))
        ) { call in try await Self.answer(desk, call, places: [:]) }
        api.post(
            "topology/export", "Download a map as a file, as somebody sees it; nothing is saved", needs: .may(.viewMap),
            .init(
                query: fields, answer: .oneOf(ExportFormat.allCases.map { .bytes($0.mediaType) }), status: .ok,
                bodyLimit: 4 << 20)
        ) { (call: Call<SeenPlaces>) in try await Self.answer(desk, call, places: call.body.validated()) }
    }

    private static func answer<Body>(
        _ desk: ExportDesk, _ call: Call<Body>, places: [Int64: LayoutPoint]
    ) async throws -> Reply {
        let wish = try ExportRequest(call.queryItems)
        let scene = try await desk.scene(
            wish.rest, map: try call.queryID("map"), redaction: wish.redaction, seen: places)
        let format = wish.format
        return Reply(
            ByteBuffer(bytes: format.write(scene, theme: wish.theme)), contentType: format.contentType,
            headers: [
                .contentDisposition: disposition(scene.fileTitle, format), .cacheControl: "no-store",
                .xContentTypeOptions: "nosniff",
                // Should a browser show it all the same, it may do nothing.
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; sandbox",
            ])
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

/// Where nodes stand on somebody's screen: places of a view are saved nowhere.
struct SeenPlaces: JSONBody {
    var positions: [PlacesDraft.Item]

    func validated() throws -> [Int64: LayoutPoint] {
        var problems: [String: String] = [:]
        if positions.count > ExportDesk.most { problems["positions"] = "At most \(ExportDesk.most) at once." }
        if positions.contains(where: \.isFar) { problems["positions"] = PlacesDraft.tooFar }
        guard problems.isEmpty else {
            throw AppError(.invalid, "The map could not be exported like this.", fields: problems)
        }
        return Dictionary(positions.map { ($0.id, LayoutPoint(x: $0.x, y: $0.y)) }) { $1 }
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

extension ExportScene {
    /// A part by a view says which.
    var fileTitle: String { view == .all ? title : "\(title) \(view.rawValue)" }
}
