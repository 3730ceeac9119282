import HTTPKit
import HTTPTypes
import JSONKit
import Kernel

extension VaultStatus: JSONAnswer {
    package static let shape: JSONShape = .object([
        .init(name: "state", shape: .choice(Condition.allCases.map(\.rawValue)), isRequired: true),
        .init(
            name: "source", shape: .nullable(.choice(KeySource.allCases.map(\.rawValue))), isRequired: true,
            summary: "Where the key comes from."),
        .init(
            name: "trouble", shape: .nullable(.string), isRequired: true,
            summary: "Why nothing can be sealed, and how to mend it."),
        .init(name: "key", shape: .nullable(.string), isRequired: true, summary: "The id of the key in use."),
        .init(
            name: "needs_confirmation", shape: .boolean, isRequired: true,
            summary: "Nobody has shown yet to have a copy of the key."),
        .init(
            name: "kinds",
            shape: .array(
                .object([
                    .init(
                        name: "kind", shape: .choice(SealedColumn.allCases.map(\.rawValue)), isRequired: true),
                    .init(name: "what", shape: .string, isRequired: true),
                    .init(name: "total", shape: .integer, isRequired: true),
                    .init(name: "locked", shape: .integer, isRequired: true),
                    .init(name: "behind", shape: .integer, isRequired: true),
                ])), isRequired: true),
        .init(
            name: "locked",
            shape: .array(
                .object([
                    .init(
                        name: "kind", shape: .choice(SealedColumn.allCases.map(\.rawValue)), isRequired: true),
                    .init(name: "id", shape: .integer, isRequired: true),
                    .init(name: "name", shape: .string, isRequired: true),
                ])), isRequired: true, summary: "The first \(longestList) secrets that no key here opens, by name."),
        .init(name: "locked_total", shape: .integer, isRequired: true),
        .init(
            name: "keys",
            shape: .array(
                .object([
                    .init(name: "id", shape: .string, isRequired: true),
                    .init(name: "version", shape: .integer, isRequired: true),
                    .init(name: "source", shape: .choice(KeySource.allCases.map(\.rawValue)), isRequired: true),
                    .init(name: "in_use", shape: .boolean, isRequired: true),
                    .init(name: "held", shape: .boolean, isRequired: true, summary: "Whether the key is here."),
                    .init(name: "values", shape: .integer, isRequired: true),
                    .init(name: "created_at", shape: .format("date-time"), isRequired: true),
                    .init(name: "confirmed_at", shape: .nullable(.format("date-time")), isRequired: true),
                    .init(name: "retired_at", shape: .nullable(.format("date-time")), isRequired: true),
                ])), isRequired: true),
        .init(
            name: "rotation",
            shape: .nullable(
                .object([
                    .init(name: "running", shape: .boolean, isRequired: true),
                    .init(name: "from", shape: .nullable(.string), isRequired: true),
                    .init(name: "to", shape: .string, isRequired: true),
                    .init(name: "total", shape: .integer, isRequired: true),
                    .init(name: "done", shape: .integer, isRequired: true),
                    .init(name: "started_at", shape: .format("date-time"), isRequired: true),
                    .init(name: "finished_at", shape: .nullable(.format("date-time")), isRequired: true),
                ])), isRequired: true),
        .init(
            name: "left", shape: .integer, isRequired: true, summary: "Secrets still under an earlier key that is here."
        ),
        .init(
            name: "rotation_refusal", shape: .nullable(.string), isRequired: true,
            summary: "Why the key cannot be rotated here, and how it is."),
        .init(name: "can_recover", shape: .boolean, isRequired: true, summary: "Whether `cb vault-recover` would run."),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("state", condition.rawValue)
        writer.member("source", source?.rawValue)
        writer.member("trouble", trouble)
        writer.member("key", current?.shown)
        writer.member("needs_confirmation", needsConfirmation)
        writeKinds(to: &writer)
        writeLocked(to: &writer)
        writeKeys(to: &writer)
        writer.name("rotation")
        writeRotation(to: &writer)
        writer.member("left", left)
        writer.member("rotation_refusal", rotationRefusal)
        writer.member("can_recover", condition == .locked || condition == .uninitialised)
        writer.endObject()
    }

    package func reply() -> Reply { unkept() }

    private func writeKinds(to writer: inout JSONWriter) {
        writer.name("kinds")
        writer.beginArray()
        for kind in kinds {
            writer.beginObject()
            writer.member("kind", kind.column.rawValue)
            writer.member("what", kind.column.place.what)
            writer.member("total", kind.total)
            writer.member("locked", kind.locked)
            writer.member("behind", kind.behind)
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeLocked(to writer: inout JSONWriter) {
        writer.name("locked")
        writer.beginArray()
        for name in locked {
            writer.beginObject()
            writer.member("kind", name.column.rawValue)
            writer.member("id", name.rowID)
            writer.member("name", name.text)
            writer.endObject()
        }
        writer.endArray()
        writer.member("locked_total", lockedCount)
    }

    private func writeKeys(to writer: inout JSONWriter) {
        writer.name("keys")
        writer.beginArray()
        for key in keys {
            writer.beginObject()
            writer.member("id", key.record.id.shown)
            writer.member("version", key.record.version)
            writer.member("source", key.record.source.rawValue)
            writer.member("in_use", key.record.id == current)
            writer.member("held", key.isHeld)
            writer.member("values", key.values)
            writer.member("created_at", milliseconds: key.record.createdAt.milliseconds)
            writer.member("confirmed_at", milliseconds: key.record.confirmedAt?.milliseconds)
            writer.member("retired_at", milliseconds: key.record.retiredAt?.milliseconds)
            writer.endObject()
        }
        writer.endArray()
    }

    private func writeRotation(to writer: inout JSONWriter) {
        guard let rotation else { return writer.null() }
        writer.beginObject()
        writer.member("running", isRotating)
        writer.member("from", rotation.from?.shown)
        writer.member("to", rotation.to.shown)
        writer.member("total", rotation.total)
        writer.member("done", rotation.done)
        writer.member("started_at", milliseconds: rotation.startedAt.milliseconds)
        writer.member("finished_at", milliseconds: rotation.finishedAt?.milliseconds)
        writer.endObject()
    }
}
