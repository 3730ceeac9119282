import HTTPKit
import JSONKit
import Kernel

/// All an API says of a secret: whether one is set, since when, and whether it is locked.
package struct SealedMark: Sendable, Equatable, JSONWritable, JSONShaped {
    package let isSet: Bool
    package let since: Instant?
    /// It was sealed with a key that is not here, and must be entered again unless the key is found.
    package let isLocked: Bool

    package static let shape: JSONShape = .object([
        .init(name: "set", shape: .boolean, isRequired: true, summary: "Whether there is one."),
        .init(name: "since", shape: .nullable(.format("date-time")), isRequired: true, summary: "When it was set."),
        .init(
            name: "locked", shape: .boolean, isRequired: true,
            summary: "It was sealed with a vault key that is not here."),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("set", isSet)
        writer.member("since", milliseconds: since?.milliseconds)
        writer.member("locked", isLocked)
        writer.endObject()
    }
}
