import Persistence

extension Session {
    func attempt<T>(_ body: () throws -> T) throws -> T {
        try run("SAVEPOINT one")
        do {
            let value = try body()
            try run("RELEASE SAVEPOINT one")
            return value
        } catch {
            try run("ROLLBACK TO SAVEPOINT one")
            throw error
        }
    }
}
