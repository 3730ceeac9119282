/// Reads interfaces, routes and neighbours from rtnetlink, with hints from `/sys/class/net`.
struct NetworkReader {
    let files: MachineFiles
    let netlink: any NetlinkSource

    func read(into report: inout MachineReport) {
        var names: [Int: String] = [:]
        do {
            let addresses = RouteTables.addresses(try netlink.dump(.addresses))
            let interfaces = LinkTable.interfaces(try netlink.dump(.links), addresses: addresses, device: hints)
            names = Dictionary(interfaces.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
            report.interfaces = ReportSection(interfaces)
        } catch {
            report.interfaces = ReportSection(reason: "\(error)")
        }
        report.routes = section(.routes) { RouteTables.routes($0, names: names) }
        report.neighbours = section(.neighbours) { RouteTables.neighbours($0, names: names) }
    }

    private func section<Item>(
        _ table: NetlinkTable, parse: ([[UInt8]]) -> [Item]
    ) -> ReportSection<[Item]> {
        do {
            return ReportSection(parse(try netlink.dump(table)))
        } catch {
            return ReportSection(reason: "\(error)")
        }
    }

    private func hints(_ name: String) -> LinkTable.DeviceHints {
        let folder = "/sys/class/net/\(name)"
        // Reading `speed` of an interface that is down is an error, and -1 means unknown.
        let speed = files.number("\(folder)/speed").flatMap { $0 > 0 && $0 < 10_000_000 ? Int($0) : nil }
        return LinkTable.DeviceHints(
            isDevice: files.exists("\(folder)/device"),
            isWireless: files.exists("\(folder)/wireless") || files.exists("\(folder)/phy80211"), speedMbps: speed)
    }
}
