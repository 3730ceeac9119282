import Inventory
import JSONKit
import Kernel
import Persistence

/// Hardware, what runs on it, storage, external and other things.
extension ImportRun {
    mutating func takeThings() throws {
        try each("hardware") { run, row in try run.hardware(row) }
        try each("compute_units") { run, row in try run.computeUnit(row) }
        try each("services") { run, row in try run.service(row) }
        try each("storage") { run, row in try run.storage(row) }
        try each("external_nodes") { run, row in try run.externalNode(row) }
        try each("misc_items") { run, row in try run.miscItem(row) }
    }

    private mutating func hardware(_ row: OldRow) throws {
        try telemetry(row)
        var members = start(row, .hardware)
        let role = row.text("role", to: "hardware.role")
        members.put("role", Words.role(role))
        if let role, Words.role(role) != role {
            row.settle("role", .derived("hardware.role", "the nearest of our roles"))
        }
        for column in ["vendor", "model", "hostname", "os_version", "software_platform", "wan_uplink"] {
            members.put(column, row.text(column, to: "hardware.\(column)"))
        }
        members.put("cpu", row.text("cpu", to: "hardware.cpu"))
        if members["cpu"] == nil {
            members.put("cpu", row.text("cpu_brand", to: "hardware.cpu", how: "where there is no other name of it"))
        }
        members.put("mac", row.text("mac_address", to: "hardware.mac"))
        members.put("ip_address", row.text("ip_address", to: "hardware.ip_address"))
        members.put(
            "memory_mb", row.integer("memory_gb", to: "hardware.memory_mb", how: "GB as MiB × 1024").map { $0 * 1024 })
        for column in ["port_count", "max_tx_power_dbm", "download_speed_mbps", "upload_speed_mbps", "rack_unit"] {
            members.put(column, row.integer(column, to: "hardware.\(column)"))
        }
        for column in ["wifi_standards", "wifi_bands"] {
            guard let list = row.json(column)?.arrayValue, !list.isEmpty else { continue }
            row.settle(column, .derived("hardware.\(column)", "the list as one text"))
            members.put(column, list.map { $0.stringValue ?? $0.text }.joined(separator: ", "))
        }
        members.put("height_units", row.integer("u_height", to: "hardware.height_units"))
        if let face = row.text("mounting_orientation", to: "hardware.rack_face", how: "front or rear") {
            members.put(
                "rack_face", face.lowercased().hasPrefix("rear") || face.lowercased() == "back" ? "rear" : "front")
        }
        members.put("rack_id", reference(row, "rack_id", in: "racks", to: "hardware.rack_id"))
        members.put(
            "environment_id", reference(row, "environment_id", in: "environments", to: "hardware.environment_id"))
        members.put("location_id", try location(row, "location", to: "hardware.location_id"))
        let ports = row.json("port_map_json")?.arrayValue?.compactMap(\.objectValue) ?? []
        if !ports.isEmpty {
            row.settle("port_map_json", .derived("interfaces", "each port is an interface of the device"))
        }
        keepRest(row, &members)
        let wasKnown = isKnown(row)
        try make(.hardware, row, members)
        if !wasKnown, let id = ids["hardware"]?[row.id] { try takePorts(ports, of: id, row) }
    }

    /// How the device was asked, without its passwords, which go to the kept secrets.
    private mutating func telemetry(_ row: OldRow) throws {
        guard var config = row.json("telemetry_config")?.objectValue else { return }
        let name = row.raw("name")?.stringValue ?? row.id
        for (member, value) in config.members where Masking.isSecret(member) {
            guard let text = value.stringValue, !text.isEmpty else { continue }
            let label = "hardware \(row.id) (\(name)): \(member)"
            // What cannot be opened stays as it is: it is sealed.
            if try keepSecret(text, label: label, row, "telemetry_config") { config[member] = "[secret]" }
        }
        row.settle("telemetry_config", .kept("kept secrets, and custom value “older telemetry”"))
        extra[row.id] = JSONValue.object(config).text
    }

