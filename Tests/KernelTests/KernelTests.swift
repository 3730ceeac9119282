import Testing

@testable import Kernel

@Suite("Kernel")
struct KernelTests {
    struct Person {}

    @Test("an id reads what it writes, and nothing else", arguments: [("7", 7), ("-1", -1), ("7.0", nil), ("", nil)])
    func ids(_ text: String, _ value: Int64?) {
        #expect(ID<Person>(text)?.rawValue == value)
        if let value { #expect(ID<Person>(rawValue: value).description == text) }
    }

    @Test("a secret shows nothing of itself, however it is printed")
    func secrets() {
        struct Account {
            let name = "ada"
            let password = Secret("hunter2")
        }
        let account = Account()
        var dumped = ""
        dump(account, to: &dumped)

        for text in ["\(account)", String(reflecting: account), dumped, "\(account.password)", "\([account.password])"]
        {
            #expect(!text.contains("hunter2"), "\(text)")
        }
        #expect("\(account.password)" == "[secret]")
        #expect(account.password.reveal() == "hunter2")
        #expect(account.password == Secret("hunter2"))
    }

    @Test("absent keeps, set sets, and set to nothing clears")
    func changes() {
        #expect(Change<Int?>.keep.applied(to: 7) == 7)
        #expect(Change<Int?>.set(8).applied(to: 7) == 8)
        #expect(Change<Int?>.set(nil).applied(to: 7) == nil)
    }

    @Test("moments and lengths in milliseconds, also before 1970")
    func instants() {
        let moment = Instant(milliseconds: 1_000)

        #expect(moment + .seconds(2) == Instant(milliseconds: 3_000))
        #expect(moment - .milliseconds(1_500) == Instant(milliseconds: -500))
        #expect(Instant(milliseconds: 5) - Instant(milliseconds: 8) == .milliseconds(-3))
        #expect(Duration.microseconds(1_999).milliseconds == 1)
        #expect(moment < moment + .milliseconds(1))
    }

    @Test("the system's clock goes on")
    func clock() {
        let clock = SystemClock()
        let first = clock.now

        #expect(first.milliseconds > 1_700_000_000_000)
        #expect(clock.now >= first)
    }

    @Test("each role may what the one before it may, and the administrator everything")
    func roles() {
        #expect(Role.viewer.permissions.isStrictSubset(of: Role.editor.permissions))
        #expect(Role.editor.permissions.isStrictSubset(of: Role.admin.permissions))
        #expect(Role.admin.permissions == Set(Permission.allCases))
        #expect(
            !Role.viewer.permissions.contains { $0.rawValue.hasSuffix(".edit") || $0.rawValue.hasSuffix(".manage") })
    }

    @Test("permissions are named area.verb, each once")
    func permissions() {
        let names = Permission.allCases.map(\.rawValue)

        #expect(Set(names).count == names.count)
        for name in names {
            let parts = name.split(separator: ".", omittingEmptySubsequences: false)
            #expect(parts.count == 2 && parts.allSatisfy { !$0.isEmpty }, "\(name)")
        }
    }

    @Test("the daemon itself may everything, a caller what it was given")
    func callers() {
        let reader = Caller(kind: .token, name: "t", permissions: [.viewMap])

        #expect(Permission.allCases.allSatisfy(Caller.system.may))
        #expect(reader.may(.viewMap))
        #expect(!reader.may(.editMap))
    }

    @Test("health is as bad as its worst item")
    func severities() {
        #expect(HealthItem.Severity.allCases.sorted() == [.ok, .notice, .warning, .failing])
        #expect(HealthItem.Severity.allCases.max() == .failing)
    }

    @Test("an error tells the log where it was made and what was behind it")
    func errors() {
        struct Cause: Error, CustomStringConvertible { let description = "disk full" }

        let error = AppError(.unavailable, "Try later.", cause: Cause())

        #expect(error.description.hasPrefix("unavailable at KernelTests/KernelTests.swift:"))
        #expect(error.description.hasSuffix("Try later. (cause: disk full)"))
        #expect(AppError.notFound("The network").message == "The network does not exist.")
    }
}
