import HTTPKit
import JSONKit
import Kernel
import Persistence

struct CatalogueRoutes: Sendable {
    let catalogue: Catalogue
    let store: any Store

    private static let longestQuery = 100
    private static let most = 50
    private static let usual = 10

    func register(in api: inout API) {
        let (catalogue, store) = (catalogue, store)
        api.component("CatalogueModel", CatalogueModel.shape)
        let shape = JSONShape.named("CatalogueModel")
        api.get(
            "catalogue", "Find models in the device catalogue", needs: .may(.viewInventory),
            .init(
                query: [
                    QueryField(
                        "q", .text(minimum: nil, maximum: Self.longestQuery),
                        "What was typed so far of vendor, model or part number."),
                    QueryField("limit", .range(minimum: 1, maximum: Self.most), "At most so many, 10 if left out."),
                ], answer: .json(.page(of: shape)))
        ) { call in
            let limit = try call.queryNumber("limit", in: 1...Self.most) ?? Self.usual
            let text = call.query("q") ?? ""
            guard text.count <= Self.longestQuery else {
                throw AppError(
                    .invalid, "This is too long for a model.", fields: ["q": "At most \(Self.longestQuery) characters."]
                )
            }
            return Listing(items: catalogue.find(text, limit: limit))
        }
        api.get(
            "catalogue/:id", "Read a model of the device catalogue", needs: .may(.viewInventory),
            .init(answer: .json(shape))
        ) { call in try catalogue.require(call.path("id")) }
        api.post(
            "catalogue/:id/hardware", "Create hardware of a model together with its ports", needs: .may(.editInventory),
            .init(
                query: [
                    QueryField("ports", .boolean, "Whether its ports become interfaces; true if left out."),
                    QueryField(
                        "allow_conflicts", .boolean, "Save although somebody else holds the address or the port."),
                ],
                takes: .json(.named(Kind.hardware.componentName + "Draft")),
                answer: .json(.named(Kind.hardware.componentName)))
        ) { (call: Call<JSONValue>) in
            let order = CatalogueOrder(
                model: try catalogue.require(call.path("id")),
                hasPorts: call.query("ports") == nil ? true : try call.queryFlag("ports"),
                allowsConflicts: try call.queryFlag("allow_conflicts"))
            let draft = try call.body.requiredObject()
            return try await order.place(draft, on: store, by: call.caller).reply(isNew: true)
        }
    }
}

extension Catalogue {
    func require(_ id: String) throws -> CatalogueModel {
        guard let model = model(id) else {
            throw AppError(.notFound, "The catalogue has no such model. Look for it with GET /catalogue?q=….")
        }
        return model
    }
}
