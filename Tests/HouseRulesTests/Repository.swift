import Foundation

/// The files of this repository as text, read once. Build products and foreign files are left out.
struct Repository: Sendable {
    static let here = Repository(
        root: URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent())

    let root: URL
    let files: [TextFile]
    let sources: [SwiftFile]
    let tests: [SwiftFile]

    private static let folders = ["Sources", "Tests", "docs", "share", "tools", "etc", "systemd", "installer"]
    private static let endings: Set<String> = ["swift", "md", "js", "mjs", "css", "html", "py", "sh"]
    private static let foreign: Set<String> = ["vendor", "node_modules", "__pycache__", ".build"]

    init(root: URL) {
        self.root = root
        let top = (try? FileManager.default.contentsOfDirectory(atPath: root.path())) ?? []
        let paths = top.filter { $0.hasSuffix(".md") } + Self.folders.flatMap { Self.paths(under: $0, in: root) }
        files = paths.sorted().compactMap { TextFile(path: $0, in: root) }
        let swift = files.filter { $0.name.hasSuffix(".swift") }
        sources = swift.filter { $0.path.hasPrefix("Sources/") }.map(SwiftFile.init)
        tests = swift.filter { $0.path.hasPrefix("Tests/") }.map(SwiftFile.init)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path())
    }

    func files(under folder: String, ending: String) -> [TextFile] {
        files.filter { $0.path.hasPrefix(folder + "/") && $0.path.hasSuffix(ending) }
    }

    var documents: [TextFile] { files.filter { $0.path.hasSuffix(".md") } }

    /// The folders directly below one, by name.
    func folders(in folder: String) -> [String] {
        let place = root.appending(path: folder)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path())) ?? []
        return names.filter { name in
            var isFolder: ObjCBool = false
            let path = place.appending(path: name).path()
            return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
        }.sorted()
    }

    private static func paths(under folder: String, in root: URL) -> [String] {
        let enumerator = FileManager.default.enumerator(atPath: root.appending(path: folder).path())
        var found: [String] = []
        while let inside = enumerator?.nextObject() as? String {
            if foreign.contains(String(inside.split(separator: "/").last ?? "")) {
                enumerator?.skipDescendants()
            } else if endings.contains(String(inside.split(separator: ".").last ?? "")) {
                found.append(folder + "/" + inside)
            }
        }
        return found
    }
}

struct TextFile: Sendable {
    let path: String
    let text: String

    init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    init?(path: String, in root: URL) {
        guard let text = try? String(contentsOf: root.appending(path: path), encoding: .utf8) else { return nil }
        self.init(path: path, text: text)
    }

    var name: String { String(path.split(separator: "/").last ?? "") }
    /// The second folder: the target for a source, the suite for a test.
    var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    var lines: [Substring] { text.split(separator: "\n", omittingEmptySubsequences: false) }
    /// A closing line break does not begin another line.
    var lineCount: Int { lines.count - (text.hasSuffix("\n") ? 1 : 0) }
}

/// A Swift file and its code with comments and the inside of strings blanked, so that words in them do not count.
struct SwiftFile: Sendable {
    let file: TextFile
    let code: [Substring]
    private let codeText: String

    init(_ file: TextFile) {
        self.file = file
        codeText = SwiftText.code(of: file.text)
        code = codeText.split(separator: "\n", omittingEmptySubsequences: false)
    }

    var path: String { file.path }
    var module: String { file.module }
    var name: String { file.name }

    var imports: [(line: Int, module: String)] {
        code.enumerated().compactMap { index, line in
            let words = line.split(separator: " ")
            guard let keyword = words.firstIndex(of: "import"), keyword <= 2, keyword + 1 < words.count else {
                return nil
            }
            return (index + 1, String(words[keyword + 1].prefix { $0 != "." }))
        }
    }

    /// Lines whose code holds the text, counted from one.
    func lines(with text: String) -> [Int] {
        code.enumerated().filter { $0.element.contains(text) }.map { $0.offset + 1 }
    }

    var functions: [SwiftText.Function] { SwiftText.functions(in: codeText) }
}
