import JSONKit
import Kernel
import Persistence

/// The table `first_run`: one row from the first administrator on.
enum FirstRunStore {
    static func claim(in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO first_run (id, step, claimed_at) VALUES (1, 'look', \(tx.now.milliseconds))
            ON CONFLICT (id) DO UPDATE SET step = excluded.step, claimed_at = excluded.claimed_at, finished_at = NULL
            """)
    }

    static func step(in tx: any Session) throws -> String? {
        try tx.rows("SELECT step FROM first_run WHERE id = 1").first?.get("step")
    }

    static func keep(_ step: String, in tx: any Session) throws {
        let finished = step == "done" ? tx.now.milliseconds : nil
        try tx.run("UPDATE first_run SET step = \(step), finished_at = \(finished) WHERE id = 1")
    }
}

/// The wizard has gone on.
struct SetupStepChanged: Event {
    let before: String
    let step: String

    var subject: String { "access.setup.changed" }
    var audit: AuditEntry {
        AuditEntry(
            step == "done" ? "finished" : "changed", entity: "setup",
            before: JSONText.object([("step", .string(before))]), after: JSONText.object([("step", .string(step))]))
    }
    func writePayload(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("step", step)
        writer.endObject()
    }
}
