import Testing

@testable import GraphLayout

@Suite("Layouts")
struct LayoutTests {
    @Test("no two nodes cover each other", arguments: LayoutKind.allCases, [2, 12, 40, 150, 300])
    func separate(_ kind: LayoutKind, _ count: Int) throws {
        let graph = Graphs.lab(count)
        let places = try Layout(kind).places(of: graph)

        #expect(places.count == graph.nodes.count)
        #expect(places.allSatisfy { $0.x.isFinite && $0.y.isFinite })
        #expect(Graphs.overlaps(places, graph) == 0)
    }

    @Test("the same graph and seed give the same picture", arguments: LayoutKind.allCases)
    func repeats(_ kind: LayoutKind) throws {
        #expect(try Layout(kind).places(of: Graphs.lab(200)) == Layout(kind).places(of: Graphs.lab(200)))
    }

    @Test("what is pinned stays, and nothing comes to lie on it", arguments: LayoutKind.allCases)
    func pins(_ kind: LayoutKind) throws {
        var graph = Graphs.lab(60)
        let pins = [3: LayoutPoint(x: 5000, y: -70), 20: LayoutPoint(x: 5060, y: 300), 59: LayoutPoint(x: -9, y: 4)]
        for (node, pin) in pins { graph.nodes[node].pin = pin }

        let places = try Layout(kind).places(of: graph)

        for (node, pin) in pins { #expect(places[node] == pin) }
        #expect(Graphs.overlaps(places, graph) == 0)
    }

    @Test(
        "loops, edges to nowhere, the same edge twice, circles and empty graphs are laid out",
        arguments: LayoutKind.allCases)
    func odd(_ kind: LayoutKind) throws {
        let nodes = [LayoutNode](repeating: LayoutNode(), count: 5)
        let odd = LayoutGraph(
            nodes: nodes,
            edges: [
                .init(0, 0), .init(0, 9), .init(-1, 0), .init(0, 1), .init(1, 0), .init(0, 1), .init(1, 2), .init(2, 0),
            ])

        #expect(odd.edges.count == 5)
        #expect(Graphs.overlaps(try Layout(kind).places(of: odd), odd) == 0)
        #expect(try Layout(kind).places(of: LayoutGraph(nodes: [], edges: [])).isEmpty)
        #expect(try Layout(kind).places(of: LayoutGraph(nodes: [LayoutNode()], edges: [])).count == 1)
    }

    @Test("a layout that nobody waits for is given up", arguments: LayoutKind.allCases)
    func cancelled(_ kind: LayoutKind) {
        var asked = 0
        #expect(throws: LayoutCancelled.self) {
            _ = try Layout(kind).places(of: Graphs.lab(500)) {
                asked += 1
                return asked > 3
            }
        }
        #expect(asked == 4)
    }

    @Test("where everything is joined with everything, long edges do not multiply the work", arguments: [20, 60, 150])
    func dense(_ count: Int) {
        let edges = (0..<count).flatMap { one in (0..<one).map { LayoutGraph.Edge(one, $0) } }
        let graph = LayoutGraph(nodes: Array(repeating: LayoutNode(), count: count), edges: edges)

        let ranked = RankedGraph(graph, root: 0)
        let order = LayerOrder(ranked)

        #expect(ranked.ranks.sorted() == Array(0..<count))
        #expect(order.layerOf.count - count <= max(4_096, 30 * count))
        #expect((ranked.longest == count - 1) == (count == 20))
    }

    @Test("parts that are not connected do not mix")
    func parts() throws {
        var edges: [LayoutGraph.Edge] = []
        for part in 0..<6 { edges += (1..<8).map { .init(part * 8, part * 8 + $0) } }
        let graph = LayoutGraph(nodes: [LayoutNode](repeating: LayoutNode(), count: 52), edges: edges)

        let places = try Layout(.force).places(of: graph)

        let boxes = (0..<6).map { PackedBox(Array(($0 * 8)..<($0 * 8 + 8)), places, graph) }
        for (index, one) in boxes.enumerated() {
            for two in boxes[(index + 1)...] {
                let apart =
                    one.left + one.width <= two.left || two.left + two.width <= one.left
                    || one.top + one.height <= two.top || two.top + two.height <= one.top
                #expect(apart)
            }
        }
    }
}

@Suite("What each layout promises")
struct LayoutPromiseTests {
    @Test("layers lead downward: every directed edge ends below its beginning")
    func downward() throws {
        var options = LayoutOptions()
        options.blocksLeaves = false
        let graph = Graphs.lab(120)
        let places = try Layout(.hierarchical, options).places(of: graph)

        for edge in graph.edges where edge.isDirected {
            #expect(places[edge.from].y < places[edge.to].y)
        }
        #expect(places[0].y == places.map(\.y).min())
    }

