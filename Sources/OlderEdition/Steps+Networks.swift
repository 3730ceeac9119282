import Inventory
import JSONKit
import Kernel
import Persistence

/// What things stand in and belong to, and networks with their addresses.
extension ImportRun {
    mutating func takeOrganisation() throws {
        for (table, kind) in [("environments", Kind.environment), ("categories", .category), ("tags", .tag)] {
            try each(table) { run, row in
                var members = run.start(row, kind)
                members.put("color", row.text("color", to: "\(kind.name).color"))
                run.keepRest(row, &members)
                try run.make(kind, row, members, joins: true)
                if table == "tags", let name = members["name"]?.stringValue { run.tagNames[row.id] = name }
            }
        }
        try takeTagLinks()
        try each("sites") { run, row in
            var members = run.start(row, .location)
            members.put("type", "site")
            members.put("address", row.text("location", to: "location.address"))
            for column in ["latitude", "longitude"] {
                guard let value = row.raw(column) else { continue }
                row.settle(column, .mapped("location.\(column)"))
                members[column] = value
            }
            run.keepRest(row, &members)
            try run.make(.location, row, members, joins: true)
        }
        try each("racks") { run, row in
            var members = run.start(row, .rack)
            members.put("height_units", row.integer("height_u", to: "rack.height_units"))
            members.put("location_id", try run.location(row, "location", to: "rack.location_id"))
            run.keepRest(row, &members)
            try run.make(.rack, row, members, joins: true)
        }
    }

    /// Tags are set as the tagged things are made, so their links are read before.
    private mutating func takeTagLinks() throws {
        let tables = [
            "hardware": "hardware", "compute": "compute_units", "compute_unit": "compute_units", "service": "services",
            "storage": "storage", "network": "networks", "misc": "misc_items", "misc_item": "misc_items",
            "external": "external_nodes", "external_node": "external_nodes",
        ]
        try each("entity_tags") { run, row in
            guard let type = row.raw("entity_type")?.stringValue, let table = tables[type],
                let id = row.raw("entity_id"),
                let tag = row.raw("tag_id"), let name = run.tagNames[tag.stringValue ?? tag.text]
            else {
                for column in ["entity_type", "entity_id", "tag_id"] { row.settle(column, .none("it leads nowhere")) }
                return run.book.count("entity_tags") { $0.left += 1 }
            }
            let key = id.stringValue ?? id.text
            guard run.tags[table]?[key]?.count ?? 0 < 50 else {
                return row.settle("tag_id", .none("an object has 50 tags at most"))
            }
            run.tags[table, default: [:]][key, default: []].append(name)
            for column in ["entity_type", "entity_id", "tag_id"] { row.settle(column, .mapped("tags of the object")) }
            guard !run.isKnown(row) else { return }
            run.book.count("entity_tags") { $0.made += 1 }
            try run.remember(row, "tag_link", 0)
        }
    }

    mutating func takeNetworks() throws {
        try each("vlans") { run, row in
            var members = run.start(row, .vlan)
            let number = row.integer("vlan_id", to: "vlan.number")
            members.put("number", number)
            if row.raw("name") == nil { members.put("name", "VLAN \(number ?? 0)") }
            members.put("description", row.text("description", to: "vlan.description"))
            for network in row.json("network_ids")?.arrayValue ?? [] {
                run.vlanOfNetwork[network.stringValue ?? network.text] = row.id
            }
            row.settle("network_ids", .derived("network.vlan_id", "at each network"))
            run.keepRest(row, &members)
            try run.make(.vlan, row, members, joins: true)
            if let number, let id = run.ids["vlans"]?[row.id] { run.vlanNumbers[number] = id }
        }
        try each("networks") { run, row in try run.network(row) }
        try each("hardware_clusters") { run, row in
            var members = run.start(row, .cluster)
            let type = row.text("type", to: "cluster.type")
            members.put(
                "type", type == "k8s" ? "kubernetes" : type.flatMap { Words.choice($0, .cluster, "type") } ?? "manual")
            members.put("description", row.text("description", to: "cluster.description"))
            members.put("location_id", try run.location(row, "location", to: "cluster.location_id"))
            members.put("environment_id", try run.environment(row, to: "cluster.environment_id"))
            run.keepRest(row, &members)
            try run.make(.cluster, row, members, joins: true)
        }
        try each("ip_addresses") { run, row in
            var members = JSONObject()
            members.put("address", row.text("address", to: "address.address"))
            members.put("hostname", row.text("hostname", to: "address.hostname"))
            members.put("notes", row.text("notes", to: "address.notes"))
            members.put("network_id", run.reference(row, "network_id", in: "networks", to: "address.network_id"))
            let hardware = run.reference(row, "hardware_id", in: "hardware", to: "address.holder_id")
            let service = run.reference(row, "service_id", in: "services", to: "address.holder_id")
            members.put("holder_id", hardware ?? service)
            let state = row.text("status", to: "address.assignment", how: "allocated is static, reserved stays")
            if state == "free" {
                for (column, _) in row.untaken { row.settle(column, .none("a free address needs no row here")) }
                row.settle("address", .none("a free address needs no row here"))
                return run.book.count("ip_addresses") { $0.left += 1 }
            }
            members.put("assignment", state == "reserved" ? "reserved" : "static")
            run.keepRest(row, &members, except: ["allocated_at"])
            try run.make(.address, row, members, joins: true)
        }
    }

    private mutating func network(_ row: OldRow) throws {
        var members = start(row, .network)
        members.put("cidr", row.text("cidr", to: "network.cidr"))
        members.put("gateway", row.text("gateway", to: "network.gateway"))
        if let description = row.text("description", to: "network.notes", how: "networks have notes") {
            members.put("notes", description)
        }
        members.put("driver", row.text("docker_driver", to: "network.driver"))
        if row.flag("is_docker_network", to: "network.type") == true { members.put("type", "container") }
        members.put(
            "gateway_hardware_id",
            reference(row, "gateway_hardware_id", in: "hardware", to: "network.gateway_hardware_id"))
        members.put("location_id", reference(row, "site_id", in: "sites", to: "network.location_id"))
        if let number = row.integer("vlan_id", to: "network.vlan_id", how: "the VLAN of that number") {
            members.put("vlan_id", try isKnown(row) ? nil : vlan(number))
        } else if let vlan = vlanOfNetwork[row.id], let id = ids["vlans"]?[vlan] {
            members.put("vlan_id", id)
        }
        keepRest(row, &members)
        try make(.network, row, members, joins: true)
    }

    /// The VLAN of a number, made where the older edition only had the number.
    private mutating func vlan(_ number: Int64) throws -> Int64? {
        if let id = vlanNumbers[number] { return id }
        do {
            let id = try tx.attempt {
                try ObjectWriter.create(
                    .vlan, JSONObject([("name", .string("VLAN \(number)")), ("number", .integer(number))]),
                    origin: .importer,
                    by: caller, in: tx)
            }
            vlanNumbers[number] = id
            return id
        } catch let error as AppError where error.kind == .conflict || error.kind == .invalid {
            let id = error.holders.first { $0.kind == "vlan" }?.id
            if id == nil { book.remark("VLAN \(number) was not made: \(error.message)") }
            return id
        }
    }
}
