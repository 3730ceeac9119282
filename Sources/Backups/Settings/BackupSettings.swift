import BackupFile
import HTTPKit
import HTTPTypes
import JSONKit
import Kernel
import Persistence
import SecretVault

/// How backups are made. There is exactly one of it.
package struct BackupSettings: Sendable, Equatable {
    /// What backups are made with, sealed; nil until a passphrase was set.
    package var key: SealedText?
    package var keyID: String?
    package var keySetAt: Instant?
    package var timezone = "UTC"
    package var schedule = Schedule(.daily)
    /// Missed runs are counted from here.
    package var scheduleSince = Instant(milliseconds: 0)
    package var keep = KeepRules.usual
    package var drill = Schedule(.weekly, hour: 4, minute: 0, weekdays: [7])
    package var drillSince = Instant(milliseconds: 0)
    package var revision: Int64 = 1

    package init() {}

    /// The zone by its name. A name that was checked when it was set, and is not known any more, counts as UTC.
    var zone: any ZoneOffsets {
        if let zone = NamedZone(timezone) { return zone }
        return NamedZone.utc
    }
}

/// The settings as the API shows them: of the key only its name.
struct ShownBackupSettings: JSONAnswer {
    let settings: BackupSettings
    let key: SealedMark
    let nextRun: Instant?
    let nextDrill: Instant?

    private static let scheduleShape = (try? JSONShape.of(Schedule.self)) ?? .any
    private static let keepShape = (try? JSONShape.of(KeepRules.self)) ?? .any

    static let shape: JSONShape = .object([
        .init(
            name: "key_id", shape: .nullable(.string), isRequired: true,
            summary: "Names the key that backups are made with."),
        .init(name: "key", shape: SealedMark.shape, isRequired: true),
        .init(name: "timezone", shape: .string, isRequired: true, summary: "Of the schedules and the keep rules."),
        .init(name: "schedule", shape: scheduleShape, isRequired: true),
        .init(name: "next_run", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "keep", shape: keepShape, isRequired: true),
        .init(name: "drill", shape: scheduleShape, isRequired: true),
        .init(name: "next_drill", shape: .nullable(.format("date-time")), isRequired: true),
        .init(name: "revision", shape: .integer, isRequired: true),
    ])

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("key_id", settings.keyID)
        writer.name("key")
        key.write(to: &writer)
        settings.writeMembers(to: &writer)
        writer.member("next_run", milliseconds: nextRun?.milliseconds)
        writer.member("next_drill", milliseconds: nextDrill?.milliseconds)
        writer.member("revision", settings.revision)
        writer.endObject()
    }

    func reply() -> Reply { unkept(revision: settings.revision) }
}

extension BackupSettings {
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("timezone", timezone)
        writer.name("schedule")
        schedule.write(to: &writer)
        writer.name("keep")
        keep.write(to: &writer)
        writer.name("drill")
        drill.write(to: &writer)
    }

    /// For events and the trail.
    var record: String {
        var writer = JSONWriter()
        writer.beginObject()
        writeMembers(to: &writer)
        writer.member("key_id", keyID)
        writer.member("key_set_at", milliseconds: keySetAt?.milliseconds)
        writer.member("revision", revision)
        writer.endObject()
        return writer.text
    }
}

/// What a client may change; the passphrase has a route of its own.
struct BackupSettingsPatch: JSONBody {
    var timezone: Change<String>
    var schedule: Change<Schedule>
    var keep: Change<KeepRules>
    var drill: Change<Schedule>

    func applied(to before: BackupSettings, at now: Instant) throws(AppError) -> BackupSettings {
        var settings = before
        settings.timezone = timezone.applied(to: before.timezone)
        settings.schedule = schedule.applied(to: before.schedule)
        settings.keep = keep.applied(to: before.keep)
        settings.drill = drill.applied(to: before.drill)
        settings.schedule.weekdays = Array(Set(settings.schedule.weekdays)).sorted()
        settings.drill.weekdays = Array(Set(settings.drill.weekdays)).sorted()
        let isOtherPlace = settings.timezone != before.timezone
        if isOtherPlace || settings.schedule != before.schedule { settings.scheduleSince = now }
        if isOtherPlace || settings.drill != before.drill { settings.drillSince = now }
        var problems = settings.schedule.problems("schedule")
        problems.merge(settings.drill.problems("drill")) { first, _ in first }
        problems.merge(settings.keep.problems) { first, _ in first }
        if settings.drill.rhythm == .timer {
            problems["drill.rhythm"] = "The machine's timer makes backups only. Choose a rhythm, or off."
        }
        if NamedZone(settings.timezone) == nil || settings.timezone.utf8.count > 64 {
            problems["timezone"] = "Give a time zone such as Europe/Berlin or UTC."
        }
        guard problems.isEmpty else { throw AppError(.invalid, "The backup settings have errors.", fields: problems) }
        return settings
    }
}

/// The one row of `backup_settings`. Before the first change there is none.
enum BackupSettingsStore {
    static func read(in tx: any Session) throws -> BackupSettings {
        guard let row = try tx.rows("SELECT * FROM backup_settings WHERE id = 1").first else { return BackupSettings() }
        var settings = BackupSettings()
        settings.key = try row.optional("backup_key")
        settings.keyID = try row.optional("key_id")
        settings.keySetAt = try row.optional("key_set_at")
        settings.timezone = try row.get("timezone")
        settings.schedule = try value(row, "schedule")
        settings.scheduleSince = try row.get("schedule_since")
        settings.keep = try value(row, "keep")
        settings.drill = try value(row, "drill")
        settings.drillSince = try row.get("drill_since")
        settings.revision = try row.get("revision")
        return settings
    }

    static func write(_ settings: BackupSettings, in tx: any Session) throws {
        try tx.run(
            """
            INSERT INTO backup_settings (id, revision, changed_at, backup_key, key_id, key_set_at, timezone, schedule,
                schedule_since, keep, drill, drill_since)
            VALUES (1, \(settings.revision), \(tx.now), \(settings.key), \(settings.keyID), \(settings.keySetAt),
                \(settings.timezone), \(text(settings.schedule)), \(settings.scheduleSince), \(text(settings.keep)),
                \(text(settings.drill)), \(settings.drillSince))
            ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, changed_at = excluded.changed_at,
                backup_key = excluded.backup_key, key_id = excluded.key_id, key_set_at = excluded.key_set_at,
                timezone = excluded.timezone, schedule = excluded.schedule, schedule_since = excluded.schedule_since,
                keep = excluded.keep, drill = excluded.drill, drill_since = excluded.drill_since
            """)
    }

    private static func text(_ value: some Encodable) -> String { JSONValueEncoder.encode(value).text }

    private static func value<Value: Decodable>(_ row: Row, _ column: String) throws -> Value {
        let text: String = try row.get(column)
        do {
            return try JSONValueDecoder.decode(Value.self, from: JSONParser.parse(Array(text.utf8)))
        } catch {
            throw PersistenceError.badValue(column: column, type: "\(Value.self)")
        }
    }
}
