import Kernel
import ZipFile

/// The Markdown files of an upload: one, or those in a zip archive.
struct NoteArchive {
    struct File {
        let path: String
        let note: NoteFile
    }

    /// Of one upload, and of an archive on the way out.
    static let mostBytes = 10 << 20
    /// A note's text has up to 60,000 characters of up to four bytes, and a head.
    static let limits = ZipLimits(entries: 2_000, entryBytes: 256 << 10, totalBytes: 64 << 20)

    private(set) var files: [File] = []
    /// Entries that are no Markdown files.
    private(set) var leftOut: [String] = []

    init(markdown bytes: [UInt8], name: String) throws {
        guard bytes.count <= Self.limits.entryBytes else {
            throw AppError(
                .tooLarge, "The note has \(bytes.count >> 10) KiB; at most \(Self.limits.entryBytes >> 10) are taken.")
        }
        files = [File(path: name, note: try Self.note(bytes, path: name))]
    }

    init(zip bytes: [UInt8]) throws {
        let reader: ZipReader
        do throws(ZipError) {
            reader = try ZipReader(bytes, limits: Self.limits)
        } catch {
            throw Self.refusal(error)
        }
        for entry in reader.entries where !entry.isFolder {
            guard entry.path.lowercased().hasSuffix(".md"), !Self.isOfMacintosh(entry.path) else {
                leftOut.append(entry.path)
                continue
            }
            do throws(ZipError) {
                let contents = try reader.contents(of: entry)
                files.append(File(path: entry.path, note: try Self.parsed(contents, path: entry.path)))
            } catch {
                throw Self.refusal(error)
            }
        }
        guard !files.isEmpty else {
            throw AppError(.invalid, "The archive has no Markdown file (.md) in it.")
        }
    }

    /// What a Mac puts beside each file of an archive, under the name of the file: no text.
    private static func isOfMacintosh(_ path: String) -> Bool {
        let parts = path.split(separator: "/")
        return parts.first == "__MACOSX" || parts.last?.hasPrefix("._") == true
    }

    private static func parsed(_ bytes: [UInt8], path: String) throws(ZipError) -> NoteFile {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ZipError(unreadable: path)
        }
        return NoteFile(reading: text, path: path)
    }

    private static func note(_ bytes: [UInt8], path: String) throws -> NoteFile {
        do throws(ZipError) {
            return try parsed(bytes, path: path)
        } catch {
            throw AppError(.malformed, error.description)
        }
    }

    private static func refusal(_ error: ZipError) -> AppError {
        AppError(.malformed, "The archive could not be read. \(error.description)")
    }

    // MARK: - Writing

    /// Folders as folders; what would have the same name gets a number.
    static func zip(_ notes: [NoteFile]) -> [UInt8] {
        var writer = ZipWriter()
        var known: Set<String> = []
        for note in notes {
            let folders = (note.folder ?? "").split(separator: "/").prefix(6).map { ZipPath.part(String($0)) }
            let stem = (folders + [ZipPath.part(note.title)]).joined(separator: "/")
            var path = stem + ".md"
            var number = 2
            while !known.insert(path.lowercased()).inserted {
                path = "\(stem) (\(number)).md"
                number += 1
            }
            writer.add(path, Array(note.markdown.utf8))
        }
        return writer.bytes
    }
}