    @Test("a tree has no crossing", arguments: [LayoutKind.tree, .hierarchical, .radial])
    func crossings(_ kind: LayoutKind) throws {
        var options = LayoutOptions()
        options.blocksLeaves = false
        let graph = Graphs.tree(121, width: 3)

        #expect(DrawingQuality(try Layout(kind, options).places(of: graph), graph).crossings == 0)
    }

    @Test("a parent stands over the middle of its children")
    func middle() throws {
        var options = LayoutOptions()
        options.blocksLeaves = false
        let places = try Layout(.tree, options).places(of: Graphs.tree(40, width: 3))

        for parent in 0..<13 {
            let children = (1...3).map { parent * 3 + $0 }.map { places[$0].x }
            #expect(abs(places[parent].x - (children[0] + children[2]) / 2) < 0.001)
        }
    }

    @Test("forces unfold a grid without a crossing")
    func unfolds() throws {
        let graph = Graphs.grid(12)

        #expect(DrawingQuality(try Layout(.force).places(of: graph), graph).crossings == 0)
    }

    @Test("rings hold whole levels in their order, the lowest in the middle")
    func rings() throws {
        let graph = Graphs.lab(80)
        var options = LayoutOptions()
        options.separates = false
        let places = try Layout(.concentric, options).places(of: graph)
        // The two lowest share the middle.
        let middle = LayoutPoint(x: (places[0].x + places[1].x) / 2, y: (places[0].y + places[1].y) / 2)
        var radii: [Int: Set<Int>] = [:]
        for (node, place) in places.enumerated() {
            let (x, y) = (place.x - middle.x, place.y - middle.y)
            radii[graph.nodes[node].level, default: []].insert(Int((x * x + y * y).squareRoot().rounded()))
        }

        let outward = radii.sorted { $0.key < $1.key }.map(\.value)
        // A crowded level may stand in rows; none of them lies further in than one of the level before.
        for (level, next) in zip(outward, outward.dropFirst()) {
            #expect((level.max() ?? 0) <= (next.min() ?? 0))
        }
        #expect(Set(outward).count > 3)
    }

    @Test("a crowded ring stands in rows, so that five hundred leaves are no empty circle")
    func crowdedRing() throws {
        let star = LayoutGraph(
            nodes: [LayoutNode](repeating: LayoutNode(), count: 501), edges: (1...500).map { .init(0, $0) })
        let places = try Layout(.concentric).places(of: star)
        let across = places.map(\.x)

        // One ring of them is 20,000 across, a square of them 2,800.
        #expect((across.max() ?? 0) - (across.min() ?? 0) < 6_000)
        let apart = places.indices.dropFirst().allSatisfy { one in
            places.indices.dropFirst(one + 1).allSatisfy { two in
                abs(places[one].x - places[two].x) > 80 || abs(places[one].y - places[two].y) > 60
            }
        }
        #expect(apart)
    }

