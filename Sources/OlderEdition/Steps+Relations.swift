import Inventory
import JSONKit
import Kernel
import Persistence

/// What joins two things, and documents.
extension ImportRun {
    mutating func takeRelations() throws {
        try takeMemberships()
        try takeDependencies()
        try each("network_peers") { run, row in
            var members = JSONObject()
            members.put(
                "network_a_id", run.reference(row, "network_a_id", in: "networks", to: "network_peer.network_a_id"))
            members.put(
                "network_b_id", run.reference(row, "network_b_id", in: "networks", to: "network_peer.network_b_id"))
            members.put("relation", row.text("relation", to: "network_peer.relation"))
            run.linkRest(row, &members)
            try run.make(.networkPeer, row, members, joins: true)
        }
        try each("hardware_connections") { run, row in
            var members = JSONObject()
            for (old, new) in [("source", "from"), ("target", "to")] {
                members.put(
                    "\(new)_id", run.reference(row, "\(old)_hardware_id", in: "hardware", to: "connection.\(new)_id"))
                members.put("\(new)_port", row.text("\(old)_port", to: "connection.\(new)_port"))
            }
            members.put(
                "medium", Words.medium(row.text("connection_type", to: "connection.medium", how: "in our words")))
            members.put("speed_mbps", row.integer("bandwidth_mbps", to: "connection.speed_mbps"))
            run.keepRest(row, &members)
            try run.make(.connection, row, members)
        }
        try each("hardware_cluster_members") { run, row in
            var members = JSONObject()
            members.put(
                "cluster_id", run.reference(row, "cluster_id", in: "hardware_clusters", to: "cluster_member.cluster_id")
            )
            let hardware = run.reference(row, "hardware_id", in: "hardware", to: "cluster_member.member_id")
            let service = run.reference(row, "service_id", in: "services", to: "cluster_member.member_id")
            members.put("member_id", hardware ?? service)
            row.settle("member_type", .derived("cluster_member.member_id", "the member says it itself"))
            members.put("role", row.text("role", to: "cluster_member.role"))
            run.keepRest(row, &members)
            try run.make(.clusterMember, row, members, joins: true)
        }
        try takeNodeRelations()
    }

    private mutating func takeMemberships() throws {
        let tables = [
            ("hardware_networks", "hardware_id", "hardware"), ("compute_networks", "compute_id", "compute_units"),
            ("external_node_networks", "external_node_id", "external_nodes"),
        ]
        for (table, column, target) in tables {
            try each(table) { run, row in
                var members = JSONObject()
                let member = run.reference(row, column, in: target, to: "network_membership.member_id")
                let network = run.reference(row, "network_id", in: "networks", to: "network_membership.network_id")
                members.put("member_id", member)
                members.put("network_id", network)
                let link = row.text("link_type", to: "network_membership.link_type", how: "in our words")
                let type = row.text("connection_type", to: "network_membership.link_type", how: "in our words")
                members.put("link_type", Words.link(link ?? type))
                members.put("speed_mbps", row.integer("bandwidth_mbps", to: "network_membership.speed_mbps"))
                members.put("notes", row.text("notes", to: "network_membership.notes"))
                let address = row.text(
                    "ip_address", to: "address.address", how: "an address of the member in that network")
                run.keepRest(row, &members)
                let wasKnown = run.isKnown(row)
                try run.make(.networkMembership, row, members, joins: true)
                if !wasKnown, let address, let member, let network {
                    try run.takeAddress(address, member, network, row)
                }
            }
        }
    }

    private mutating func takeAddress(_ address: String, _ member: JSONValue, _ network: JSONValue, _ row: OldRow)
        throws
    {
        do {
            try tx.attempt {
                _ = try ObjectWriter.create(
                    .address,
                    JSONObject([("address", .string(address)), ("holder_id", member), ("network_id", network)]),
                    origin: Origin("import", allowsConflicts: true), by: caller, in: tx)
            }
            book.count(row.table) { $0.made += 1 }
        } catch let error as AppError where error.kind == .conflict || error.kind == .invalid {
            row.settle("ip_address", .none(error.message))
        }
    }

