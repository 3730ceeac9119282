import Glibc
import Kernel
import Persistence

extension HealthChecks {
    /// Whether the database answers, and what the last transactions said of it.
    package func registerDatabase(_ store: any Store, watch: DatabaseWatch) {
        let trouble = "The database does not answer. The journal has the reason."
        register("database", trouble: trouble) {
            if let known = watch.health { return known }
            do {
                _ = try await store.read { try $0.one("SELECT 1") }
            } catch {
                guard let trouble = DatabaseTrouble(behind: error), let error = error as? AppError else { throw error }
                return HealthItem(trouble: trouble, message: error.message)
            }
            return HealthItem(id: "database", severity: .ok, message: "The database answers.")
        }
    }

    /// Whether there is room for what is still to be written below that folder.
    package func registerDisk(_ folder: String) {
        register("disk", trouble: "The space left for data cannot be read: check the folder \(folder).") {
            var space = statvfs()
            guard statvfs(folder, &space) == 0 else {
                throw AppError(.unavailable, "statvfs failed with \(errno) for \(folder).")
            }
            return Self.diskItem(freeBytes: UInt64(space.f_bavail) * UInt64(space.f_frsize))
        }
    }

    static func diskItem(freeBytes: UInt64) -> HealthItem {
        let megabytes = freeBytes >> 20
        let (severity, advice): (HealthItem.Severity, String) =
            switch megabytes {
            case ..<64: (.failing, " Changes cannot be saved for long: make room now.")
            case ..<512: (.warning, " Make room before it is used up.")
            default: (.ok, "")
            }
        return HealthItem(id: "disk", severity: severity, message: "\(words(freeBytes)) are free for data.\(advice)")
    }

    /// As people read sizes: `480 MiB`, `1.5 GiB`, `55 GiB`.
    static func words(_ bytes: UInt64) -> String {
        var (tenths, unit) = ((bytes * 10) >> 20, "MiB")
        for larger in ["GiB", "TiB"] where tenths >= 10_240 { (tenths, unit) = (tenths >> 10, larger) }
        return tenths < 100 && unit != "MiB" && tenths % 10 > 0
            ? "\(tenths / 10).\(tenths % 10) \(unit)" : "\((tenths + 5) / 10) \(unit)"
    }
}
