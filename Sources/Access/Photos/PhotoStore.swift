import Foundation
import HTTPKit
import Kernel
import Persistence

/// The table `user_photos`. The bytes are in base64: the two engines have one kind of text and two kinds of bytes.
enum PhotoStore {
    static func put(_ photo: PictureFile, version: String, of user: Int64, in tx: any Session) throws {
        let content = Data(photo.bytes).base64EncodedString()
        try tx.run(
            """
            INSERT INTO user_photos (user_id, content_type, content, version, updated_at)
            VALUES (\(user), \(photo.format.rawValue), \(content), \(version), \(tx.now.milliseconds))
            ON CONFLICT (user_id) DO UPDATE SET content_type = excluded.content_type, content = excluded.content,
                version = excluded.version, updated_at = excluded.updated_at
            """)
    }

    static func find(_ user: Int64, in tx: any Session) throws -> KeptPicture? {
        try tx.rows("SELECT content_type, content, version FROM user_photos WHERE user_id = \(user)").first.map { row in
            let text: String = try row.get("content")
            return KeptPicture(
                contentType: try row.get("content_type"), version: try row.get("version"),
                bytes: Data(base64Encoded: text).map { Array($0) } ?? [])
        }
    }

    static func remove(_ user: Int64, in tx: any Session) throws {
        try tx.run("DELETE FROM user_photos WHERE user_id = \(user)")
    }
}
