import Foundation
import JSONKit
import Logging
import Synchronization

/// The device catalogue in the share directory. It is read when it is first asked for: most daemons idle without it.
final class Catalogue: Sendable {
    private let folder: String?
    private let logger: Logger
    private let index = Mutex<CatalogueIndex?>(nil)

    init(folder: String?, logger: Logger) {
        self.folder = folder
        self.logger = logger
    }

    func model(_ id: String) -> CatalogueModel? { opened().model(id) }

    func find(_ text: String, limit: Int) -> [CatalogueModel] { opened().find(text, limit: limit) }

    var all: [CatalogueModel] { opened().models }

    private func opened() -> CatalogueIndex {
        index.withLock { index in
            if let index { return index }
            let made = CatalogueIndex(read())
            index = made
            return made
        }
    }

    /// A file that cannot be read costs its own models only.
    private func read() -> [CatalogueModel] {
        guard let folder else { return [] }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        if names.isEmpty { logger.warning("There is no device catalogue.", metadata: ["folder": "\(folder)"]) }
        return names.filter { $0.hasSuffix(".json") && $0 != "schema.json" }.sorted().flatMap { name in
            do {
                return try Self.models(FileManager.default.contents(atPath: "\(folder)/\(name)") ?? Data())
            } catch {
                logger.warning(
                    "A file of the device catalogue cannot be read.",
                    metadata: ["file": "\(folder)/\(name)", "reason": "\(error)"])
                return []
            }
        }
    }

    private static func models(_ data: Data) throws -> [CatalogueModel] {
        let file = try JSONParser.parse(Array(data)).objectValue ?? JSONObject()
        return try (file["models"]?.arrayValue ?? []).map { value in
            var object = value.objectValue ?? JSONObject()
            object["vendor"] = file["vendor"] ?? .null
            return try JSONValueDecoder.decode(CatalogueModel.self, from: .object(object))
        }
    }
}
