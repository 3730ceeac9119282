import ImpactAnalysis
import JSONKit

/// Writes what a run found. The rows and their paths are bounded, the lists of ids are whole.
struct ImpactAnswer {
    /// Steps of all paths together: beyond, no more rows are written.
    static let mostSteps = 20_000

    let topology: TopologyGraph
    let picture: ImpactPicture
    let run: ImpactRun

    func write(_ question: ImpactQuestion, _ parts: [FailedPart], eventID: Int64, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("event_id", eventID)
        writer.name("failed")
        writer.beginArray()
        for text in question.failed { writer.string(text) }
        writer.endArray()
        writer.name("parts")
        writer.beginArray()
        for part in parts { write(part, to: &writer) }
        writer.endArray()
        let (down, degraded) = (run.down.map(Int.init), run.degraded.map(Int.init))
        writer.name("counts")
        writer.beginObject()
        writer.member("down", Int64(down.count))
        writer.member("degraded", Int64(degraded.count))
        writer.endObject()
        write("down", down, to: &writer)
        write("degraded", degraded, to: &writer)
        writer.name("affected")
        writer.beginArray()
        let isComplete = writeRows(question, down: down, degraded: degraded, to: &writer)
        writer.endArray()
        writer.member("is_complete", isComplete)
        writer.endObject()
    }

    private func write(_ part: FailedPart, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("failed", part.text)
        if let place = part.place {
            writer.member("kind", place.kind.rawValue)
            writer.member("name", place.name)
        }
        write("nodes", part.nodes, to: &writer)
        writer.name("edges")
        writer.beginArray()
        for relation in part.relations { writer.string(picture.edges[relation].id.text) }
        writer.endArray()
        writer.endObject()
    }

    private func write(_ name: String, _ nodes: [Int], to writer: inout JSONWriter) {
        writer.name(name)
        writer.beginArray()
        for id in nodes.map({ picture.ids[$0] }).sorted() { writer.integer(id) }
        writer.endArray()
    }

    /// In the order in which things fall, so the nearest come first.
    private func writeRows(
        _ question: ImpactQuestion, down: [Int], degraded: [Int], to writer: inout JSONWriter
    ) -> Bool {
        let wanted = Set(question.objects.compactMap { picture.node($0) })
        var (rows, steps) = (0, 0)
        for (nodes, state) in [(down, "down"), (degraded, "degraded")] {
            for node in nodes where question.objects.isEmpty || wanted.contains(node) {
                let path = run.path(to: node)
                steps += path.count
                guard rows < question.limit, steps <= Self.mostSteps else { return false }
                rows += 1
                writeRow(node, state, path, to: &writer)
            }
        }
        return true
    }

    private func writeRow(_ node: Int, _ state: String, _ path: [ImpactStep], to writer: inout JSONWriter) {
        writer.beginObject()
        writeHead(node, to: &writer)
        writer.member("state", state)
        if state == "down" { writer.member("cut_off", run.isCutOff(node)) }
        if let last = path.last { writer.member("reason", last.reason.rawValue) }
        writer.name("path")
        writer.beginArray()
        for step in path {
            writer.beginObject()
            writer.member("from", picture.ids[step.from])
            writer.member("from_name", name(of: step.from))
            writer.member("to", picture.ids[step.to])
            writer.member("to_name", name(of: step.to))
            if let relation = step.relation { writer.member("edge", picture.edges[relation].id.text) }
            writer.member("reason", step.reason.rawValue)
            writer.member("left", Int64(step.left))
            writer.member("of", Int64(step.of))
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
    }

    private func writeHead(_ node: Int, to writer: inout JSONWriter) {
        let id = picture.ids[node]
        writer.member("id", id)
        writer.member("kind", topology.objects[id]?.kind.rawValue ?? "")
        writer.member("name", name(of: node))
    }

    private func name(of node: Int) -> String { topology.objects[picture.ids[node]]?.face?.name ?? "" }
}
