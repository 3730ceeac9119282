import Testing

@testable import Kernel

@Suite("Look")
struct LookTests {
    @Test(
        "zones that browsers know as well are taken",
        arguments: [
            "UTC", "GMT", "Europe/Berlin", "Europe/Kyiv", "Asia/Calcutta", "Asia/Kolkata", "US/Pacific", "Etc/GMT+3",
            "America/Argentina/Buenos_Aires", "America/Port-au-Prince",
        ])
    func zones(_ name: String) {
        #expect(Look.problem(timezone: name) == nil)
    }

    @Test(
        "what only looks like a zone is refused",
        arguments: [
            "", "Mars/Olympus", "Europe", "Berlin", "GMT+3", "UTC+3", "GMT-03:00", "+03:00", "Factory", "/etc/passwd",
            "../UTC", "Europe/Berlin ",
        ])
    func noZones(_ name: String) {
        #expect(Look.problem(timezone: name) != nil)
    }
}
