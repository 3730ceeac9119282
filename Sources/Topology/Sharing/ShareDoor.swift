import Kernel
import Persistence

/// What sharing needs of the part of the daemon that guards its doors; `DaemonApp` joins the two. A stranger with a link
/// is no caller with rights: the link opens one route, and nothing else knows it.
package protocol ShareDoor: Sendable {
    /// A new secret of 256 random bits, and what it is stored as.
    func newSecret() -> (secret: Secret<String>, hash: String)
    /// What such a text is stored as; nil for what cannot be one.
    func hash(of secret: Secret<String>) -> String?
    /// What links begin with; nil where nobody has said.
    func linkBase(in tx: any Session) throws -> String?
    /// Refuses an address that has tried too many secrets that do not exist.
    func refusal(of caller: Caller, in tx: any Session) throws -> AppError?
    func countWrong(by caller: Caller, in tx: any Session) throws
    /// The person behind a caller; nil where none is.
    func person(behind caller: Caller, in tx: any Session) throws -> Int64?
    /// Everybody who may do this by now.
    func peopleWho(_ permission: Permission, in tx: any Session) throws -> Set<Int64>
}
