import Kernel
import TestSupport
import Testing

@testable import Backups

@Suite("How backups stand")
struct BackupStandingTests {
    private static let now = TestClock.start
    private static let day = Duration.seconds(86_400)

    private func job(
        _ kind: BackupJob.Kind, _ state: BackupJob.State, _ age: Duration, problem: String? = nil
    ) -> BackupJob {
        BackupJob(
            id: 1, kind: kind, origin: .schedule, state: state, startedBy: "system", startedAt: Self.now - age,
            finishedAt: Self.now - age, problem: problem)
    }

    private func standing(rhythm: Schedule.Rhythm = .daily, _ set: (inout BackupStanding) throws -> Void) throws
        -> HealthItem
    {
        var settings = BackupSettings()
        settings.schedule = Schedule(rhythm)
        settings.keyID = "k"
        var facts = BackupStanding(settings: settings, hasKey: true)
        try set(&facts)
        return facts.item(at: Self.now)
    }

    @Test("without a passphrase it is a notice with the cure")
    func noKey() throws {
        let item = try standing { $0.hasKey = false }
        #expect(item.severity == .notice && item.message.contains("Set a passphrase"))
    }

    @Test("a good backup and a rehearsal are fine, with their ages")
    func fine() throws {
        let item = try standing {
            $0.lastMade = job(.create, .done, .seconds(7200))
            $0.lastTry = $0.lastMade
            $0.lastDrill = job(.drill, .done, Self.day * 3)
        }
        #expect(item.severity == .ok)
        #expect(item.message == "The last good backup is 2 hours old. The last rehearsal is 3 days ago.")
    }

    @Test(
        "a backup is too old for its rhythm",
        arguments: [
            (Schedule.Rhythm.daily, 1, HealthItem.Severity.ok), (.daily, 3, .warning), (.weekly, 3, .ok),
            (.weekly, 9, .warning), (.off, 6, .ok), (.off, 8, .warning), (.monthly, 32, .ok), (.monthly, 34, .warning),
            (.hours, 1, .warning), (.timer, 3, .warning),
        ])
    func age(_ rhythm: Schedule.Rhythm, _ days: Int, _ severity: HealthItem.Severity) throws {
        let item = try standing(rhythm: rhythm) { facts in
            facts.lastMade = job(.create, .done, Self.day * days)
            facts.lastTry = facts.lastMade
        }
        #expect(item.severity == severity)
    }

    @Test("a failure is told with its reason and the age of the last good one")
    func failed() throws {
        let item = try standing {
            $0.lastMade = job(.create, .done, Self.day)
            $0.lastTry = job(.create, .failed, .seconds(60), problem: "The disk is full.")
        }
        #expect(item.severity == .warning)
        #expect(item.message.contains("The disk is full.") && item.message.contains("24 hours old"))
    }

    @Test("a rehearsal that failed is told even when the backup is young")
    func badDrill() throws {
        let item = try standing {
            $0.lastMade = job(.create, .done, .seconds(60))
            $0.lastTry = $0.lastMade
            $0.lastDrillTry = job(.drill, .failed, .seconds(30), problem: "Chunk 3 was changed.")
        }
        #expect(item.severity == .warning && item.message.contains("Chunk 3"))
    }
}

@Suite("Ranges of a download")
struct BackupDownloadTests {
    @Test(
        "a range is read as the standard says",
        arguments: [
            ("bytes=0-9", 0..<10), ("bytes=90-", 90..<100), ("bytes=-5", 95..<100), ("bytes=50-999", 50..<100),
            ("bytes=-999", 0..<100), (nil, nil), ("bytes=5-2", nil), ("bytes=0-1,5-6", nil), ("lines=1-2", nil),
            ("bytes=-", nil), ("bytes=a-b", nil),
        ] as [(String?, Range<Int64>?)])
    func wanted(_ range: String?, _ expected: Range<Int64>?) throws {
        #expect(try BackupDownload.wanted(range, of: 100) == expected)
    }

    @Test("what begins behind the end is refused")
    func behind() {
        #expect(throws: AppError.self) { try BackupDownload.wanted("bytes=100-", of: 100) }
    }
}
