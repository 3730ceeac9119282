import HTTPKit
import JSONKit
import Kernel

/// A backup as the list shows it: once, with every target that holds it.
package struct ListedBackup: JSONAnswer, Equatable {
    package struct Copy: Sendable, Equatable {
        package let targetID: Int64
        package let size: Int64
        package let verifiedAt: Instant?
        package let problem: String?
    }

    package let name: String
    package let madeAt: Instant
    /// Nil for one that was put there by hand and not looked into yet.
    package var origin: CopyFacts.Origin?
    package var keyID: String?
    package var copies: [Copy]

    package var isVerified: Bool { copies.contains { $0.verifiedAt != nil && $0.problem == nil } }

    package static let shape: JSONShape = .object([
        .init(name: "name", shape: .string, isRequired: true),
        .init(name: "made_at", shape: .format("date-time"), isRequired: true),
        .init(name: "size", shape: .integer, isRequired: true),
        .init(name: "origin", shape: .nullable(.choice(CopyFacts.Origin.allCases.map(\.rawValue))), isRequired: true),
        .init(name: "key_id", shape: .nullable(.string), isRequired: true),
        .init(name: "verified", shape: .boolean, isRequired: true, summary: "One copy at least was found whole."),
        .init(
            name: "copies",
            shape: .array(
                .object([
                    .init(name: "target_id", shape: .integer, isRequired: true),
                    .init(name: "size", shape: .integer, isRequired: true),
                    .init(name: "verified_at", shape: .nullable(.format("date-time")), isRequired: true),
                    .init(name: "problem", shape: .nullable(.string), isRequired: true),
                ])), isRequired: true),
    ])

    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("made_at", milliseconds: madeAt.milliseconds)
        writer.member("size", copies.map(\.size).max() ?? 0)
        writer.member("origin", origin?.rawValue)
        writer.member("key_id", keyID)
        writer.member("verified", isVerified)
        writer.name("copies")
        writer.beginArray()
        for copy in copies {
            writer.beginObject()
            writer.member("target_id", copy.targetID)
            writer.member("size", copy.size)
            writer.member("verified_at", milliseconds: copy.verifiedAt?.milliseconds)
            writer.member("problem", copy.problem)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}

/// What all targets hold, and which of them did not answer.
struct BackupListing: JSONAnswer {
    let items: [ListedBackup]
    let troubles: [(target: BackupPlace, failure: TargetFailure)]

    static let shape: JSONShape = .object([
        .init(name: "items", shape: .array(.named("Backup")), isRequired: true),
        .init(
            name: "troubles",
            shape: .array(
                .object([
                    .init(name: "target_id", shape: .integer, isRequired: true),
                    .init(name: "target", shape: .string, isRequired: true),
                    .init(name: "problem", shape: .string, isRequired: true),
                    .init(name: "message", shape: .string, isRequired: true),
                ])), isRequired: true, summary: "Targets that could not be asked."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("items")
        items.write(to: &writer)
        writer.name("troubles")
        writer.beginArray()
        for trouble in troubles {
            writer.beginObject()
            writer.member("target_id", trouble.target.id)
            writer.member("target", trouble.target.name)
            writer.member("problem", trouble.failure.kind.rawValue)
            writer.member("message", trouble.failure.sentence)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }
}
