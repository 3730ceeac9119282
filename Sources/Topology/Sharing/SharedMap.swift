import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import NIOCore
import Synchronization

/// A map as somebody with a link sees it: what is drawn, and nothing more. Ids are counted anew, so that none of them
/// says anything about the inventory; tags, environments, roles and notes are not told at all.
struct SharedMap: Sendable {
    let link: ShareLink
    let scene: ExportScene

    var json: [UInt8] {
        var writer = JSONWriter(capacity: scene.nodes.count * 140 + scene.links.count * 90 + 256)
        writer.beginObject()
        writer.member("title", scene.title)
        writer.member("expires_at", milliseconds: link.expiresAt.milliseconds)
        writer.member("hidden", link.redaction.words)
        writer.member("is_part", !link.filter.items.isEmpty)
        let pictures = scene.pictures.keys.sorted()
        if !pictures.isEmpty { writer.member("pictures", pictures.compactMap { scene.pictures[$0]?.dataURL }) }
        writer.name("nodes")
        writer.beginArray()
        for node in scene.nodes { write(node, pictures, to: &writer) }
        writer.endArray()
        writer.name("edges")
        writer.beginArray()
        for edge in scene.links { scene.write(edge, to: &writer) }
        writer.endArray()
        scene.writeDrawings(to: &writer)
        writer.endObject()
        return writer.bytes
    }

    private func write(_ node: ExportScene.Node, _ pictures: [Int64], to writer: inout JSONWriter) {
        writer.beginObject()
        // A number stands for a name in any language.
        writer.nodeHead(node.id, node.kind, named: node.number == nil ? node.name : nil, status: node.status)
        if let number = node.number { writer.member("number", number) }
        if let alias = node.alias { writer.member("alias", alias) }
        if let colour = node.colour { writer.member("colour", colour.rawValue) }
        writer.member("icon", node.icon)
        if let id = node.picture, let place = pictures.firstIndex(of: id) { writer.member("picture", Int64(place)) }
        if let address = node.address { writer.member("ip", address) }
        writer.member("x", node.x)
        writer.member("y", node.y)
        writer.endObject()
    }

    private static let colour: JSONShape = .choice(Annotation.Colour.allCases.map(\.rawValue))

    static let shape: JSONShape = .object([
        .init(name: "title", shape: .string, isRequired: true, summary: "`Map` where names are hidden."),
        .init(name: "expires_at", shape: .format("date-time"), isRequired: true),
        .init(name: "hidden", shape: .array(.choice(["addresses", "names"])), isRequired: true),
        .init(name: "is_part", shape: .boolean, isRequired: true, summary: "Whether a filter leaves out a part."),
        .init(
            name: "pictures", shape: .array(.string), isRequired: false,
            summary: "Icons that people brought, as `data:` addresses."),
        .init(
            name: "nodes",
            shape: .array(
                .object([
                    .init(name: "id", shape: .integer, isRequired: true, summary: "Counted anew for this answer."),
                    .init(name: "kind", shape: MapShape.nodeKind, isRequired: true),
                    .init(name: "name", shape: .string, isRequired: false),
                    .init(
                        name: "number", shape: .integer, isRequired: false,
                        summary: "In place of a hidden name: which one of its kind."),
                    .init(name: "alias", shape: .string, isRequired: false, summary: "What the map calls it."),
                    .init(
                        name: "colour", shape: .choice(Annotation.Colour.allCases.map(\.rawValue)), isRequired: false),
                    .init(name: "status", shape: .string, isRequired: true),
                    .init(name: "icon", shape: .string, isRequired: true),
                    .init(
                        name: "picture", shape: .integer, isRequired: false,
                        summary: "Which of `pictures` is drawn in place of the icon."),
                    .init(name: "ip", shape: .string, isRequired: false),
                    .init(name: "x", shape: .number, isRequired: true),
                    .init(name: "y", shape: .number, isRequired: true),
                ])), isRequired: true),
        .init(name: "edges", shape: .array(.named("MapEdge")), isRequired: true),
        .init(
            name: "boundaries",
            shape: .array(
                .object([
                    .init(
                        name: "title", shape: .string, isRequired: false,
                        summary: "What people wrote is left out where anything is hidden."),
                    .init(name: "colour", shape: colour, isRequired: true),
                    .init(
                        name: "corners",
                        shape: .array(
                            .object([
                                .init(name: "x", shape: .number, isRequired: true),
                                .init(name: "y", shape: .number, isRequired: true),
                            ])), isRequired: true),
                ])), isRequired: true),
        .init(
            name: "labels",
            shape: .array(
                .object([
                    .init(name: "text", shape: .string, isRequired: true),
                    .init(name: "colour", shape: colour, isRequired: true),
                    .init(name: "x", shape: .number, isRequired: true),
                    .init(name: "y", shape: .number, isRequired: true),
                ])), isRequired: true, summary: "None where anything is hidden."),
    ])
}

/// Draws shared maps, each once for every change of the lab: whoever has a link can ask often, and not make it work.
final class SharedMapDesk: Sendable {
    static let mostKept = 8

    private struct Kept {
        let order: ExportDesk.Order
        let bytes: [UInt8]
        let gzip: [UInt8]?
        var used: UInt64
    }

    private let exports: ExportDesk
    private let kept = Mutex<(maps: [Int64: Kept], uses: UInt64)>(([:], 0))

    init(exports: ExportDesk) {
        self.exports = exports
    }

    func reply(to link: ShareLink, isCompressed: Bool) async throws -> Reply {
        let map = try await document(of: link)
        var headers: HTTPFields = [.cacheControl: "no-store", .vary: "Accept-Encoding"]
        let gzip = isCompressed ? map.gzip : nil
        if gzip != nil { headers[.contentEncoding] = "gzip" }
        return Reply(
            ByteBuffer(bytes: gzip ?? map.bytes), contentType: "application/json; charset=utf-8", headers: headers)
    }

    private func document(of link: ShareLink) async throws -> Kept {
        let (order, moment) = try await order(of: link)
        if let found = take(link.id, order) { return found }
        let scene = try await exports.scene(of: order, at: moment, redaction: link.redaction, countsAnew: true)
        let bytes = SharedMap(link: link, scene: scene).json
        let made = Kept(
            order: order, bytes: bytes, gzip: bytes.count > 1_024 ? Gzip.compress(bytes, level: 3) : nil, used: 0)
        keep(made, of: link.id)
        return made
    }

    /// A filter that was understood when the link was made may not be any more, such as one by a field that is gone: then
    /// nothing is shown, rather than everything.
    private func order(of link: ShareLink) async throws -> (ExportDesk.Order, TopologyPicture.Moment) {
        do { return try await exports.order(link.filter.items, map: link.mapID) } catch {
            guard let error = error as? AppError, error.kind == .invalid else { throw error }
            throw AppError(
                .notFound,
                "This link shows a part of the map that cannot be told any more. Ask who sent it for a new one.",
                cause: error)
        }
    }

    private func take(_ id: Int64, _ order: ExportDesk.Order) -> Kept? {
        kept.withLock { kept in
            guard let found = kept.maps[id], found.order == order else { return nil }
            kept.uses += 1
            kept.maps[id]?.used = kept.uses
            return found
        }
    }

    private func keep(_ map: Kept, of id: Int64) {
        kept.withLock { kept in
            kept.uses += 1
            kept.maps[id] = map
            kept.maps[id]?.used = kept.uses
            guard kept.maps.count > Self.mostKept,
                let oldest = kept.maps.min(by: { $0.value.used < $1.value.used })?.key
            else { return }
            kept.maps[oldest] = nil
        }
    }
}
