import Foundation
import HTTPTypes
import Kernel
import NIOCore

/// A picture out of the database, and how it is handed out.
package struct KeptPicture: Sendable, Equatable {
    package let contentType: String
    package let version: String
    package let bytes: [UInt8]

    package init(contentType: String, version: String, bytes: [UInt8]) {
        self.contentType = contentType
        self.version = version
        self.bytes = bytes
    }

    /// The picture as an address that holds it, for a drawing that fetches nothing.
    package var dataURL: String {
        let type = PictureFile.Format(rawValue: contentType)?.rawValue ?? "application/octet-stream"
        return "data:\(type);base64,\(Data(bytes).base64EncodedString())"
    }

    package static let details = EndpointDetails(answer: .bytes("image/*"), alsoAnswers: [.notModified])

    /// Opened by itself, a picture is shown as one and as nothing else: no type is guessed, and nothing in it runs.
    package func reply(to call: Call<Nothing>, named name: String) -> Reply {
        let tag = "\"\(version)\""
        var headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache", .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = "default-src 'none'; sandbox"
        guard !call.holds(etag: tag) else { return .notModified(headers) }
        let ending = PictureFile.Format(rawValue: contentType)?.ending ?? "bin"
        headers[.contentDisposition] = "inline; filename=\"\(name).\(ending)\""
        return Reply(ByteBuffer(bytes: bytes), contentType: contentType, headers: headers)
    }
}
