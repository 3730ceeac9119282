import GraphLayout
import Inventory

/// What of a map a file leaves out, for the eyes of others. Whatever it leaves out, ids are counted anew then: those of
/// the inventory would tell which object is meant.
struct Redaction: Sendable, Equatable {
    var hidesAddresses = false
    var hidesNames = false

    var isNone: Bool { !hidesAddresses && !hidesNames }

    /// `addresses`, `names`, or both with a comma between them; nil is what nobody knows.
    init?(_ text: String) {
        for word in text.split(separator: ",") {
            switch word {
            case "addresses": hidesAddresses = true
            case "names": hidesNames = true
            default: return nil
            }
        }
    }

    init() {}
}

extension ExportScene {
    /// The nodes of `part` at `places`, in its order.
    init(
        _ topology: TopologyGraph, part: LaidOutGraph, places: [LayoutPoint], title: String, date: String,
        redaction: Redaction = .init(), countsAnew: Bool = false, view: MapView = .all, ports: [Int64: String] = [:]
    ) {
        let countsAnew = countsAnew || !redaction.isNone
        let appearances = topology.maps.appearances[part.map] ?? [:]
        var index: [Int64: Int] = [:]
        var counts: [ObjectKind: Int] = [:]
        var nodes: [Node] = []
        nodes.reserveCapacity(part.ids.count)
        for (place, id) in zip(places, part.ids) {
            guard let facts = topology.objects[id], let face = facts.face else { continue }
            index[id] = nodes.count
            counts[facts.kind, default: 0] += 1
            let shownID = countsAnew ? Int64(nodes.count + 1) : id
            var node = Node(shownID, facts.kind, face, appearances[id], at: place, in: topology)
            node.redact(redaction, number: counts[facts.kind] ?? 0)
            nodes.append(node)
        }
        let isQuiet = redaction.hidesNames || (redaction.hidesAddresses && Node.mayHoldAddress(title))
        self.title = isQuiet ? "Map" : ExportText.line(title)
        self.date = date
        self.nodes = nodes
        self.view = view
        links = Self.links(topology, index, redaction, countsAnew: countsAnew, view: view, ports: ports)
    }

    /// Words of the inventory's own, which tell how a line is drawn and name nothing.
    private static let media: Set<String> = [
        "ethernet", "fibre", "dac", "wifi", "coax", "powerline", "usb", "serial", "power", "vpn", "wireguard", "tunnel",
        "ssh", "bgp", "management", "backup", "heartbeat", "virtual", "wan", "reverse_proxy", "direct", "other",
    ]

    private static func links(
        _ topology: TopologyGraph, _ index: [Int64: Int], _ redaction: Redaction, countsAnew: Bool,
        view: MapView, ports: [Int64: String]
    ) -> [Link] {
        var links: [Link] = []
        var pairs: [[Int]: [Int]] = [:]
        for (id, edge) in topology.edges.sorted(by: { $0.key < $1.key }) where view.edges?.contains(id.type) ?? true {
            guard let from = index[edge.from], let to = index[edge.to] else { continue }
            let look = topology.look(of: id)
            let label = [id.type == .connection ? ports[id.object] : nil, look?.label].compactMap(\.self)
            // A label of a cable or the purpose of a dependency may name anything.
            let tellsWords = redaction.isNone
            pairs[[min(from, to), max(from, to)], default: []].append(links.count)
            links.append(
                Link(
                    id: countsAnew ? "\(id.type.rawValue):\(links.count + 1)" : id.text, from: from, to: to,
                    type: id.type,
                    medium: (tellsWords || Self.media.contains(look?.medium ?? ""))
                        ? look?.medium.map { ExportText.line($0, longest: 40) } : nil,
                    speed: look?.speed,
                    label: tellsWords && !label.isEmpty
                        ? ExportText.line(label.joined(separator: " · "), longest: 60) : nil))
        }
        for several in pairs.values {
            for (turn, link) in several.enumerated() {
                guard links[link].from != links[link].to else {
                    links[link].bend = Double(turn + 1)
                    continue
                }
                let side = links[link].from < links[link].to ? 1.0 : -1.0
                links[link].bend = side * (Double(turn) - Double(several.count - 1) / 2) * 22
            }
        }
        return links
    }
}

