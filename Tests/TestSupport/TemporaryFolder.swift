import Foundation

/// A folder of a test's own, gone with this value.
package final class TemporaryFolder: Sendable {
    package let path: String

    /// `inMemory` is for tests that write the same files a thousand times and each time wait for the disk.
    package init(inMemory: Bool = false) throws {
        let hasMemory = inMemory && FileManager.default.fileExists(atPath: "/dev/shm")
        path = (hasMemory ? "/dev/shm/" : NSTemporaryDirectory()) + "cb-folder-\(UInt64.random(in: 0...UInt64.max))"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }
}