    private mutating func takePorts(_ ports: [JSONObject], of holder: Int64, _ row: OldRow) throws {
        for (index, port) in ports.enumerated() {
            var members = JSONObject([("holder_id", .integer(holder)), ("position", .integer(Int64(index + 1)))])
            let label = port["label"]?.stringValue ?? port["port_id"].map { $0.stringValue ?? $0.text } ?? ""
            members.put("name", label.isEmpty ? "port \(index + 1)" : String(label.prefix(100)))
            members.put("type", Words.port(port["type"]?.stringValue))
            members.put("speed_mbps", port["speed_mbps"]?.integerValue)
            members.put("notes", port["notes"]?.stringValue)
            do {
                let id = try tx.attempt {
                    try ObjectWriter.create(.interface, members, origin: .importer, by: caller, in: tx)
                }
                book.count("hardware") { $0.made += 1 }
                if let key = port["port_id"] { self.ports["\(row.id):\(key.stringValue ?? key.text)"] = id }
            } catch let error as AppError where error.kind == .invalid || error.kind == .conflict {
                book.report.leftovers += 1
                try leave([
                    "table": "hardware", "id": .string(row.id), "column": "port_map_json", "value": .object(port),
                ])
                book.remark("A port of hardware \(row.id) was left out: \(error.message)")
            }
        }
    }

    private mutating func computeUnit(_ row: OldRow) throws {
        var members = start(row, .computeUnit)
        members.put("type", row.text("kind", to: "compute_unit.type") == "container" ? "container" : "vm")
        members.put("hardware_id", reference(row, "hardware_id", in: "hardware", to: "compute_unit.hardware_id"))
        members.put("os", row.text("os", to: "compute_unit.os"))
        members.put("cpu", row.text("cpu_brand", to: "compute_unit.cpu"))
        for column in ["cpu_cores", "memory_mb", "disk_gb", "download_speed_mbps", "upload_speed_mbps"] {
            members.put(column, row.integer(column, to: "compute_unit.\(column)"))
        }
        members.put("ip_address", row.text("ip_address", to: "compute_unit.ip_address"))
        members.put("guest_id", row.text("proxmox_vmid", to: "compute_unit.guest_id"))
        if row.text("proxmox_type", to: "compute_unit.platform", how: "Proxmox VE") != nil {
            members.put("platform", "Proxmox VE")
        }
        members.put("environment_id", try environment(row, to: "compute_unit.environment_id"))
        keepRest(row, &members)
        try make(.computeUnit, row, members)
    }

    private mutating func service(_ row: OldRow) throws {
        var members = start(row, .service)
        let onUnit = reference(row, "compute_id", in: "compute_units", to: "service.runs_on_id")
        let onHardware = reference(row, "hardware_id", in: "hardware", to: "service.runs_on_id")
        members.put("runs_on_id", onUnit ?? onHardware)
        if onUnit != nil, onHardware != nil {
            row.settle("hardware_id", .derived("service.runs_on_id", "by way of its compute unit"))
        }
        members.put("description", row.text("description", to: "service.description"))
        members.put("url", row.text("url", to: "service.url"))
        members.put("ip_address", row.text("ip_address", to: "service.ip_address"))
        members.put("image", row.text("docker_image", to: "service.image"))
        members.put("container_id", row.text("docker_container_id", to: "service.container_id"))
        members.put("ports", ports(row))
        members.put("category_id", try category(row))
        members.put("environment_id", try environment(row, to: "service.environment_id"))
        keepRest(row, &members)
        try make(.service, row, members)
    }

    /// The list of ports as our form has it; the older text form where there is no list.
    private func ports(_ row: OldRow) -> String? {
        if let list = row.json("ports_json")?.arrayValue?.compactMap(\.objectValue), !list.isEmpty {
            row.settle("ports_json", .derived("service.ports", "as one text"))
            row.settle("ports", .derived("service.ports", "the list says the same"))
            let labels = list.compactMap { $0["label"]?.stringValue }.filter { !$0.isEmpty }
            if !labels.isEmpty {
                row.settle("ports_json", .derived("service.ports", "as one text, without its labels"))
            }
            return list.compactMap { port -> String? in
                guard let number = port["port"].map({ $0.stringValue ?? $0.text }) else { return nil }
                let address = port["ip"]?.stringValue.map { $0.isEmpty ? "" : $0 + ":" } ?? ""
                return "\(address)\(number)/\(port["protocol"]?.stringValue ?? "tcp")"
            }.joined(separator: ", ")
        }
        return row.text("ports", to: "service.ports")
    }

    private mutating func storage(_ row: OldRow) throws {
        var members = start(row, .storage)
        members.put("type", row.text("kind", to: "storage.type").map { Words.storage($0) })
        members.put("hardware_id", reference(row, "hardware_id", in: "hardware", to: "storage.hardware_id"))
        for (column, field) in [("capacity_gb", "capacity_bytes"), ("used_gb", "used_bytes")] {
            members.put(field, row.integer(column, to: "storage.\(field)", how: "GB as 2^30 bytes").map { $0 << 30 })
        }
        members.put("path", row.text("path", to: "storage.path"))
        members.put("protocol", row.text("protocol", to: "storage.protocol"))
        keepRest(row, &members)
        try make(.storage, row, members)
    }

