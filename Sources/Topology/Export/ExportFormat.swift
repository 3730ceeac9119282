/// What a map can be written as. PNG is not among them: the page draws it from the SVG.
enum ExportFormat: String, Sendable, CaseIterable {
    case svg
    case pdf
    case drawio
    case mermaid
    case dot
    case graphml
    case json

    var contentType: String {
        switch self {
        case .svg: "image/svg+xml"
        case .pdf: "application/pdf"
        case .drawio: "application/vnd.jgraph.mxfile"
        case .mermaid: "text/plain; charset=utf-8"
        case .dot: "text/vnd.graphviz; charset=utf-8"
        case .graphml: "application/graphml+xml"
        case .json: "application/json; charset=utf-8"
        }
    }

    /// Without its parameters.
    var mediaType: String { String(contentType.prefix { $0 != ";" }) }

    var fileExtension: String { self == .mermaid ? "mmd" : rawValue }

    func write(_ scene: ExportScene, theme: ExportLook.Theme) -> [UInt8] {
        switch self {
        case .svg: Array(SVGWriter(scene: scene, look: .of(theme)).text.utf8)
        // Paper is white.
        case .pdf: PDFWriter(scene: scene, look: .of(.light)).bytes
        case .drawio: Array(DrawioWriter(scene: scene, look: .of(.light)).text.utf8)
        case .mermaid: Array(MermaidWriter(scene: scene, look: .of(.light)).text.utf8)
        case .dot: Array(DOTWriter(scene: scene, look: .of(.light)).text.utf8)
        case .graphml: Array(GraphMLWriter(scene: scene).text.utf8)
        case .json: scene.json
        }
    }
}
