import HTTPKit
import JSONKit
import Kernel
import Probes

/// The answer of `GET /discovery/self`: the machine, what it sees beside what is documented, and what it cannot see.
package struct SelfLook: Sendable {
    package let readAt: Instant
    package let comparison: Comparison
    package let unseen: [Unseen]
    private let machine: [(name: String, value: JSONValue)]
    private let bootedAt: Instant?

    init(_ reading: NewestReport.Reading, _ comparison: Comparison) {
        let report = reading.report
        self.comparison = comparison
        readAt = report.readAt
        machine = MachineIdentity(report).facts
        bootedAt = report.system.value?.bootedAt
        unseen = Unseen.all(of: report, omissions: reading.view.omissions)
    }
}

extension SelfLook: JSONAnswer {
    package static var shape: JSONShape {
        let difference = JSONShape.object([
            .init(name: "observed", shape: .any, isRequired: true),
            .init(name: "documented", shape: .any, isRequired: true),
            .init(name: "state", shape: .choice(["new", "changed", "same", "ignored"]), isRequired: true),
            .init(
                name: "written", shape: .boolean, isRequired: true,
                summary: "A person or an import wrote what is documented."),
        ])
        let proposal = JSONShape.object([
            .init(name: "key", shape: .string, isRequired: true),
            .init(name: "kind", shape: .string, isRequired: true),
            .init(name: "name", shape: .string, isRequired: true),
            .init(name: "group", shape: .choice(Sighting.Group.allCases.map(\.rawValue)), isRequired: true),
            .init(name: "action", shape: .choice(Proposal.Action.allCases.map(\.rawValue)), isRequired: true),
            .init(name: "object_id", shape: .nullable(.integer), isRequired: true),
            .init(name: "evidence", shape: .string, isRequired: true),
            .init(name: "needs", shape: .array(.string), isRequired: true, summary: "Keys that come along."),
            .init(name: "fields", shape: .map(difference), isRequired: true),
        ])
        let unseen = JSONShape.object([
            .init(name: "part", shape: .string, isRequired: true),
            .init(name: "reason", shape: .string, isRequired: true),
            .init(name: "command", shape: .nullable(.string), isRequired: true, summary: "Grants it."),
        ])
        return .object([
            .init(name: "read_at", shape: .format("date-time"), isRequired: true),
            .init(name: "machine", shape: .map(.any), isRequired: true),
            .init(name: "proposals", shape: .array(proposal), isRequired: true),
            .init(name: "unseen", shape: .array(unseen), isRequired: true),
        ])
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("read_at", milliseconds: readAt.milliseconds)
        writer.name("machine")
        writer.beginObject()
        for (name, value) in machine {
            writer.name(name)
            writer.value(value)
        }
        writer.member("boot_time", milliseconds: bootedAt?.milliseconds)
        writer.endObject()
        writer.name("proposals")
        writer.beginArray()
        for proposal in comparison.shown { write(proposal, to: &writer) }
        writer.endArray()
        writer.name("unseen")
        writer.beginArray()
        for part in unseen {
            writer.beginObject()
            writer.member("part", part.part)
            writer.member("reason", part.reason)
            writer.member("command", part.command)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ proposal: Proposal, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key", proposal.key)
        writer.member("kind", proposal.kind)
        writer.member("name", proposal.name)
        writer.member("group", proposal.sighting.group.rawValue)
        writer.member("action", proposal.action.rawValue)
        writer.member("object_id", proposal.object?.id)
        writer.member("evidence", proposal.sighting.evidence)
        writer.member("needs", proposal.needs)
        writer.name("fields")
        writer.beginObject()
        // A first idea is of use only for something new.
        for field in proposal.fields where proposal.object == nil || field.state != .ignored {
            writer.name(field.name)
            writer.beginObject()
            writer.member("observed", field.state == .same ? field.documented : field.shown)
            writer.member("documented", field.documented)
            writer.member("state", field.state.rawValue)
            writer.member("written", field.isWritten)
            writer.endObject()
        }
        writer.endObject()
        writer.endObject()
    }
}

extension Accepted: JSONAnswer {
    package static var shape: JSONShape {
        let item = JSONShape.object([
            .init(name: "kind", shape: .string, isRequired: true),
            .init(name: "id", shape: .integer, isRequired: true),
            .init(name: "name", shape: .string, isRequired: true),
        ])
        let refusal = JSONShape.object([
            .init(name: "key", shape: .string, isRequired: true),
            .init(name: "name", shape: .string, isRequired: true),
            .init(name: "message", shape: .string, isRequired: true),
        ])
        return .object([
            .init(name: "created", shape: .integer, isRequired: true),
            .init(name: "changed", shape: .integer, isRequired: true),
            .init(
                name: "kept", shape: .integer, isRequired: true,
                summary: "Fields that differ and were left, because a person wrote them."),
            .init(name: "items", shape: .array(item), isRequired: true),
            .init(name: "refused", shape: .array(refusal), isRequired: true),
        ])
    }

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("created", created.count)
        writer.member("changed", changed.count)
        writer.member("kept", kept)
        writer.name("items")
        writer.beginArray()
        for item in created + changed {
            writer.beginObject()
            writer.member("kind", item.kind)
            writer.member("id", item.id)
            writer.member("name", item.name)
            writer.endObject()
        }
        writer.endArray()
        writer.name("refused")
        writer.beginArray()
        for one in refused {
            writer.beginObject()
            writer.member("key", one.key)
            writer.member("name", one.name)
            writer.member("message", one.message)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
