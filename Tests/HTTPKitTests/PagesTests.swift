import Foundation
import HTTPTypes
import Kernel
import NIOCore
import SecurityPolicy
import TestSupport
import Testing

@testable import HTTPKit

@Suite("Static pages")
struct PagesTests {
    private static func withPages(_ body: (RouteHarness, StaticPages) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("pages-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = String(repeating: "export const x = 1;\n", count: 100)
        let files = [
            "index.html": "<script src=\"/ui/{{build}}/app.js\">", "app.js": script, "a b.css": "b{}",
            "lib/deep/x.js": "1", "lib/x.test.js": "no", "README.md": "no", "secret.pem": "no", "logo.png": "\u{1}PNG",
            "robots.txt": "User-agent: *",
        ]
        for (name, text) in files {
            let file = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: file)
        }
        let pages = try StaticPages(folder: folder.path)
        let routes = try RouteHarness(pages: pages) { api in
            api.get("open", "Open", needs: .nothing) { _ in Nothing() }
        }
        try await body(routes, pages)
    }

    @Test("every address a person can bookmark is the page, fresh each time", arguments: ["/", "/map", "/hardware/7"])
    func index(_ path: String) async throws {
        try await Self.withPages { routes, pages in
            let answer = try await routes.get(path, as: .nobody)

            #expect(answer.status == 200)
            #expect(answer.header("content-type") == "text/html; charset=utf-8")
            #expect(answer.header("cache-control") == "no-store")
            #expect(answer.text == "<script src=\"/ui/\(pages.build)/app.js\">")
        }
    }

    @Test("files of this build never change, those of another are asked for each time")
    func caching() async throws {
        try await Self.withPages { routes, pages in
            let current = try await routes.get("/ui/\(pages.build)/app.js")
            let old = try await routes.get("/ui/0123456789ab/lib/deep/x.js")

            #expect(current.header("cache-control") == "public, max-age=31536000, immutable")
            #expect(current.header("content-type") == "text/javascript; charset=utf-8")
            #expect(old.header("cache-control") == "no-cache")
            let again = try await routes.get(
                "/ui/\(pages.build)/app.js", headers: ["if-none-match": try #require(current.header("etag"))])
            #expect(again.status == 304)
            #expect(again.text.isEmpty)
        }
    }

    @Test("text is compressed for who can read it, pictures are not")
    func compression() async throws {
        try await Self.withPages { routes, pages in
            let gzip = ["accept-encoding": "br, gzip"]
            let script = try await routes.get("/ui/\(pages.build)/app.js", headers: gzip)
            let plain = try await routes.get("/ui/\(pages.build)/app.js")
            let picture = try await routes.get("/ui/\(pages.build)/logo.png", headers: gzip)

            #expect(script.header("content-encoding") == "gzip")
            #expect(script.body.readableBytes < plain.body.readableBytes / 4)
            #expect(script.header("vary") == "accept-encoding")
            #expect(plain.header("content-encoding") == nil)
            #expect(picture.header("content-encoding") == nil)
            #expect(picture.header("content-type") == "image/png")
        }
    }

    @Test(
        "nothing else is there",
        arguments: [
            "/ui/x/secret.pem", "/ui/x/README.md", "/ui/x/lib/x.test.js", "/ui/x/index.html", "/ui/x/../../etc/passwd",
            "/ui/x/%2e%2e/%2e%2e/etc/passwd", "/ui/x/lib/../app.js", "/ui/app.js", "/ui//", "/etc/passwd.txt",
            "/index.html", "/api/v2/x", "/api/v1/map",
        ])
    func nothingElse(_ path: String) async throws {
        try await Self.withPages { routes, _ in
            let answer = try await routes.get(path, as: .nobody)

            #expect(answer.status == 404, "\(answer.text)")
            #expect(answer.code == "not_found")
        }
    }

    @Test("only looking is allowed")
    func methods() async throws {
        try await Self.withPages { routes, _ in
            let written = try await routes.send("POST", "/map", body: "{}")
            let read = try await routes.get("/robots.txt")

            #expect(written.status == 404)
            #expect(read.status == 200)
        }
    }

    @Test("no folder is no pages")
    func folders() throws {
        #expect(try StaticPages(folder: nil).build.count == 12)
    }
}

@Suite("Security headers")
struct SecurityHeadersTests {
    @Test("a change of the settings changes the next answer")
    func changes() {
        let headers = SecurityHeaders(origins: .all, hasStrictTransport: true)
        headers.allow(.none)

        #expect(headers.fields[.contentSecurityPolicy]?.contains("https:") == false)
        #expect(headers.fields[.strictTransportSecurity] == "max-age=31536000")
        #expect(
            SecurityHeaders(origins: .all, hasStrictTransport: false).fields[.strictTransportSecurity] == nil)
    }

    @Test("an answer's own header is kept")
    func keeps() {
        var fields: HTTPFields = [.contentSecurityPolicy: "sandbox"]

        SecurityHeaders(origins: .all, hasStrictTransport: true).add(to: &fields)

        #expect(fields[values: .contentSecurityPolicy] == ["sandbox"])
        #expect(fields[.xContentTypeOptions] == "nosniff")
    }
}