    @Test("lanes lie below each other, each with its own group")
    func lanes() throws {
        let graph = Graphs.lab(150)
        let places = try Layout(.lanes).places(of: graph)
        var bands: [Int: ClosedRange<Double>] = [:]
        for (node, place) in places.enumerated() {
            let group = graph.nodes[node].group ?? -1
            let known = bands[group] ?? place.y...place.y
            bands[group] = min(known.lowerBound, place.y)...max(known.upperBound, place.y)
        }
        let sorted = bands.values.sorted { $0.lowerBound < $1.lowerBound }

        #expect(sorted.count == 4)
        for (upper, lower) in zip(sorted, sorted.dropFirst()) { #expect(upper.upperBound < lower.lowerBound) }
    }

    @Test("the members of a group stand together: no stranger between them")
    func clusters() throws {
        let graph = Graphs.lab(150)
        let places = try Layout(.clusters).places(of: graph)
        for group in 0..<3 {
            let box = PackedBox(graph.nodes.indices.filter { graph.nodes[$0].group == group }, places, graph)
            let strangers = graph.nodes.indices.filter { node in
                graph.nodes[node].group != group && places[node].x > box.left && places[node].x < box.left + box.width
                    && places[node].y > box.top && places[node].y < box.top + box.height
            }
            #expect(strangers.isEmpty)
        }
    }

    @Test("a tree hangs on the shortest way, also in one part of several")
    func steps() throws {
        // 3 is a machine on switch 1 and a member of network 2; 4 belongs to nothing.
        var nodes = [LayoutNode](repeating: LayoutNode(level: 1), count: 5)
        nodes[0].level = 0
        let graph = LayoutGraph(
            nodes: nodes,
            edges: [.init(0, 1), .init(0, 2), .init(2, 3, steps: 5), .init(1, 3)])
        let places = try Layout(.tree).places(of: graph)

        #expect(abs(places[3].x - places[1].x) < 1)
        #expect(abs(places[3].x - places[2].x) > 50)
    }

    @Test(
        "of switches that nobody ranked, those in the middle come first: spines above leaves",
        arguments: [LayoutKind.hierarchical, .tree])
    func spines(_ kind: LayoutKind) throws {
        let graph = Graphs.fabric(spines: 4, leaves: 8, hosts: 10)
        let places = try Layout(kind).places(of: graph)
        let (spines, leaves) = (places[0..<4].map(\.y), places[4..<12].map(\.y))

        #expect(spines.min() == places.map(\.y).min())
        if kind == .hierarchical { #expect((spines.max() ?? 0) < (leaves.min() ?? 0)) }
    }

    @Test("what stands beside a high block is not pushed down by it")
    func beside() throws {
        // Forty on 1, and on 2 a chain.
        var edges: [LayoutGraph.Edge] = [.init(0, 1), .init(0, 2), .init(2, 3), .init(3, 4)]
        edges += (5..<45).map { .init(1, $0) }
        let graph = LayoutGraph(nodes: [LayoutNode](repeating: LayoutNode(), count: 45), edges: edges)
        for kind in [LayoutKind.tree, .hierarchical] {
            let places = try Layout(kind).places(of: graph)
            let lowest = places[5..<45].map(\.y).max() ?? 0

            #expect(places[3].y - places[2].y == places[2].y - places[0].y, "\(kind)")
            #expect(places[4].y < lowest, "\(kind)")
        }
    }

    @Test("two of a ring change places where lines become shorter by that")
    func exchange() throws {
        let crossings = try (1...4 as ClosedRange<UInt64>).map { seed in
            let graph = Graphs.lab(40, seed: seed)
            return DrawingQuality(try Layout(.concentric).places(of: graph), graph).crossings
        }

        // 27 without.
        #expect(crossings.reduce(0, +) <= 24, "\(crossings)")
    }

    @Test("a network that nobody is in makes no band of its own")
    func emptyLane() throws {
        let graph = LayoutGraph(
            nodes: [LayoutNode(), LayoutNode(group: 1), LayoutNode(group: 2), LayoutNode(group: 2)],
            edges: [.init(0, 1), .init(0, 2), .init(2, 3)])
        let places = try Layout(.lanes).places(of: graph)

        #expect(places[1].y < places[2].y && places[1].y - places[0].y < 200)
        #expect(places[2].y > places[0].y && places[3].y > places[2].y)
    }

    @Test("a large lab fits a screen", arguments: [LayoutKind.hierarchical, .tree, .lanes, .clusters], [150, 300])
    func fits(_ kind: LayoutKind, _ count: Int) throws {
        let graph = Graphs.lab(count)
        let box = PackedBox(Array(graph.nodes.indices), try Layout(kind).places(of: graph), graph)

        #expect((0.5...3.2).contains(box.width / box.height), "\(box.width) x \(box.height)")
    }

    @Test("parts that are not connected fill a screen")
    func packed() throws {
        // Two dozen pairs, as services that need one other.
        let graph = LayoutGraph(
            nodes: [LayoutNode](repeating: LayoutNode(), count: 48), edges: (0..<24).map { .init($0 * 2, $0 * 2 + 1) })
        let box = PackedBox(Array(0..<48), try Layout(.hierarchical).places(of: graph), graph)

        #expect((1.2...2.2).contains(box.width / box.height), "\(box.width) x \(box.height)")
    }

    @Test("ranks have the least sum of edge lengths")
    func ranks() {
        // A long way round and a short one: node 5 belongs beside the end of the long one.
        let arcs: [RankedGraph.Arc] = [
            .init(from: 0, to: 1), .init(from: 1, to: 2), .init(from: 2, to: 3), .init(from: 3, to: 4),
            .init(from: 0, to: 5), .init(from: 5, to: 4), .init(from: 6, to: 4),
        ]
        let ranks = RankAssignment(count: 7, arcs: arcs).ranks()

        #expect(arcs.reduce(0) { $0 + ranks[$1.to] - ranks[$1.from] } == 9)
        #expect(ranks[6] == 3)
    }
}