    private mutating func takeDependencies() throws {
        let tables = [
            ("service_dependencies", "depends_on_id", "services"), ("service_storage", "storage_id", "storage"),
            ("service_misc", "misc_id", "misc_items"), ("service_external_nodes", "external_node_id", "external_nodes"),
        ]
        for (table, column, target) in tables {
            try each(table) { run, row in
                var members = JSONObject()
                members.put("from_id", run.reference(row, "service_id", in: "services", to: "dependency.from_id"))
                members.put("to_id", run.reference(row, column, in: target, to: "dependency.to_id"))
                members.put("purpose", row.text("purpose", to: "dependency.purpose"))
                run.linkRest(row, &members)
                try run.make(.dependency, row, members, joins: true)
            }
        }
    }

    /// How a dependency was drawn says nothing; what differs from the usual is kept.
    private func linkRest(_ row: OldRow, _ members: inout JSONObject) {
        if row.raw("connection_type") == "ethernet" {
            row.settle("connection_type", .derived("left out", "every relation had it"))
        }
        keepRest(row, &members)
    }

    /// Free edges between any two: a dependency where ours can say it.
    private mutating func takeNodeRelations() throws {
        try each("node_relations") { run, row in
            var members = JSONObject()
            for (old, new) in [("source", "from"), ("target", "to")] {
                let type = row.text("\(old)_type", to: "dependency.\(new)_id", how: "with its id") ?? ""
                members.put(
                    "\(new)_id",
                    run.reference(row, "\(old)_id", in: Self.table(ofEntity: type) ?? type, to: "dependency.\(new)_id"))
            }
            members.put("purpose", row.text("relation_type", to: "dependency.purpose"))
            run.keepRest(row, &members)
            try run.make(.dependency, row, members, joins: true)
        }
    }

    static func table(ofEntity type: String) -> String? {
        switch type {
        case "hardware": "hardware"
        case "compute", "compute_unit": "compute_units"
        case "service": "services"
        case "storage": "storage"
        case "network": "networks"
        case "misc", "misc_item": "misc_items"
        case "external", "external_node": "external_nodes"
        case "cluster", "hardware_cluster": "hardware_clusters"
        default: nil
        }
    }

    // MARK: - Documents

    /// A document is a thing of the type “document” with its text as notes, and what it was attached to needs it.
    mutating func takeDocuments() throws {
        try each("docs") { run, row in
            var members = JSONObject()
            let title = row.text("title", to: "misc_item.name")?.trimmed ?? ""
            members.put("name", title.isEmpty ? "Document \(row.id)" : String(title.prefix(120)))
            members.put("type", "document")
            if let body = row.text("body_md", to: "misc_item.notes") {
                if body.unicodeScalars.count > 20_000 {
                    row.settle("body_md", .none("longer than notes may be; it stands whole in the leftovers"))
                    members.put(
                        "notes", "This document is longer than notes may be. Its text is in the file of leftovers.")
                } else {
                    members.put("notes", body)
                }
            }
            row.settle("body_html", .derived("left out", "made from the text again"))
            members.put("icon", row.text("icon", to: "misc_item.icon").map { String($0.prefix(64)) })
            run.keepRest(row, &members)
            try run.make(.miscItem, row, members)
        }
        try each("entity_docs") { run, row in
            let type = row.text("entity_type", to: "dependency.from_id", how: "with its id") ?? ""
            let entity = run.reference(
                row, "entity_id", in: Self.table(ofEntity: type) ?? type, to: "dependency.from_id")
            let document = run.reference(row, "doc_id", in: "docs", to: "dependency.to_id")
            guard ["hardware", "compute", "compute_unit", "service", "cluster"].contains(type) else {
                for column in ["entity_type", "entity_id", "doc_id"] {
                    row.settle(column, .none("a \(type) cannot be joined with a document here"))
                }
                return run.book.count("entity_docs") { $0.left += 1 }
            }
            var members = JSONObject([("purpose", "document"), ("strength", "soft")])
            members.put("from_id", entity)
            members.put("to_id", document)
            try run.make(.dependency, row, members, joins: true)
        }
    }
}
