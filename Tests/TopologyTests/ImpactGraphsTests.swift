import Foundation
import ImpactAnalysis
import JSONKit
import Testing

@testable import Inventory
@testable import Topology

/// Labs drawn and answered by hand: `Tests/Fixtures/impact/graphs.json`.
@Suite("What stops, beside graphs answered by hand")
struct ImpactGraphsTests {
    struct Plan: Sendable, CustomTestStringConvertible {
        let name: String
        let content: JSONObject
        var testDescription: String { name }
    }

    static let plans: [Plan] = {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "Fixtures/impact/graphs.json")
        guard let bytes = try? Data(contentsOf: file), let all = try? JSONParser.parse(Array(bytes)).arrayValue else {
            return []
        }
        return all.compactMap(\.objectValue).map { Plan(name: $0["name"]?.stringValue ?? "", content: $0) }
    }()

    @Test("there are twenty and more")
    func count() {
        #expect(Self.plans.count >= 20)
        #expect(Set(Self.plans.map(\.name)).count == Self.plans.count)
    }

    @Test("every question is answered as it is written there", arguments: plans)
    func answers(_ plan: Plan) throws {
        let lab = try PlannedLab(plan.content)
        let picture = ImpactPicture(lab.graph)
        let run = ImpactRun(picture.graph)
        for question in (plan.content["questions"]?.arrayValue ?? []).compactMap(\.objectValue) {
            func names(_ member: String) -> [String] {
                (question[member]?.arrayValue ?? []).compactMap(\.stringValue).sorted()
            }
            let failed = names("failed")
            var (nodes, relations): ([Int], [Int]) = ([], [])
            for name in failed {
                let id = try #require(lab.ids[name], "\(name)")
                if let node = picture.node(id) {
                    nodes.append(node)
                } else {
                    relations += picture.relations(named: "\(id)")
                }
            }
            #expect(nodes.count + relations.count == failed.count)
            run.fail(nodes: nodes, relations: relations)

            #expect(lab.names(run.down.map { picture.ids[Int($0)] }) == names("down"), "down by \(failed)")
            #expect(lab.names(run.degraded.map { picture.ids[Int($0)] }) == names("degraded"), "degraded by \(failed)")
        }
    }
}

/// A lab as its file says it, without a database.
private struct PlannedLab {
    private(set) var ids: [String: Int64] = [:]
    let graph: TopologyGraph

    init(_ plan: JSONObject) throws {
        let objects = plan["objects"]?.objectValue ?? JSONObject()
        let relations = plan["relations"]?.objectValue ?? JSONObject()
        var ids: [String: Int64] = [:]
        for name in objects.names + relations.names { ids[name] = Int64(ids.count + 1) }
        var facts: [Int64: ObjectFacts] = [:]
        for (name, fields) in objects.members + relations.members {
            let fields = try #require(fields.objectValue)
            facts[try #require(ids[name])] = try Self.facts(name, fields, ids)
        }
        self.ids = ids
        graph = TopologyGraph(objects: facts, environments: [:], tags: [:], maps: SavedPlaces())
    }

    private static func facts(_ name: String, _ fields: JSONObject, _ ids: [String: Int64]) throws -> ObjectFacts {
        let kind = try #require(ObjectKind(rawValue: fields["kind"]?.stringValue ?? ""), "\(name)")
        var facts = ObjectFacts(kind: kind)
        facts.references = References(
            try kind.referenceFields.map { field in
                guard let target = fields[field]?.stringValue else { return 0 }
                return try #require(ids[target], "\(name): \(target)")
            })
        if kind.isNode {
            facts.face = NodeFace(name: name)
            facts.face?.role = kind.roleField.flatMap { fields[$0]?.stringValue }
        }
        if let look = kind.lookFields {
            facts.look = EdgeLook(
                medium: look.medium.flatMap { fields[$0]?.stringValue }, speed: nil,
                label: look.label.flatMap { fields[$0]?.stringValue })
        }
        if let said = kind.redundancyFields {
            let count = said.count.flatMap { fields[$0] }
            facts.redundancy = Redundancy(
                word: said.word.flatMap { fields[$0]?.stringValue },
                group: said.group.flatMap { fields[$0]?.stringValue },
                count: count?.integerValue ?? count?.boolValue.map { $0 ? 1 : 0 })
        }
        return facts
    }

    func names(_ found: [Int64]) -> [String] {
        ids.filter { found.contains($0.value) }.keys.sorted()
    }
}
