import HTTPKit
import JSONKit
import Kernel
import Persistence

/// What people draw on a map besides its objects: a boundary around some of them, or around each group of a sort, or a
/// label that stands by itself. Nothing of it changes the inventory.
struct Annotation: Sendable, Equatable {
    enum Kind: String, CaseIterable, Sendable { case boundary, label }

    /// What a boundary goes around by itself.
    enum Grouping: String, CaseIterable, Sendable { case cluster, location, network }

    /// Roles of the theme, so that each keeps its contrast in every theme.
    enum Colour: String, CaseIterable, Sendable { case violet, blue, green, orange, pink, teal, sky, grey }

    let id: Int64
    let map: Int64
    let kind: Kind
    let text: String
    let colour: Colour
    /// Nil for a label, and for a boundary around chosen objects.
    let grouping: Grouping?
    /// Where a label stands.
    let x: Double
    let y: Double
    let revision: Int64
    /// Sorted ids of the objects that a boundary goes around.
    let members: [Int64]
}

extension Annotation: JSONAnswer {
    static let shape: JSONShape = .object([
        .init(name: "id", shape: .integer, isRequired: true),
        .init(name: "map", shape: .integer, isRequired: true),
        .init(name: "kind", shape: .choice(Kind.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "text", shape: .string, isRequired: true),
        .init(name: "colour", shape: .choice(Colour.allCases.map(\.rawValue)), isRequired: true),
        .init(name: "grouping", shape: .nullable(.choice(Grouping.allCases.map(\.rawValue))), isRequired: true),
        .init(name: "x", shape: .number, isRequired: true),
        .init(name: "y", shape: .number, isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
        .init(name: "members", shape: .array(.integer), isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", id)
        writer.member("map", map)
        writer.member("kind", kind.rawValue)
        writer.member("text", text)
        writer.member("colour", colour.rawValue)
        writer.member("grouping", grouping.map { JSONValue.string($0.rawValue) } ?? .null)
        writer.member("x", x)
        writer.member("y", y)
        writer.member("revision", revision)
        writer.member("members", JSONValue.array(members.map { .integer($0) }))
        writer.endObject()
    }
}

struct AnnotationDraft: JSONBody, Equatable {
    var kind: String
    var text: String?
    var colour: String?
    var grouping: String?
    var x: Double?
    var y: Double?
    var members: [Int64]?
}

struct AnnotationPatch: JSONBody {
    var text: Change<String>
    var colour: Change<String>
    var x: Change<Double>
    var y: Change<Double>
    var members: Change<[Int64]>
}

/// What an annotation may be, checked whole: every problem by its field.
struct AnnotationContent: Sendable, Equatable {
    var kind: Annotation.Kind
    var text: String
    var colour: Annotation.Colour
    var grouping: Annotation.Grouping?
    var x: Double
    var y: Double
    var members: [Int64]

    static let longestText = 200
    static let mostMembers = 2_000

    init(_ draft: AnnotationDraft) throws {
        var problems: [String: String] = [:]
        let kind = Annotation.Kind(rawValue: draft.kind)
        if kind == nil { problems["kind"] = "Use boundary or label." }
        let grouping = draft.grouping.flatMap(Annotation.Grouping.init)
        if draft.grouping != nil, grouping == nil { problems["grouping"] = "Use cluster, location or network." }
        if kind == .label, draft.grouping != nil { problems["grouping"] = "A label goes around nothing." }
        self.init(
            kind: kind ?? .label, text: draft.text ?? "", colour: draft.colour, grouping: grouping, x: draft.x ?? 0,
            y: draft.y ?? 0, members: draft.members ?? [], &problems)
        // What it goes around was meant to follow from the group.
        if problems["grouping"] != nil { problems["members"] = nil }
        guard problems.isEmpty else { throw AppError(.invalid, "This was not put on the map.", fields: problems) }
    }

    init(_ before: Annotation, _ patch: AnnotationPatch) throws {
        var problems: [String: String] = [:]
        self.init(
            kind: before.kind, text: patch.text.applied(to: before.text),
            colour: patch.colour.applied(to: before.colour.rawValue), grouping: before.grouping,
            x: patch.x.applied(to: before.x), y: patch.y.applied(to: before.y),
            members: patch.members.applied(to: before.members), &problems)
        // What it went around may have been deleted for good since; its name and colour can be changed all the same.
        if case .keep = patch.members { problems["members"] = nil }
        guard problems.isEmpty else { throw AppError(.invalid, "This was not changed on the map.", fields: problems) }
    }

    func isSame(as before: Annotation) -> Bool {
        text == before.text && colour == before.colour && x == before.x && y == before.y && members == before.members
    }

    private init(
        kind: Annotation.Kind, text: String, colour: String?, grouping: Annotation.Grouping?, x: Double, y: Double,
        members: [Int64], _ problems: inout [String: String]
    ) {
        self.kind = kind
        let written = MapText(text, longest: Self.longestText)
        self.text = written.line
        self.colour = colour.flatMap(Annotation.Colour.init) ?? .blue
        self.grouping = grouping
        (self.x, self.y) = (x, y)
        self.members = Set(members).sorted()
        if let colour, Annotation.Colour(rawValue: colour) == nil {
            problems["colour"] = "Use one of \(Annotation.Colour.allCases.map(\.rawValue).joined(separator: ", "))."
        }
        switch written.problem {
        case .tooLong: problems["text"] = "Use at most \(Self.longestText) characters."
        case .hidden: problems["text"] = MapText.controls
        case nil: if kind == .label, written.isBlank { problems["text"] = "Say what the label reads." }
        }
        if abs(x) > PlacesDraft.farthest || abs(y) > PlacesDraft.farthest {
            problems["x"] = "A place is at most \(Int(PlacesDraft.farthest)) from the middle."
        }
        if self.members.count > Self.mostMembers { problems["members"] = "At most \(Self.mostMembers) objects." }
        if kind == .boundary, grouping == nil, self.members.isEmpty {
            problems["members"] = "Name at least one object."
        }
        if kind == .label || grouping != nil, !self.members.isEmpty {
            problems["members"] = "Only a boundary around chosen objects names them."
        }
    }
}

/// `topology.annotation.created`, `.changed`, `.deleted`, with the annotation as it is, or was.
struct AnnotationEvent: Event {
    enum Verb: String { case created, changed, deleted }

    let verb: Verb
    let annotation: Annotation
    var before: Annotation?

    var subject: String { "topology.annotation.\(verb.rawValue)" }

    var audit: AuditEntry {
        AuditEntry(
            verb.rawValue, entity: "map_annotation", id: annotation.id,
            name: annotation.text.isEmpty ? annotation.kind.rawValue : annotation.text,
            before: verb == .deleted ? annotation.jsonText : before?.jsonText,
            after: verb == .deleted ? nil : annotation.jsonText)
    }

    func writePayload(to writer: inout JSONWriter) { annotation.write(to: &writer) }
}
