import Foundation
import HTTPKit
import Persistence

/// Icons that people brought, for the map: which there are, and their pictures.
package enum IconShelf {
    package static func has(_ id: Int64, in tx: any Session) throws -> Bool {
        try tx.one("SELECT COUNT(*) FROM icons WHERE id = \(id)").integer(0) > 0
    }

    /// By id, those that are there.
    package static func pictures(_ ids: [Int64], in tx: any Session) throws -> [Int64: KeptPicture] {
        var found: [Int64: KeptPicture] = [:]
        for row in try tx.rows("SELECT id, content_type, content, version FROM icons WHERE id \(anyOf: ids)") {
            found[try row.integer(0)] = KeptPicture(
                contentType: try row.get("content_type"), version: try row.get("version"),
                bytes: Data(base64Encoded: try row.get("content", as: String.self)).map { Array($0) } ?? [])
        }
        return found
    }

    /// 7 of `upload-7`, said in no other way.
    package static func id(of icon: String) -> Int64? {
        guard icon.hasPrefix("upload-"), let id = Int64(icon.dropFirst(7)), "upload-\(id)" == icon, id > 0 else {
            return nil
        }
        return id
    }
}
