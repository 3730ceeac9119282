import Glibc
import Kernel
import Persistence

extension HealthChecks {
    /// Whether the database answers.
    package func registerDatabase(_ store: any Store) {
        let trouble = "The database does not answer. The journal has the reason."
        register("database", trouble: trouble) {
            _ = try await store.read { try $0.one("SELECT 1") }
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
        return HealthItem(id: "disk", severity: severity, message: "\(megabytes) MB are free for data.\(advice)")
    }
}
