// Measures what stops if this stops over 10,000 nodes: compiled with the sources of ImpactAnalysis by `make bench-impact`.
// It judges the worst question by the processor time of its thread: what others do on the machine does not count.

import Glibc

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

struct Times {
    let sorted: [Double]
    /// By the clock on the wall, which waits for others too.
    let longestWait: Double

    func share(_ part: Double) -> Double { sorted[min(sorted.count - 1, Int(part * Double(sorted.count)))] }
    var worst: Double { sorted.last ?? 0 }
}

func processorMilliseconds() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now)
    return Double(now.tv_sec) * 1_000 + Double(now.tv_nsec) / 1_000_000
}

func measure(_ times: Int, _ body: (Int) -> Void) -> Times {
    let clock = ContinuousClock()
    var wait = 0.0
    let all = (0..<times).map { turn in
        let began = processorMilliseconds()
        wait = max(wait, clock.measure { body(turn) } / .milliseconds(1))
        return processorMilliseconds() - began
    }
    return Times(sorted: all.sorted(), longestWait: wait)
}

var missed = 0

@MainActor
func show(_ name: String, _ found: Times, limit: Double? = nil) {
    func text(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
    let isMet = limit.map { found.worst <= $0 }
    if isMet == false { missed += 1 }
    let verdict = isMet.map { " (limit \(limit ?? 0): \($0 ? "met" : "MISSED"))" } ?? ""
    let cells = [found.share(0.5), found.share(0.99), found.worst].map(text).joined(separator: " | ")
    print("| \(name) | \(cells)\(verdict) | \(text(found.longestWait)) |")
}

let graph = lab(10_000)
let run = ImpactRun(graph)
print("\(graph.nodeCount) nodes, \(graph.relationCount) relations; milliseconds of processor time\n")
print("| | median | p99 | worst | longest wait |\n|---|---:|---:|---:|---:|")
show("made from needs and links", measure(20) { _ in _ = lab(10_000) })
for (name, failed) in [
    ("gateway", [0]), ("UPS: all power", [3]), ("a core switch", [1]), ("a strip", [4]), ("a host", [9]),
] {
    show("\(name) fails", measure(200) { _ in run.fail(nodes: failed) }, limit: 20)
    print("|   down, degraded | \(run.down.count) | \(run.degraded.count) | | |")
}
show("both core switches fail", measure(200) { _ in run.fail(nodes: [1, 2]) }, limit: 20)
show("each node in turn", measure(graph.nodeCount) { run.fail(nodes: [$0]) }, limit: 20)
var random = SystemRandomNumberGenerator()
show(
    "five random nodes at once",
    measure(1_000) { _ in run.fail(nodes: (0..<5).map { _ in Int.random(in: 0..<graph.nodeCount, using: &random) }) },
    limit: 20)
show("a new run, and the UPS", measure(50) { _ in ImpactRun(graph).fail(nodes: [3]) }, limit: 20)
show(
    "the UPS, and every path",
    measure(50) { _ in
        run.fail(nodes: [3])
        for node in run.down { _ = run.path(to: Int(node)) }
    }, limit: 20)
show("single points, all", measure(3) { _ in _ = try? graph.singlePoints() })
exit(missed == 0 ? 0 : 1)
