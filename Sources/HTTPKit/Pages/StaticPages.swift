import Crypto
import Foundation
import HTTPTypes
import Hummingbird
import Kernel
import NIOCore

/// The web interface, read into memory at start: some hundred small files, each also compressed once.
/// Only what was found at start is served, so no path can lead out of the folder.
package struct StaticPages: Sendable {
    private struct Page: Sendable {
        let plain: ByteBuffer
        let gzip: ByteBuffer?
        let contentType: String
        let etag: String
    }

    /// Changes with any file: part of every address, so that a new build is fetched anew and an old one never again.
    package let build: String
    private let pages: [String: Page]
    private let index: ByteBuffer?

    private static let types = [
        "js": "text/javascript; charset=utf-8", "css": "text/css; charset=utf-8", "svg": "image/svg+xml",
        "json": "application/json; charset=utf-8", "woff2": "font/woff2", "woff": "font/woff", "ttf": "font/ttf",
        "otf": "font/otf", "png": "image/png", "ico": "image/x-icon", "webp": "image/webp",
        "txt": "text/plain; charset=utf-8", "html": "text/html; charset=utf-8",
        "webmanifest": "application/manifest+json",
    ]

    package init(folder: String?) throws {
        var contents: [String: [UInt8]] = [:]
        if let folder { contents = try Self.read(folder) }
        var hash = SHA256()
        for path in contents.keys.sorted() {
            hash.update(data: Array(path.utf8))
            hash.update(data: contents[path] ?? [])
        }
        let build = String(
            hash.finalize().map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined().prefix(12))
        self.build = build
        index = contents["index.html"].map { bytes in
            ByteBuffer(string: String(decoding: bytes, as: UTF8.self).replacing("{{build}}", with: build))
        }
        pages = contents.reduce(into: [:]) { pages, file in
            let ending = file.key.split(separator: ".").last.map(String.init) ?? ""
            guard let type = Self.types[ending], ending != "html" else { return }
            let isText = type.hasPrefix("text") || type.contains("json") || type.contains("svg")
            pages[file.key] = Page(
                plain: ByteBuffer(bytes: file.value),
                gzip: isText ? Gzip.compress(file.value).map { ByteBuffer(bytes: $0) } : nil,
                contentType: type, etag: "\"\(build)\"")
        }
    }

    /// Answers for everything outside of `/api`: the files under `/ui/<build>/`, and the page itself for every address
    /// a person can bookmark. Nil when it is neither.
    package func response(to request: Request) -> Response? {
        guard request.method == .get || request.method == .head else { return nil }
        let path = request.uri.path
        if path.hasPrefix("/ui/") {
            let parts = path.dropFirst(4).split(separator: "/", maxSplits: 1)
            guard parts.count == 2, let page = pages[String(parts[1])] else { return nil }
            return response(page, isCurrent: parts[0] == build[...], request: request)
        }
        if path == "/favicon.ico" || path == "/robots.txt", let page = pages[String(path.dropFirst())] {
            return response(page, isCurrent: false, request: request)
        }
        guard let index, !path.dropFirst().contains("."), !path.hasPrefix("/api") else { return nil }
        let headers: HTTPFields = [
            .contentType: "text/html; charset=utf-8", .cacheControl: "no-store",
            .contentLength: String(index.readableBytes),
        ]
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: index))
    }

    private func response(_ page: Page, isCurrent: Bool, request: Request) -> Response {
        var headers: HTTPFields = [
            .contentType: page.contentType, .eTag: page.etag, .vary: "accept-encoding",
            .cacheControl: isCurrent ? "public, max-age=31536000, immutable" : "no-cache",
        ]
        if request.headers[.ifNoneMatch] == page.etag { return Response(status: .notModified, headers: headers) }
        let wantsGzip = request.headers[values: .acceptEncoding].contains { $0.contains("gzip") }
        let body = wantsGzip ? page.gzip ?? page.plain : page.plain
        if wantsGzip, page.gzip != nil { headers[.contentEncoding] = "gzip" }
        headers[.contentLength] = String(body.readableBytes)
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: body))
    }

    private static func read(_ folder: String) throws -> [String: [UInt8]] {
        guard let walker = FileManager.default.enumerator(atPath: folder) else {
            throw AppError(.unavailable, "The web interface was expected in \(folder), which cannot be read.")
        }
        var contents: [String: [UInt8]] = [:]
        for case let path as String in walker where !path.hasSuffix(".test.js") && !path.hasSuffix(".md") {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(path)"), !data.isEmpty else { continue }
            contents[path] = Array(data)
        }
        return contents
    }
}
