// Measures what stops if this stops over 10,000 nodes: compiled with the sources of ImpactAnalysis by `make bench-impact`.

/// A lab of racks: two core switches, a pair of access switches and two power strips a rack, dual-homed hosts, guests with
/// services, a pool a rack that its guests need.
func lab(_ count: Int) -> ImpactGraph {
    var parts: [TrafficPart] = [.gateway, .relay, .relay]
    var needs: [ImpactNeed] = []
    var links: [ImpactLink] = []
    var relations = 0
    func relation() -> Int {
        relations += 1
        return relations - 1
    }
    func node(_ part: TrafficPart = .end) -> Int {
        parts.append(part)
        return parts.count - 1
    }
    for core in [1, 2] { links.append(ImpactLink(0, core, by: relation())) }
    let ups = node()
    while parts.count < count {
        let strips = [node(), node()]
        for strip in strips {
            needs.append(ImpactNeed(of: strip, .power, .stops, anyOf: [.init(ups, by: relation())], watch: .power))
        }
        let access = [node(.relay), node(.relay)]
        for (at, device) in access.enumerated() {
            needs.append(
                ImpactNeed(of: device, .power, .stops, anyOf: [.init(strips[at], by: relation())], watch: .power))
            for core in [1, 2] { links.append(ImpactLink(core, device, by: relation())) }
        }
        let pool = node()
        for _ in 0..<10 {
            let host = node()
            let feeds = strips.map { ImpactNeed.Alternative($0, by: relation()) }
            needs.append(ImpactNeed(of: host, .power, .stops, anyOf: feeds, watch: .power))
            for device in access { links.append(ImpactLink(device, host, by: relation())) }
            for _ in 0..<6 {
                let (guest, service) = (node(), node())
                needs.append(ImpactNeed(of: guest, .host, .follows, anyOf: [.init(host, by: relation())]))
                needs.append(ImpactNeed(of: service, .host, .follows, anyOf: [.init(guest, by: relation())]))
                needs.append(ImpactNeed(of: guest, .needs, .stops, anyOf: [.init(pool, by: relation())]))
            }
        }
    }
    return ImpactGraph(
        nodeCount: parts.count, relationCount: relations, needs: needs, links: links, parts: parts)
}

func milliseconds(_ times: Int, _ body: () -> Void) -> (middle: Double, worst: Double) {
    let clock = ContinuousClock()
    let all = (0..<times).map { _ in clock.measure(body) / .milliseconds(1) }.sorted()
    return (all[times / 2], all[times - 1])
}

func show(_ name: String, _ found: (middle: Double, worst: Double), limit: Double? = nil) {
    func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    let verdict = limit.map { found.middle <= $0 ? " (limit \($0): met)" : " (limit \($0): MISSED)" } ?? ""
    print("| \(name) | \(text(found.middle)) | \(text(found.worst))\(verdict) |")
}

let graph = lab(10_000)
let run = ImpactRun(graph)
print("\(graph.nodeCount) nodes, \(graph.relationCount) relations\n\n| | median ms | worst ms |\n|---|---:|---:|")
show("made from needs and links", milliseconds(20) { _ = lab(10_000) })
for (name, failed) in [
    ("gateway", [0]), ("UPS: all power", [3]), ("a core switch", [1]), ("a strip", [4]), ("a host", [9]),
] {
    show("\(name) fails", milliseconds(200) { run.fail(nodes: failed) }, limit: 20)
    print("|   down, degraded | \(run.down.count) | \(run.degraded.count) |")
}
show("both core switches fail", milliseconds(200) { run.fail(nodes: [1, 2]) }, limit: 20)
show(
    "every path of the UPS",
    milliseconds(20) {
        run.fail(nodes: [3])
        for node in run.down { _ = run.path(to: Int(node)) }
    }, limit: 20)
show("single points, all", milliseconds(3) { _ = try? graph.singlePoints() })
