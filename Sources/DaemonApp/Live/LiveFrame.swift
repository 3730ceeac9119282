import Backups
import JSONKit
import Kernel
import NIOCore
import Persistence
import Serving

/// One message of a stream, encoded once for everybody who may see it.
struct LiveFrame: Sendable {
    let needs: Permission
    let message: PreparedMessage
    let size: Int

    init(needs permission: Permission, _ writer: JSONWriter) {
        needs = permission
        size = writer.bytes.count
        message = PreparedMessage(text: ByteBuffer(bytes: writer.bytes))
    }

    /// `isFollowed`: another frame of the same event comes behind it, so the event is not complete yet. A page that
    /// loses the connection in between resumes before the event.
    static func event(_ event: StoredEvent, needs permission: Permission, isFollowed: Bool = false) -> LiveFrame {
        var writer = JSONWriter(capacity: event.payload.utf8.count + 160)
        writer.beginObject()
        writer.member("type", "event")
        writer.member("id", event.id)
        writer.member("subject", event.subject)
        writer.member("at", milliseconds: event.at.milliseconds)
        if isFollowed { writer.member("more", true) }
        writer.name("payload")
        writer.raw(event.payload)
        writer.endObject()
        return LiveFrame(needs: permission, writer)
    }

    static func delta(_ delta: any EventDelta, id: Int64, needs permission: Permission) -> LiveFrame {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("type", "delta")
        writer.member("id", id)
        delta.writeMembers(to: &writer)
        writer.endObject()
        return LiveFrame(needs: permission, writer)
    }

    static func health(_ items: [HealthItem], needs permission: Permission) -> LiveFrame {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("type", "health")
        writer.member("status", (items.map(\.severity).max() ?? .ok).rawValue)
        writer.name("items")
        writer.beginArray()
        for item in items {
            writer.beginObject()
            writer.member("id", item.id)
            writer.member("severity", item.severity.rawValue)
            writer.member("message", item.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return LiveFrame(needs: permission, writer)
    }

    static func job(_ job: BackupJob, needs permission: Permission) -> LiveFrame {
        var writer = JSONWriter(capacity: 512)
        writer.beginObject()
        writer.member("type", "backup")
        writer.name("job")
        job.write(to: &writer)
        writer.endObject()
        return LiveFrame(needs: permission, writer)
    }

    /// `hello` and `reset`: where the stream stands.
    static func place(_ type: String, at eventID: Int64) -> String {
        var writer = JSONWriter(capacity: 64)
        writer.beginObject()
        writer.member("type", type)
        writer.member("event_id", eventID)
        writer.endObject()
        return writer.text
    }
}

/// All frames of one event: sent together or not at all.
struct LiveEntry: Sendable {
    let id: Int64
    let frames: [LiveFrame]

    var size: Int { frames.reduce(0) { $0 + $1.size } }
}
