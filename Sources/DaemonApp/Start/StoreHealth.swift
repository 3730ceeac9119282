import Kernel
import Operations
import Persistence
import Schema

extension HealthChecks {
    /// Whether the tables are those this version wants. A start sees to that; another program may change it.
    func registerSchema(_ store: any Store) {
        register("migrations", trouble: "The tables of the database are not those of this version. Restart the daemon.")
        {
            let missing = try await Migrator(store).state().missing.count
            return missing == 0
                ? HealthItem(id: "migrations", severity: .ok, message: "The database has the newest schema.")
                : HealthItem(
                    id: "migrations", severity: .failing,
                    message: "The database lacks \(missing) steps of its schema. Restart the daemon.")
        }
    }
}
