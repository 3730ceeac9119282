import AuditProof

/// A session whose `attempt` is a savepoint; both engines mean the same by it.
protocol Attempting: Session {
    /// How deep attempts are nested just now.
    var attempts: Int { get set }
    /// A statement failed outside of any attempt that was rolled back: nothing may be committed.
    var isDoomed: Bool { get set }
    var auditEnd: ChainLink? { get set }
}

extension Attempting {
    package func attempt<T>(_ body: () throws -> T) throws -> T {
        attempts += 1
        defer { attempts -= 1 }
        let name = SQL(verbatim: "attempt_\(attempts)")
        let auditEnd = auditEnd
        try run("SAVEPOINT \(name)")
        do {
            let value = try body()
            try run("RELEASE \(name)")
            return value
        } catch {
            // Where the disk is full SQLite has rolled back everything already, and the transaction stays doomed.
            if (try? run("ROLLBACK TO \(name)")) != nil, (try? run("RELEASE \(name)")) != nil { isDoomed = false }
            self.auditEnd = auditEnd
            throw error
        }
    }

    /// PostgreSQL refuses to commit after a failed statement, so SQLite does as well.
    func refuseIfDoomed() throws {
        if isDoomed {
            throw PersistenceError.driver("a statement failed before, outside of `attempt`: nothing is committed")
        }
    }
}
