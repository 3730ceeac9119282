"""Measures the layouts beside Graphviz: the same ten graphs, the same run, one table.

Usage: layouts.py BENCH   (BENCH: the program in tools/bench/layouts, built with -c release; `make bench-layouts`)

`force` beside `sfdp`, `hierarchical` beside `dot`. Lines are counted as the map draws them, straight from middle to middle;
the spread is the deviation of their lengths from the mean, as a part of it. Times are processor time,
which does not depend on what else the machine does; Graphviz has its start in it (a hundredth of a second), the layouts
have not. The best of three runs counts for both.
"""

import math
import random
import resource
import subprocess
import sys

ROUNDS = 3


def lab(count, seed=1):
    """A gateway, core switches, networks, switches, hosts, guests, services."""
    dice, nodes, edges = random.Random(seed), [], []

    def add(level, group=-1):
        nodes.append((level, group))
        return len(nodes) - 1

    gateway, cores = add(0), [add(1) for _ in range(max(1, count // 150))]
    edges += [(gateway, core, 0) for core in cores]
    nets = []
    for number in range(max(2, count // 40)):
        nets.append(add(4, number))
        edges.append((gateway, nets[-1], 1))
    while len(nodes) < count:
        switch = add(2)
        edges.append((dice.choice(cores), switch, 0))
        if len(cores) > 1 and dice.random() < 0.4:
            edges.append((dice.choice(cores), switch, 0))
        for _ in range(dice.randint(2, 6)):
            if len(nodes) >= count:
                break
            net = dice.randrange(len(nets))
            host = add(5, net)
            edges += [(switch, host, 0), (host, nets[net], 1)]
            for _ in range(dice.choice([0, 0, 0, 2, 4, 8])):
                if len(nodes) >= count:
                    break
                guest = add(6, net)
                edges.append((host, guest, 1))
                for _ in range(dice.choice([0, 1, 1, 2])):
                    if len(nodes) < count:
                        edges.append((guest, add(7, net), 1))
    return nodes, edges


def scattered(count, lines, seed):
    dice = random.Random(seed)
    edges = {(dice.randrange(at), at, 1) for at in range(1, count)}
    while len(edges) < lines:
        one, other = sorted(dice.sample(range(count), 2))
        edges.add((one, other, 1))
    return [(0, -1)] * count, sorted(edges)


def grid(side):
    right = [(row * side + at, row * side + at + 1, 1) for row in range(side) for at in range(side - 1)]
    down = [(at, at + side, 1) for at in range(side * side - side)]
    return [(0, -1)] * (side * side), right + down


def tree(count, width):
    return [(0, -1)] * count, [((at - 1) // width, at, 1) for at in range(1, count)]


GRAPHS = {"lab 40": lab(40), "lab 150": lab(150), "lab 300": lab(300), "lab 600": lab(600, 5), "lab 1000": lab(1000),
          "tree 400": tree(400, 3), "grid 400": grid(20), "random 100": scattered(100, 130, 3),
          "random 200": scattered(200, 300, 1), "random 1000": scattered(1000, 1400, 2)}


def ours(bench, layout, graph, *words):
    nodes, edges = graph
    lines = [f"{len(nodes)} {len(edges)}", *(f"{a} {b}" for a, b in nodes), *(" ".join(map(str, edge)) for edge in edges)]
    best, places = math.inf, []
    for _ in range(ROUNDS):
        done = subprocess.run([bench, layout, *words], input="\n".join(lines), capture_output=True, text=True, check=True)
        answer = done.stdout.split("\n")
        best = min(best, float(answer[0]))
        places = [tuple(map(float, line.split())) for line in answer[1:] if line]
    return places, best


def children():
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def theirs(program, graph):
    nodes, edges = graph
    text = ('digraph g { node [shape=box, width=1.0, height=0.7, fixedsize=true, label=""];'
            + ";".join(map(str, range(len(nodes)))) + ";" + ";".join(f"{a}->{b}" for a, b, _ in edges) + "}")
    best, output = math.inf, ""
    for _ in range(ROUNDS):
        before = children()
        output = subprocess.run([program, "-Tplain"], input=text, capture_output=True, text=True, check=True).stdout
        best = min(best, children() - before)
    found = {}
    for line in output.split("\n"):
        if line.startswith("node "):
            words = line.split()
            found[int(words[1])] = (float(words[2]) * 72, -float(words[3]) * 72)
    return [found[at] for at in range(len(nodes))], best


def crossings(places, edges):
    segments = sorted(((places[a], places[b], a, b) for a, b, _ in edges), key=lambda one: min(one[0][0], one[1][0]))
    count, active = 0, []
    for segment in segments:
        (ax, ay), (bx, by), one, two = segment
        left, low, high = min(ax, bx), min(ay, by), max(ay, by)
        active = [other for other in active if max(other[0][0], other[1][0]) >= left]
        for (cx, cy), (dx, dy), three, four in active:
            if len({one, two, three, four}) < 4 or max(cy, dy) < low or min(cy, dy) > high:
                continue
            first = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
            second = (bx - ax) * (dy - ay) - (by - ay) * (dx - ax)
            third = (dx - cx) * (ay - cy) - (dy - cy) * (ax - cx)
            fourth = (dx - cx) * (by - cy) - (dy - cy) * (bx - cx)
            count += first * second < 0 and third * fourth < 0
        active.append(segment)
    return count


def spread(places, edges):
    lengths = [math.dist(places[a], places[b]) for a, b, _ in edges]
    mean = sum(lengths) / len(lengths)
    return math.sqrt(sum((one - mean) ** 2 for one in lengths) / len(lengths)) / mean


def beside(bench):
    for layout, program in (("force", "sfdp"), ("hierarchical", "dot")):
        print(f"\n{layout + ' beside ' + program:26}{'ms':>8}{'theirs':>8}{'ratio':>7}{'cross':>9}{'theirs':>8}{'spread':>8}"
              f"{'theirs':>8}")
        fewer = evener = 0
        for name, graph in GRAPHS.items():
            (mine, took), (other, needed) = ours(bench, layout, graph, "plain"), theirs(program, graph)
            mine_crosses, other_crosses = crossings(mine, graph[1]), crossings(other, graph[1])
            mine_spread, other_spread = spread(mine, graph[1]), spread(other, graph[1])
            fewer += mine_crosses <= other_crosses
            evener += round(mine_spread, 2) <= round(other_spread, 2)
            print(f"  {name:24}{took * 1000:8.0f}{needed * 1000:8.0f}{took / needed:7.2f}{mine_crosses:9}{other_crosses:8}"
                  f"{mine_spread:8.2f}{other_spread:8.2f}")
        print(f"  no more crossings on {fewer} of {len(GRAPHS)}, no wider spread on {evener}")


def budgets(bench):
    print(f"\n{'as the map asks for it':26}{'ms':>8}{'may be':>8}")
    for layout, size, most in (("force", 1_000, 150), ("force", 10_000, 3_000), ("hierarchical", 1_000, 300)):
        nodes, edges = lab(size)
        # As the map says it: who is in a network does not hang on it as on a cable.
        said = [(a, b, 0, 5) if nodes[b][0] == 4 and nodes[a][0] > 0 else (a, b, way, 1) for a, b, way in edges]
        _, took = ours(bench, layout, (nodes, said))
        print(f"  {f'{layout} {size:,}':24}{took * 1000:8.0f}{most:8}{'' if took * 1000 <= most else '  too slow'}")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    budgets(sys.argv[1])
    beside(sys.argv[1])
