import Glibc
import GraphLayout

// bench LAYOUT [plain] < graph: "nodes edges", then "level group" for each node, then "from to directed [steps]" for each edge.
// The first line of the answer is the processor time in seconds, the others are places.
var numbers: [[Int]] = []
while let line = readLine() { numbers.append(line.split(separator: " ").compactMap { Int($0) }) }
let words = CommandLine.arguments
guard words.count > 1, let kind = LayoutKind(rawValue: words[1]), let sizes = numbers.first, sizes.count == 2 else {
    fatalError("usage: bench LAYOUT [plain] < graph")
}
let nodes = numbers[1...sizes[0]].map { LayoutNode(level: $0[0], group: $0[1] < 0 ? nil : $0[1]) }
let edges = numbers[(1 + sizes[0])...].map {
    LayoutGraph.Edge($0[0], $0[1], isDirected: $0[2] == 1, steps: $0.count > 3 ? $0[3] : 1)
}
let graph = LayoutGraph(nodes: nodes, edges: edges)
var options = LayoutOptions()
if words.contains("plain") {
    // As Graphviz draws: no blocks of leaves, and no room made for names.
    options.blocksLeaves = false
    options.separates = false
}
func processorTime() -> Double {
    var now = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now)
    return Double(now.tv_sec) + Double(now.tv_nsec) / 1e9
}

let start = processorTime()
let places = try Layout(kind, options).places(of: graph)
print(processorTime() - start)
for place in places { print(place.x, place.y) }
