import HTTPKit
import JSONKit

/// A list that comes whole.
struct Items<Item: JSONWritable & JSONShaped & Sendable>: JSONAnswer {
    let items: [Item]

    static var shape: JSONShape {
        .object([.init(name: "items", shape: .array(Item.shape), isRequired: true)])
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.name("items")
        items.write(to: &writer)
        writer.endObject()
    }
}
