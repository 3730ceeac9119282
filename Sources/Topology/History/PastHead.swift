import HTTPKit
import JSONKit
import Kernel

/// What a document of the past says of itself.
struct PastHead: Sendable {
    let at: Instant
    let row: Int64
    let reach: HistoryReach
    let lost: Int

    init(_ found: HistoryDesk.Found) {
        at = found.at
        row = found.row
        reach = found.reach
        lost = found.state.lost
    }

    static let shape: JSONShape = .object(
        [
            .init(name: "at", shape: .format("date-time"), isRequired: true),
            .init(
                name: "row", shape: .integer, isRequired: true,
                summary: "The last row of the audit trail that is taken in; 0 before the first."),
        ] + HistoryReach.members + [
            .init(
                name: "lost", shape: .integer, isRequired: true,
                summary:
                    "Objects that cannot be shown: they were purged by a version that did not record how they were.")
        ])

    func write(to writer: inout JSONWriter) {
        writer.name("past")
        writer.beginObject()
        writer.member("at", milliseconds: at.milliseconds)
        writer.member("row", row)
        reach.writeMembers(to: &writer)
        writer.member("lost", lost)
        writer.endObject()
    }
}
