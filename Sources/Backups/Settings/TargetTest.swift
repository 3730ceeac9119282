import HTTPKit
import JSONKit

/// How a test of a target went, for the person who pressed the button.
struct TargetTest: JSONAnswer {
    let failure: TargetFailure?
    let name: String

    static let shape: JSONShape = .object([
        .init(name: "usable", shape: .boolean, isRequired: true),
        .init(
            name: "problem", shape: .nullable(.choice(TargetFailure.Kind.allCases.map(\.rawValue))), isRequired: true),
        .init(name: "message", shape: .string, isRequired: true, summary: "What happened and what to do."),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("usable", failure == nil)
        writer.member("problem", failure?.kind.rawValue)
        writer.member(
            "message", failure?.sentence ?? "“\(name)” takes files, gives them back and lets them be deleted.")
        writer.endObject()
    }
}