    private mutating func externalNode(_ row: OldRow) throws {
        var members = start(row, .externalNode)
        members.put("provider", row.text("provider", to: "external_node.provider"))
        members.put("region", row.text("region", to: "external_node.region"))
        members.put("ip_address", row.text("ip_address", to: "external_node.ip_address"))
        if let kind = row.text("kind", to: "external_node.type") {
            members.put(
                "type",
                kind == "managed_db" ? "managed_database" : Words.choice(kind, Kind.named("external_node"), "type"))
        }
        members.put("environment_id", try environment(row, to: "external_node.environment_id"))
        keepRest(row, &members)
        try make(.externalNode, row, members)
    }

    private mutating func miscItem(_ row: OldRow) throws {
        var members = start(row, .miscItem)
        if let kind = row.text("kind", to: "misc_item.type") {
            members.put("type", kind == "external_saas" ? "saas" : Words.choice(kind, Kind.named("misc_item"), "type"))
        }
        members.put("url", row.text("url", to: "misc_item.url"))
        members.put("description", row.text("description", to: "misc_item.description"))
        keepRest(row, &members)
        try make(.miscItem, row, members)
    }
}

/// What many kinds share.
extension ImportRun {
    /// Name, notes, icon, status and tags.
    func start(_ row: OldRow, _ kind: Kind) -> JSONObject {
        var members = JSONObject()
        let name = row.text("name", to: "\(kind.name).name")?.trimmed ?? ""
        members.put("name", name.isEmpty ? "\(row.table) \(row.id)" : String(name.prefix(120)))
        if name.count > 120 {
            row.settle(
                "name", .derived("\(kind.name).name", "cut to 120 characters; the whole of it is a custom value"))
            members["custom"] = ["older name": .string(String(name.prefix(1_900)))]
        }
        members.put("notes", row.text("notes", to: "\(kind.name).notes"))
        let icon =
            row.text("custom_icon", to: "\(kind.name).icon")
            ?? row.text("vendor_icon_slug", to: "\(kind.name).icon") ?? row.text("icon_slug", to: "\(kind.name).icon")
        members.put("icon", icon.map { String($0.prefix(64)) })
        let override = row.text("status_override", to: "\(kind.name).status")
        let status = row.text("status", to: "\(kind.name).status", how: "in our words")
        members.put("status", Words.status(override ?? status))
        let tags = tags[row.table]?[row.id] ?? []
        if !tags.isEmpty { members["tags"] = .array(tags.prefix(50).map { .string($0) }) }
        if let text = extra[row.id], row.table == "hardware" {
            var custom = members["custom"]?.objectValue ?? JSONObject()
            custom["older telemetry"] = .string(String(text.prefix(1_900)))
            members["custom"] = .object(custom)
        }
        return members
    }

    /// By reference, or by name where the older edition kept a text.
    mutating func environment(_ row: OldRow, to place: String) throws -> JSONValue? {
        let byID = reference(row, "environment_id", in: "environments", to: place)
        guard let name = row.text("environment", to: place, how: "by its name") else { return byID }
        return try byID ?? named(.environment, name, for: row)
    }

    mutating func category(_ row: OldRow) throws -> JSONValue? {
        let byID = reference(row, "category_id", in: "categories", to: "service.category_id")
        guard let name = row.text("category", to: "service.category_id", how: "by its name") else { return byID }
        return try byID ?? named(.category, name, for: row)
    }

    mutating func location(_ row: OldRow, _ column: String, to place: String) throws -> JSONValue? {
        guard let name = row.text(column, to: place, how: "a location of that name") else { return nil }
        return try named(.location, name, for: row)
    }

    /// The object of that name, made where there is none.
    mutating func named(_ kind: Kind, _ name: String, for row: OldRow) throws -> JSONValue? {
        let name = String(name.trimmed.prefix(120))
        guard !name.isEmpty else { return nil }
        do {
            let id = try tx.attempt {
                try ObjectWriter.create(
                    kind, JSONObject([("name", .string(name))]), origin: .importer, by: caller, in: tx)
            }
            return .integer(id)
        } catch let error as AppError where error.kind == .conflict {
            return (error.holders.first { $0.kind == kind.name }?.id).map { .integer($0) }
        } catch let error as AppError where error.kind == .invalid {
            book.remark("“\(name)” could not become a \(kind.label.lowercased()): \(error.message)")
            return nil
        }
    }
}
