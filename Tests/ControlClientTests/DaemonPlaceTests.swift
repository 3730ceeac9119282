import ControlClient
import Testing

@Suite("Daemon places")
struct DaemonPlaceTests {
    @Test(
        "addresses are read",
        arguments: [
            ("https://lab.example.org", true, "lab.example.org", 443),
            ("https://lab.example.org/", true, "lab.example.org", 443),
            ("HTTPS://lab:8443", true, "lab", 8443),
            ("http://127.0.0.1:8080", false, "127.0.0.1", 8080),
            ("https://[2001:db8::1]:8443", true, "2001:db8::1", 8443),
            ("http://[::1]", false, "::1", 80),
        ])
    func reads(_ text: String, isTLS: Bool, host: String, port: Int) {
        #expect(ServerAddress(url: text) == ServerAddress(isTLS: isTLS, host: host, port: port))
    }

    @Test(
        "what is no address is refused",
        arguments: [
            "", "lab", "ftp://lab", "https://", "https:///", "https://:8443", "https://lab:", "https://lab:0",
            "https://lab:65536", "https://lab:x", "https://lab/path", "https://user@lab", "https://[::1",
            "https://lab b",
            "https://lab?x", "https://lä",
        ])
    func refuses(_ text: String) {
        #expect(ServerAddress(url: text) == nil)
    }

    @Test("a place prints as a person would type it")
    func prints() {
        #expect("\(DaemonPlace.socket(path: "/run/a b.sock"))" == "/run/a b.sock")
        #expect("\(DaemonPlace.server(.init(isTLS: true, host: "::1", port: 443)))" == "https://[::1]")
        #expect("\(DaemonPlace.server(.init(isTLS: false, host: "lab", port: 8080)))" == "http://lab:8080")
    }
}