extension ExportScene.Node {
    fileprivate init(
        _ id: Int64, _ kind: ObjectKind, _ face: NodeFace, _ appearance: Appearance?, at place: LayoutPoint,
        in graph: TopologyGraph
    ) {
        let icons = [appearance?.icon, face.icon, kind == .hardware ? face.role : nil].compactMap { $0 }
        self.id = id
        self.kind = kind
        name = ExportText.line(face.name)
        alias = appearance?.alias.map { ExportText.line($0) }
        colour = appearance?.colour
        address = face.ip.map { ExportText.line($0, longest: 64) }
        role = face.role.map { ExportText.line($0, longest: 64) }
        status = ExportText.line(face.status ?? "unknown", longest: 32)
        environment = graph.environmentName(face).map { ExportText.line($0, longest: 64) }
        tags = graph.tagNames(face).prefix(32).map { ExportText.line($0, longest: 64) }
        icon = icons.first { ExportIcons.paths[$0] != nil } ?? kind.rawValue
        picture = (appearance?.icon ?? face.icon).flatMap(IconShelf.id)
        x = place.x
        y = place.y
    }

    /// Names are often addresses and host names: whoever hides addresses alone keeps names as people wrote them, unless
    /// a name looks like an address itself.
    fileprivate mutating func redact(_ redaction: Redaction, number: Int) {
        // A type may be a word of one's own.
        if !redaction.isNone, let word = role, ExportIcons.paths[word] == nil { role = nil }
        // A picture may show anything.
        if !redaction.isNone { picture = nil }
        if redaction.hidesNames {
            standIn(number)
            alias = nil
            environment = nil
            tags = []
        }
        if redaction.hidesAddresses {
            address = nil
            tags = []
            environment = nil
            if let other = alias, Self.mayHoldAddress(other) { alias = nil }
            if self.number == nil, Self.mayHoldAddress(name) { standIn(number) }
        }
    }

    /// What is shown in place of a name.
    private mutating func standIn(_ number: Int) {
        name = "\(kind.shownName) \(number)"
        self.number = number
    }

    /// An address of version 4 or 6, a MAC address, whatever stands between their numbers, a host name with dots or a port,
    /// or an address with a scheme, a share or a person before it.
    static func mayHoldAddress(_ written: String) -> Bool {
        // What nobody sees must not keep an address from being known here that people read.
        let seen = written.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint }
        let text = String(String.UnicodeScalarView(seen))
        if ["://", "\\\\", "@", "%2e", "%2E", "%3a", "%3A"].contains(where: text.contains) { return true }
        if holdsNumbersInARow(text) { return true }
        return text.split { !($0.isLetter || $0.isNumber || dots.contains($0) || ":-_".contains($0)) }.contains {
            word in
            let colons = word.count { $0 == ":" }
            let isBareMAC = word.count == 12 && word.allSatisfy(\.isHexDigit)
            return hasDotInside(word) || colons > 1 || hasPort(word) || isBareMAC || isDashedVersion6(word)
                || isOneNumber(word)
        }
    }

    /// As names for it that may hold no colon write it: `fe80--1`, `fd00-1-2-3-4-5-6-7`.
    private static func isDashedVersion6(_ word: Substring) -> Bool {
        let groups = word.split(separator: "-", omittingEmptySubsequences: false)
        guard groups.allSatisfy({ $0.count <= 4 && $0.allSatisfy(\.isHexDigit) }) else { return false }
        return groups.count == 8 || (word.contains("--") && word.contains { $0 != "-" })
    }

    /// An address of version 4 as browsers take it too: `0x0a000001`.
    private static func isOneNumber(_ word: Substring) -> Bool {
        word.count == 10 && word.lowercased().hasPrefix("0x") && word.dropFirst(2).allSatisfy(\.isHexDigit)
    }

    /// Full stops of all scripts that browsers take in host names, and one that only looks like it.
    private static let dots: Set<Character> = [".", "。", "．", "｡", "․"]

    private static func hasDotInside(_ word: Substring) -> Bool {
        word.indices.contains { index in
            guard dots.contains(word[index]) else { return false }
            let next = word.index(after: index)
            return next < word.endIndex && !dots.contains(word[next])
        }
    }

    /// Four numbers of an address, or six pairs of a MAC address.
    private static func holdsNumbersInARow(_ text: String) -> Bool {
        var (numbers, pairs) = (0, 0)
        for part in text.split(whereSeparator: { !($0.isLetter || $0.isNumber) }) {
            numbers = part.count <= 3 && part.allSatisfy(\.isNumber) ? numbers + 1 : 0
            pairs = part.count == 2 && part.allSatisfy(\.isHexDigit) ? pairs + 1 : 0
            if numbers == 4 || pairs == 6 { return true }
        }
        return false
    }

    private static func hasPort(_ word: Substring) -> Bool {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 && !parts[0].isEmpty && (1...5).contains(parts[1].count)
            && parts[1].allSatisfy(\.isNumber)
    }
}

extension ObjectKind {
    /// For people.
    var shownName: String {
        switch self {
        case .hardware: "Hardware"
        case .computeUnit: "Compute unit"
        case .service: "Service"
        case .storage: "Storage"
        case .externalNode: "External node"
        case .cluster: "Cluster"
        case .network: "Network"
        default: "Item"
        }
    }
}
